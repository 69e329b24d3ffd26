use leptos::prelude::*;

/// All icons, drawn once per page. [`Icon`] refers to them.
#[component]
pub(crate) fn Sprite() -> impl IntoView {
    view! { <div hidden inner_html=include_str!("../../assets/icons.svg")></div> }
}

/// A decorative icon, hidden from screen readers.
#[component]
pub(crate) fn Icon(
    name: &'static str,
    /// `icon-16`, `icon-solid`, `status-icon` …
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    view! {
        <svg class=format!("icon {class}") aria-hidden="true" inner_html=format!(r##"<use href="#i-{name}"></use>"##)></svg>
    }
}

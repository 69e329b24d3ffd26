use leptos::prelude::*;

/// All icons, once a page; [`Icon`] refers to them.
#[component]
pub(crate) fn Sprite() -> impl IntoView {
    view! { <div hidden inner_html=include_str!("../../assets/icons.svg")></div> }
}

/// An icon beside words; it says nothing to a screen reader.
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

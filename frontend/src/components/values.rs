use leptos::prelude::*;

use super::CopyIcon;

/// A list of names and values.
#[component]
pub(crate) fn ValueList(children: Children) -> impl IntoView {
    view! { <div class="kv-wrap"><dl class="kv kv-stack">{children()}</dl></div> }
}

/// A name and its value, or a placeholder if there is no value.
#[component]
pub(crate) fn Value(
    #[prop(into)] name: String,
    #[prop(optional, into)] text: String,
    /// Shown in a monospaced font, for protocol values.
    #[prop(optional)]
    mono: bool,
    #[prop(optional)] copy: bool,
    /// The placeholder for an empty text.
    #[prop(optional)]
    none: &'static str,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let shown = if let Some(children) = children {
        children().into_any()
    } else if text.is_empty() {
        view! { <span class="muted">{none}</span> }.into_any()
    } else {
        view! { <span class=if mono { "mono" } else { "" }>{text.clone()}</span> }.into_any()
    };
    let copy = (copy && !text.is_empty()).then(|| view! { <CopyIcon name=name.clone() value=text /> });
    view! { <div><dt>{name}</dt><dd>{shown} {copy}</dd></div> }
}

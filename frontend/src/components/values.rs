use leptos::prelude::*;

use super::CopyIcon;

/// A list of names and values.
#[component]
pub(crate) fn ValueList(children: Children) -> impl IntoView {
    view! { <div class="kv-wrap"><dl class="kv kv-stack">{children()}</dl></div> }
}

/// One of them: a text, or what stands in its place while there is none.
#[component]
pub(crate) fn Value(
    #[prop(into)] name: String,
    #[prop(optional, into)] text: String,
    /// A value of a protocol rather than words.
    #[prop(optional)]
    mono: bool,
    #[prop(optional)] copy: bool,
    /// Shown where the text is empty.
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

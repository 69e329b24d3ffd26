use leptos::html::Div;
use leptos::prelude::*;

use super::Icon;
use crate::browser;
use crate::i18n::texts;

/// What is wrong with a field, under it.
#[component]
pub(crate) fn FieldError(id: String, text: String) -> impl IntoView {
    view! { <p class="field-error" id=id><Icon name="error-circle" class="icon-solid" /><span>{text}</span></p> }
}

/// Everything that stands in the way of going on, above the form; it takes the focus when it comes.
#[component]
pub(crate) fn ErrorSummary(
    /// The id of each field, and what is wrong with it. An empty id belongs to no field here.
    faults: Vec<(String, String)>,
) -> impl IntoView {
    let summary = NodeRef::<Div>::new();
    Effect::new(move |_| {
        if let Some(summary) = summary.get() {
            let _ = summary.focus();
        }
    });
    let fields = faults.iter().filter(|(id, _)| !id.is_empty()).count();
    let head = (fields > 0).then(|| view! { <strong>{(texts().wizard.faults)(fields)}</strong> });
    let links = faults
        .into_iter()
        .map(|(id, text)| {
            let target = id.clone();
            let focus = move |event: leptos::ev::MouseEvent| {
                event.prevent_default();
                browser::focus_soon(vec![target.clone()]);
            };
            if id.is_empty() {
                view! { <li>{text}</li> }.into_any()
            } else {
                view! { <li><a href=format!("#{id}") on:click=focus>{text}</a></li> }.into_any()
            }
        })
        .collect_view();
    view! {
        <div class="message-bar message-danger error-summary" role="alert" tabindex="-1" node_ref=summary>
            <Icon name="error-circle" class="icon-solid" />
            <div>{head}<ul role="list">{links}</ul></div>
        </div>
    }
}

use leptos::prelude::*;

use super::{Heading, Icon, Narrow};

/// A page with a message and buttons instead of the requested content.
#[component]
pub(crate) fn StatusPage(
    title: &'static str,
    #[prop(optional)] icon: &'static str,
    /// `danger` or `warning`.
    #[prop(optional)]
    tone: &'static str,
    #[prop(optional, into)] text: String,
    /// Shown between the text and the buttons.
    #[prop(optional)]
    more: Option<AnyView>,
    #[prop(optional, into)] hint: String,
    /// The buttons.
    children: Children,
) -> impl IntoView {
    let icon = (!icon.is_empty())
        .then(|| view! { <span class=format!("page-icon {tone}")><Icon name=icon class="icon-solid status-icon" /></span> });
    let text = (!text.is_empty()).then(|| view! { <p>{text}</p> });
    let hint = (!hint.is_empty()).then(|| view! { <p class="hint">{hint}</p> });
    view! {
        <Narrow with_report=true>
            <div class="card">
                {icon} <Heading text=title.to_owned() />
                <div class="stack space-above">
                    {text} {more} <div class="row">{children()}</div> {hint}
                </div>
            </div>
        </Narrow>
    }
}

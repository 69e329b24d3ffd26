use leptos::prelude::*;

use super::{Icon, IconButton};
use crate::i18n::texts;

/// The severity of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Intent {
    Info,
    Success,
    Warning,
    Danger,
}

impl Intent {
    fn class(self) -> &'static str {
        match self {
            Self::Info => "message-bar",
            Self::Success => "message-bar message-success",
            Self::Warning => "message-bar message-warning",
            Self::Danger => "message-bar message-danger",
        }
    }

    fn icon(self) -> &'static str {
        match self {
            Self::Info => "info-solid",
            Self::Success => "check-circle",
            Self::Warning => "warning",
            Self::Danger => "error-circle",
        }
    }
}

/// A persistent message on a page, in a drawer or in a dialog.
#[component]
pub(crate) fn MessageBar(
    intent: Intent,
    #[prop(optional, into)] strong: String,
    #[prop(optional, into)] text: String,
    #[prop(optional)] dismiss: Option<Callback<()>>,
    /// Buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let role = (intent == Intent::Danger).then_some("alert");
    view! {
        <div class=intent.class() role=role>
            <Icon name=intent.icon() class="icon-solid" />
            <div>
                {(!strong.is_empty()).then(|| view! { <strong>{strong}</strong> })} " " {text}
            </div>
            {children.map(|children| view! { <div class="message-actions">{children()}</div> })}
            {dismiss
                .map(|dismiss| {
                    view! { <IconButton icon="dismiss" name=texts().common.dismiss press=dismiss /> }
                })}
        </div>
    }
}

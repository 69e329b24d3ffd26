use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::auth::{Auth, SignInError};
use crate::components::{HeaderPlaceholder, Loading, set_title};
use crate::i18n::texts;
use crate::pages::LazyPage;
use crate::reactive::dynamic;
use crate::router::Router;

/// The redirect target of the sign-in page. It shows only errors.
#[component]
pub(crate) fn CallbackPage() -> impl IntoView {
    let auth = expect_context::<Auth>();
    let router = expect_context::<Router>();
    let error = RwSignal::new(None::<SignInError>);
    set_title(texts().sign_in.title);
    spawn_local(async move {
        match auth.complete_sign_in().await {
            // Replacing the address removes the code from the history.
            Ok(path) => router.replace(&path),
            Err(reason) => error.set(Some(reason)),
        }
    });
    dynamic(move || match error.get() {
        Some(error) => view! { <LazyPage of=error /> }.into_any(),
        None => view! { <HeaderPlaceholder /> <Loading text=texts().sign_in.working /> }.into_any(),
    })
}

//! The overlays of the list. Their code is a chunk of the program that is fetched when it is needed.

// As in `pages/chunks.rs`.
#![allow(unsafe_code)]

use contract::Registration;
use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};

use super::delete::DeleteDialog;
use super::details::Details;
use crate::components::ChunkFailed;
use crate::load::{Load, load};
use crate::reactive::dynamic;

/// The content to draw.
#[derive(Clone, Debug)]
pub(super) enum OverlayContent {
    /// The details of a registration, by its ID.
    Details(String),
    /// The confirmation of a deletion.
    Deletion(Box<Registration>),
}

type Draw = fn(OverlayContent) -> AnyView;

#[wasm_split(details, wasm_split_path = leptos::wasm_split, fallible)]
fn details() -> Result<Draw, SplitLoaderError> {
    Ok(|content| match content {
        OverlayContent::Details(id) => view! { <Details id /> }.into_any(),
        OverlayContent::Deletion(registration) => view! { <DeleteDialog registration=*registration /> }.into_any(),
    })
}

/// An overlay, once its chunk is loaded.
#[component]
pub(super) fn Overlay(of: OverlayContent) -> impl IntoView {
    let chunk = load(move || async move { Ok(details().await?) });
    dynamic(move || match chunk.get() {
        Load::Pending => ().into_any(),
        Load::Ready(draw) => draw(of.clone()),
        Load::Failed(error) => view! { <ChunkFailed error /> }.into_any(),
    })
}

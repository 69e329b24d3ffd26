//! Style and scripts of the pages that the gateway itself serves inside an LMS, under addresses that change with their content.

use std::sync::LazyLock;

use actix_web::{HttpResponse, get, http::header, web};
use aws_lc_rs::digest;

use crate::http::error::ApiError;

/// The portal's tokens and components serve these pages too, so that they look alike.
static ASSETS: LazyLock<[Asset; 5]> = LazyLock::new(|| {
    let style = [
        include_str!("../../../../frontend/styles/10-tokens.css"),
        include_str!("../../../../frontend/styles/20-base.css"),
        include_str!("../../../../frontend/styles/21-shell.css"),
        include_str!("../../../../frontend/styles/22-layout.css"),
        include_str!("../../../../frontend/styles/30-button.css"),
        include_str!("../../../../frontend/styles/31-field.css"),
        include_str!("../../../../frontend/styles/32-values.css"),
        include_str!("../../../../frontend/styles/33-table.css"),
        include_str!("../../../../frontend/styles/35-feedback.css"),
        include_str!("../../assets/pages.css"),
        include_str!("../../../../frontend/styles/90-high-contrast.css"),
        include_str!("../../../../frontend/styles/91-print.css"),
    ];
    let script = |name, body: &str| Asset::new(name, "text/javascript; charset=utf-8", body.to_owned());
    [
        Asset::new("pages.css", "text/css; charset=utf-8", style.concat()),
        script("hand-over.js", include_str!("../../assets/hand-over.js")),
        script("copy.js", include_str!("../../assets/copy.js")),
        script("storage.js", include_str!("../../assets/storage.js")),
        script("window.js", include_str!("../../assets/window.js")),
    ]
});

struct Asset {
    name: &'static str,
    content_type: &'static str,
    body: String,
    hash: String,
}

impl Asset {
    fn new(name: &'static str, content_type: &'static str, body: String) -> Self {
        let hash = digest::digest(&digest::SHA256, body.as_bytes());
        let hash = hash.as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Self {
            name,
            content_type,
            body,
            hash,
        }
    }
}

/// The address of an asset.
pub fn url(name: &str) -> String {
    let hash = ASSETS.iter().find(|asset| asset.name == name).map_or("", |asset| &asset.hash);
    format!("/lti/assets/{hash}/{name}")
}

/// Serves an asset for good: another content has another address.
#[get("/lti/assets/{hash}/{name}")]
pub async fn serve_asset(path: web::Path<(String, String)>) -> Result<HttpResponse, ApiError> {
    let (hash, name) = path.into_inner();
    let asset = ASSETS.iter().find(|asset| asset.name == name && asset.hash == hash);
    let asset = asset.ok_or_else(ApiError::nothing_here)?;
    Ok(HttpResponse::Ok()
        .content_type(asset.content_type)
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(asset.body.as_str()))
}

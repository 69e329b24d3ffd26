//! The portal: static files built by `cargo xtask portal`, and the configuration that the portal fetches.

use std::path::{Path, PathBuf};

use actix_files::NamedFile;
use actix_web::{
    HttpRequest, HttpResponse, ResponseError as _, get,
    http::header::{self, ContentEncoding, HeaderValue},
    web,
};
use askama::Template;
use messages::{api, portal_missing};
use serde_json::json;

use crate::{
    http::{
        error::ApiError,
        language::{self, Language},
    },
    request::guards,
    state::AppState,
};

/// The path that sign-in comes back to.
pub const REDIRECT_PATH: &str = "/auth/callback";

/// Where and how the portal signs people in.
#[get("/portal/config.json")]
pub async fn get_portal_config(app: web::Data<AppState>) -> HttpResponse {
    let config = &app.config;
    let report_url = Some(&config.operator.report_url).filter(|url| !url.is_empty());
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .json(json!({
            "authority": config.identity.authority,
            "tenant": "organizations",
            "clientId": config.identity.portal_client_id,
            "scope": format!("{}/{}", config.identity.application_id_uri, config.identity.scope),
            "redirectUri": app.public_url(REDIRECT_PATH),
            "publicUrl": config.server.public_url,
            "dev": config.dev,
            "reportUrl": report_url,
        }))
}

/// A hashed file of the portal: for good, compressed where the browser takes it.
#[get("/assets/{name}")]
pub async fn get_portal_asset(
    request: HttpRequest,
    app: web::Data<AppState>,
    name: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let plain_name = name
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
        && !name.starts_with('.');
    let missing = || ApiError::NotFound {
        code: "asset.not_found",
        detail: api::asset::NOT_FOUND,
    };
    if !plain_name {
        return Err(missing());
    }
    let path = app.config.portal.directory.join("assets").join(name.as_str());
    let mut response = send(&request, &path).await.ok_or_else(missing)?;
    response.headers_mut().insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=31536000, immutable"),
    );
    Ok(response)
}

/// Every page of the portal is its `index.html`; the router in it does the rest.
pub async fn get_portal_page(request: &HttpRequest, app: &AppState) -> HttpResponse {
    let path = app.config.portal.directory.join("index.html");
    let mut response = match send(request, &path).await {
        Some(response) => response,
        None => portal_missing(language::of_request(None, request)),
    };
    let policy =
        HeaderValue::from_str(&guards::content_security_policy(app)).unwrap_or(HeaderValue::from_static("default-src 'none'"));
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    // The page that opened it gets no reference to its window.
    response
        .headers_mut()
        .insert(header::CROSS_ORIGIN_OPENER_POLICY, HeaderValue::from_static("same-origin"));
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

#[derive(Template)]
#[template(path = "portal_missing.html")]
struct PortalMissing {
    language: Language,
}

fn portal_missing(language: Language) -> HttpResponse {
    match (PortalMissing { language }).render() {
        Ok(html) => HttpResponse::Ok().content_type("text/html; charset=utf-8").body(html),
        Err(error) => ApiError::Internal(error.into()).error_response(),
    }
}

/// The file, or the variant of it that was compressed beforehand.
async fn send(request: &HttpRequest, path: &Path) -> Option<HttpResponse> {
    let accepted = request
        .headers()
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let variants = [("br", ".br", ContentEncoding::Brotli), ("gzip", ".gz", ContentEncoding::Gzip)];
    for (coding, suffix, encoding) in variants {
        if accepts(accepted, coding)
            && let Ok(file) = NamedFile::open_async(with_suffix(path, suffix)).await
        {
            // Else the suffix makes it a download.
            let file = file
                .disable_content_disposition()
                .set_content_type(actix_files::file_extension_to_mime(extension(path)));
            let mut response = file.set_content_encoding(encoding).into_response(request);
            response
                .headers_mut()
                .insert(header::VARY, HeaderValue::from_static("accept-encoding"));
            return Some(response);
        }
    }
    let mut response = NamedFile::open_async(path).await.ok()?.into_response(request);
    response
        .headers_mut()
        .insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    Some(response)
}

/// True if `Accept-Encoding` names the coding and doesn't forbid it (RFC 9110, section 12.5.3).
fn accepts(header: &str, coding: &str) -> bool {
    header.split(',').any(|offer| {
        let mut parts = offer.split(';').map(str::trim);
        let forbids = |part: &str| part.strip_prefix("q=").is_some_and(|weight| weight.parse() == Ok(0.0));
        parts.next() == Some(coding) && !parts.any(forbids)
    })
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn extension(path: &Path) -> &str {
    path.extension().and_then(|extension| extension.to_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codings_are_accepted_unless_they_are_forbidden() {
        for (header, brotli) in [
            ("gzip, deflate, br, zstd", true),
            ("br;q=0.5", true),
            ("gzip, br ; q=1.0", true),
            ("br;q=0, gzip", false),
            ("gzip, br; q=0.000", false),
            ("brotli", false),
            ("", false),
        ] {
            assert_eq!(accepts(header, "br"), brotli, "{header}");
        }
    }
}

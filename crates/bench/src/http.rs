//! HTTP as a load generator needs it: a connection that stays open, nothing followed, nothing kept.

use anyhow::{Context as _, Result};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{HeaderMap, Method, Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use url::Url;

/// One connection to one server.
pub(crate) struct Connection {
    authority: String,
    sender: SendRequest<Full<Bytes>>,
}

/// An answer, read to its end.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Connection {
    /// Opens one to the server of `url`.
    pub(crate) async fn open(url: &Url) -> Result<Self> {
        let host = url.host_str().context("the address has no host")?;
        let port = url.port_or_known_default().context("the address has no port")?;
        let authority = format!("{host}:{port}");
        let sender = connect(&authority).await?;
        Ok(Self { authority, sender })
    }

    pub(crate) async fn get(&mut self, url: &Url, bearer: Option<&str>) -> Result<Answer> {
        let mut request = Request::get(path(url));
        if let Some(token) = bearer {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        self.send(request, Bytes::new()).await
    }

    pub(crate) async fn post_form(&mut self, url: &Url, form: Bytes, cookie: Option<&str>) -> Result<Answer> {
        let mut request = Request::post(path(url)).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(cookie) = cookie {
            request = request.header(header::COOKIE, cookie);
        }
        self.send(request, form).await
    }

    pub(crate) async fn post_json(&mut self, url: &Url, token: &str, body: &serde_json::Value) -> Result<Answer> {
        let request = Request::post(path(url))
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {token}"));
        self.send(request, Bytes::from(body.to_string())).await
    }

    /// Any request; without a header `Content-Type` where that is empty.
    pub(crate) async fn request(
        &mut self,
        method: Method,
        url: &Url,
        content_type: &str,
        bearer: Option<&str>,
        body: Bytes,
    ) -> Result<Answer> {
        let mut request = Request::builder().method(method).uri(path(url));
        if !content_type.is_empty() {
            request = request.header(header::CONTENT_TYPE, content_type);
        }
        if let Some(token) = bearer {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        self.send(request, body).await
    }

    async fn send(&mut self, request: hyper::http::request::Builder, body: Bytes) -> Result<Answer> {
        if self.sender.ready().await.is_err() {
            self.sender = connect(&self.authority).await?;
        }
        let request = request.header(header::HOST, &self.authority).body(Full::new(body))?;
        let (head, body) = self.sender.send_request(request).await?.into_parts();
        Ok(Answer {
            status: head.status,
            headers: head.headers,
            body: body.collect().await?.to_bytes(),
        })
    }
}

async fn connect(authority: &str) -> Result<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(authority)
        .await
        .with_context(|| format!("cannot connect to {authority}"))?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    // It ends with the sender; an earlier error is returned to the sender.
    tokio::spawn(connection);
    Ok(sender)
}

fn path(url: &Url) -> String {
    match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    }
}

/// A form's body.
pub(crate) fn form<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Bytes {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
        .into()
}

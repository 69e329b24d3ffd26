//! Calls of an LMS's services: any method, any status, and answers that are read piece by piece.

use std::time::Duration;

use actix_web::web::Bytes;
use reqwest::{Method, header};
use url::Url;

use super::{FetchError, Outbound, error};

/// The part of an unusable answer that is shown, in characters.
const EXCERPT: usize = 300;

/// A request to an LMS.
#[derive(Clone, Debug)]
pub struct Call {
    /// The method.
    pub method: Method,
    /// The address: the registration's, or one that a signed launch named.
    pub url: Url,
    /// Its headers.
    pub headers: header::HeaderMap,
    /// Its body, if it has one.
    pub body: Option<Vec<u8>>,
    /// Until the answer is complete.
    pub timeout: Duration,
}

/// An answer whose body is still on its way.
pub struct CallAnswer(reqwest::Response);

impl Outbound {
    /// Calls an LMS. Every status is an answer, a redirect too; none is followed.
    ///
    /// # Errors
    ///
    /// Why there is no answer.
    pub async fn call(&self, call: Call) -> Result<CallAnswer, FetchError> {
        self.guard.validate(&call.url)?;
        let request = self
            .client
            .request(call.method, call.url)
            .headers(call.headers)
            .header(header::ACCEPT_ENCODING, "identity")
            .timeout(call.timeout);
        let request = match call.body {
            Some(body) => request.body(body),
            None => request,
        };
        request.send().await.map(CallAnswer).map_err(error)
    }
}

impl CallAnswer {
    /// Its status.
    pub fn status(&self) -> u16 {
        self.0.status().as_u16()
    }

    /// The texts of a header, each time that it came.
    pub fn header(&self, name: header::HeaderName) -> impl Iterator<Item = &str> {
        self.0
            .headers()
            .get_all(name)
            .into_iter()
            .filter_map(|value| value.to_str().ok())
    }

    /// The values of its `Link` headers, also those that are not ASCII: Moodle's have typographic quotes.
    pub fn links(&self) -> Vec<String> {
        let values = self.0.headers().get_all(header::LINK).into_iter();
        values
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
            .collect()
    }

    /// The next piece of its body; none at the end.
    ///
    /// # Errors
    ///
    /// Where it doesn't arrive whole.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, FetchError> {
        self.0.chunk().await.map_err(error)
    }

    /// Its body, which may have so many bytes.
    ///
    /// # Errors
    ///
    /// Where it is longer, or doesn't arrive whole.
    pub async fn read(mut self, limit: usize) -> Result<Vec<u8>, FetchError> {
        let mut bytes = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            if bytes.len() + chunk.len() > limit {
                return Err(FetchError::TooLong);
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }

    /// Its beginning, for whoever has to find out why it isn't the expected one.
    pub async fn excerpt(mut self) -> String {
        let mut bytes = Vec::new();
        while bytes.len() < 4 * EXCERPT
            && let Ok(Some(chunk)) = self.chunk().await
        {
            bytes.extend_from_slice(&chunk);
        }
        excerpt(&bytes)
    }
}

/// The first printable characters of an answer, white space as one space.
pub fn excerpt(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let words: Vec<_> = text.split_whitespace().collect();
    let printable = |character: &char| !character.is_control() && *character != char::REPLACEMENT_CHARACTER;
    words.join(" ").chars().filter(printable).take(EXCERPT).collect()
}

#[cfg(test)]
mod tests {
    use super::excerpt;

    #[test]
    fn an_excerpt_is_short_and_printable() {
        assert_eq!(excerpt(b"<h1>\r\n  No\0 entry\x1b</h1>"), "<h1> No entry</h1>");
        assert_eq!(excerpt("ü".repeat(1000).as_bytes()), "ü".repeat(300));
        assert_eq!(excerpt(&[0xff, b'a', 0xfe]), "a");
    }
}

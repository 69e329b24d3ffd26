//! The browser of a request, for advice on pages only: no decision depends on it.

use actix_web::{HttpRequest, http::header};

/// A browser whose settings the cookie page explains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Browser {
    /// Microsoft Edge.
    Edge,
    /// Google Chrome, and whatever looks like it.
    Chrome,
    /// Mozilla Firefox.
    Firefox,
    /// Apple Safari.
    Safari,
}

impl Browser {
    /// By the header `User-Agent`.
    pub fn of(request: &HttpRequest) -> Self {
        let agent = request
            .headers()
            .get(header::USER_AGENT)
            .and_then(|agent| agent.to_str().ok())
            .unwrap_or_default();
        Self::of_agent(agent)
    }

    fn of_agent(agent: &str) -> Self {
        // Each claims to be the older ones too, so the order matters.
        if agent.contains("Edg/") || agent.contains("EdgA/") || agent.contains("EdgiOS/") {
            Self::Edge
        } else if agent.contains("Firefox/") || agent.contains("FxiOS/") {
            Self::Firefox
        } else if agent.contains("Safari/")
            && !agent.contains("Chrome/")
            && !agent.contains("CriOS/")
            && !agent.contains("Chromium/")
        {
            Self::Safari
        } else {
            Self::Chrome
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_distinguished() {
        for (agent, browser) in [
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0",
                Browser::Edge,
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
                Browser::Chrome,
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0",
                Browser::Firefox,
            ),
            (
                "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
                Browser::Safari,
            ),
            ("", Browser::Chrome),
        ] {
            assert_eq!(Browser::of_agent(agent), browser, "{agent}");
        }
    }
}

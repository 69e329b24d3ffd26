//! The one external tool of this LMS: its addresses, and what makes them valid.

use serde::{Deserialize, Serialize};
use url::Url;

const LONGEST_ADDRESS: usize = 2000;
const MOST_REDIRECTION_URIS: usize = 20;

/// The addresses that an LMS needs of a tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ToolSettings {
    /// Where a launch ends: the target link URI.
    pub tool_url: String,
    /// Where a launch begins: the OpenID Connect login URL.
    pub initiate_login_url: String,
    /// Where an id_token may be posted; compared character by character.
    pub redirection_uris: Vec<String>,
    /// Where the tool's keys are, by which its requests for access tokens are verified.
    #[serde(default)]
    pub public_keyset: Option<String>,
}

/// The faults of the tool's addresses as typed, field by field, each a sentence for the person who typed it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ToolError {
    /// About the Tool URL.
    pub tool_url: Option<String>,
    /// About the Initiate login URL.
    pub initiate_login_url: Option<String>,
    /// About the Redirection URI(s).
    pub redirection_uris: Option<String>,
    /// About the Public keyset.
    pub public_keyset: Option<String>,
}

impl ToolSettings {
    /// The addresses of an LMS Gateway with this public URL.
    pub fn of_gateway(public_url: &str) -> Self {
        let gateway = public_url.trim_end_matches('/');
        Self {
            tool_url: format!("{gateway}/lti/launch"),
            initiate_login_url: format!("{gateway}/lti/login"),
            redirection_uris: vec![format!("{gateway}/lti/launch")],
            public_keyset: None,
        }
    }

    /// Reads what was typed; the redirection URIs stand one on a line, and the keyset may be empty. Every error is reported at once.
    pub fn parse(
        tool_url: &str,
        initiate_login_url: &str,
        redirection_uris: &str,
        public_keyset: &str,
    ) -> Result<Self, ToolError> {
        let tool_url = web_address(tool_url);
        let initiate_login_url = web_address(initiate_login_url);
        let redirection_uris = web_addresses(redirection_uris);
        let public_keyset = match public_keyset.trim() {
            "" => Ok(None),
            typed => web_address(typed).map(Some),
        };
        match (tool_url, initiate_login_url, redirection_uris, public_keyset) {
            (Ok(tool_url), Ok(initiate_login_url), Ok(redirection_uris), Ok(public_keyset)) => Ok(Self {
                tool_url,
                initiate_login_url,
                redirection_uris,
                public_keyset,
            }),
            (tool_url, initiate_login_url, redirection_uris, public_keyset) => Err(ToolError {
                tool_url: tool_url.err(),
                initiate_login_url: initiate_login_url.err(),
                redirection_uris: redirection_uris.err(),
                public_keyset: public_keyset.err(),
            }),
        }
    }
}

fn web_addresses(lines: &str) -> Result<Vec<String>, String> {
    let lines: Vec<&str> = lines.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.is_empty() {
        return Err("Enter at least one redirection URI.".to_owned());
    }
    if lines.len() > MOST_REDIRECTION_URIS {
        return Err(format!("Enter at most {MOST_REDIRECTION_URIS} redirection URIs."));
    }
    let numbered = lines.iter().zip(1..);
    numbered
        .map(|(line, number)| web_address(line).map_err(|error| format!("Line {number}: {error}")))
        .collect()
}

/// The address as typed, not as a URL library would write it: redirection URIs are compared character by character.
fn web_address(typed: &str) -> Result<String, String> {
    let typed = typed.trim();
    let error = if typed.is_empty() {
        "Enter an address."
    } else if typed.len() > LONGEST_ADDRESS {
        "This address is too long: 2000 characters are the most."
    } else {
        match Url::parse(typed) {
            Ok(url) if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) => {
                "The address must begin with https:// or http://."
            }
            Ok(url) if !url.username().is_empty() || url.password().is_some() => {
                "The address must not contain a user name or password."
            }
            Ok(url) if url.fragment().is_some() => "The address must not contain the character #.",
            Ok(_) if typed.contains(char::is_whitespace) => "The address must not contain spaces.",
            Ok(_) => return Ok(typed.to_owned()),
            Err(_) => "This is not a web address such as https://tool.example/lti/launch.",
        }
    };
    Err(error.to_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_a_gateway_are_valid_as_they_are() {
        let tool = ToolSettings::of_gateway("http://localhost:8080/");
        let typed = ToolSettings::parse(
            &tool.tool_url,
            &tool.initiate_login_url,
            &tool.redirection_uris.join("\n"),
            "",
        );
        assert_eq!(typed, Ok(tool));
    }

    #[test]
    fn spaces_around_and_empty_lines_are_not_part_of_an_address() {
        let tool = ToolSettings::parse(
            " https://t.example/a ",
            "https://t.example/b",
            "\r\n https://t.example/c \r\n\r\n",
            " ",
        )
        .unwrap();
        assert_eq!(tool.tool_url, "https://t.example/a");
        assert_eq!(tool.redirection_uris, ["https://t.example/c"]);
    }

    #[test]
    fn an_address_is_kept_as_typed() {
        let tool = ToolSettings::parse(
            "https://T.example",
            "https://t.example:443/b",
            "https://t.example/%7e",
            "https://t.example/%7e",
        )
        .unwrap();
        assert_eq!(tool.tool_url, "https://T.example");
        assert_eq!(tool.initiate_login_url, "https://t.example:443/b");
        assert_eq!(tool.redirection_uris, ["https://t.example/%7e"]);
        assert_eq!(tool.public_keyset.as_deref(), Some("https://t.example/%7e"));
    }

    #[test]
    fn every_error_is_reported_at_once() {
        let error =
            ToolSettings::parse("", "javascript:alert(1)", "https://t.example/a\nhttps://t.example/#b", "keys").unwrap_err();
        assert_eq!(error.tool_url.as_deref(), Some("Enter an address."));
        assert_eq!(
            error.initiate_login_url.as_deref(),
            Some("The address must begin with https:// or http://.")
        );
        assert_eq!(
            error.redirection_uris.as_deref(),
            Some("Line 2: The address must not contain the character #.")
        );
        assert!(error.public_keyset.is_some());
    }

    #[test]
    fn what_is_no_web_address_is_refused() {
        for typed in [
            "tool",
            "ftp://t.example/",
            "https://",
            "https://me:secret@t.example/",
            "https://t.example/a b",
        ] {
            assert!(web_address(typed).is_err(), "{typed}");
        }
        assert!(web_address(&format!("https://t.example/{}", "a".repeat(LONGEST_ADDRESS))).is_err());
    }

    #[test]
    fn redirection_uris_are_one_to_twenty() {
        assert!(web_addresses(" \n ").is_err());
        assert!(web_addresses(&"https://t.example/\n".repeat(20)).is_ok());
        assert!(web_addresses(&"https://t.example/\n".repeat(21)).is_err());
    }
}

//! The authorization response at `/auth/callback`.

/// The reason why a sign-in failed, as far as it changes the advice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SignInError {
    /// The account has no access to the gateway.
    Denied(String),
    /// The sign-in failed. Another attempt may succeed.
    Failed(String),
    /// Anything else.
    Other(String),
}

/// The parameters of the authorization response (RFC 6749, section 4.1.2), from the query or the fragment.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) state: Option<String>,
    pub(super) code: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

impl Answer {
    pub(super) fn parse(query: &str, fragment: &str) -> Self {
        let mut answer = Self::default();
        for part in [query, fragment] {
            for (name, value) in form_urlencoded::parse(part.as_bytes()) {
                let place = match name.as_ref() {
                    "state" => &mut answer.state,
                    "code" => &mut answer.code,
                    "error" => &mut answer.error,
                    "error_description" => &mut answer.error_description,
                    _ => continue,
                };
                *place = Some(value.into_owned()).filter(|value| !value.is_empty());
            }
        }
        answer
    }

    /// The authorization code, unless the response is an error.
    pub(super) fn code(self) -> Result<String, SignInError> {
        match (self.error, self.code) {
            (Some(error), _) => Err(classify(&error, &self.error_description.unwrap_or_default())),
            (None, Some(code)) => Ok(code),
            (None, None) => Err(SignInError::Failed("code_missing".to_owned())),
        }
    }
}

/// Branches on `error`, never on an AADSTS number, which Microsoft may change. The number is only shown.
pub(super) fn classify(error: &str, description: &str) -> SignInError {
    let detail = code(error, description);
    match error {
        "access_denied" | "consent_required" | "unauthorized_client" | "invalid_resource" => SignInError::Denied(detail),
        "login_required" | "interaction_required" | "invalid_grant" | "account_selection_required" | "expired_token" => {
            SignInError::Failed(detail)
        }
        _ => SignInError::Other(detail),
    }
}

/// `access_denied (AADSTS65004)`. Only the number of the description is used, since anybody can put a text into it.
pub(super) fn code(error: &str, description: &str) -> String {
    let number = description.split_once("AADSTS").map(|(_, rest)| {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        &rest[..digits]
    });
    match number {
        Some(number) if !number.is_empty() => format!("{error} (AADSTS{number})"),
        _ => error.to_owned(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn reads_query_and_fragment() {
        let by_fragment = Answer::parse("", "code=a%2Fb&state=s&session_state=x");
        assert_eq!(by_fragment, Answer::parse("code=a/b&state=s", ""));
        assert_eq!(by_fragment.state.as_deref(), Some("s"));
        assert_eq!(by_fragment.code().unwrap(), "a/b");
    }

    #[test]
    fn an_error_beats_a_code() {
        let answer = Answer::parse("", "code=c&state=s&error=access_denied");
        assert_eq!(answer.code(), Err(SignInError::Denied("access_denied".to_owned())));
    }

    #[test]
    fn an_empty_answer_is_a_failed_sign_in() {
        assert_eq!(
            Answer::parse("", "").code(),
            Err(SignInError::Failed("code_missing".to_owned()))
        );
        assert_eq!(
            Answer::parse("code=", "").code(),
            Err(SignInError::Failed("code_missing".to_owned()))
        );
    }

    #[test]
    fn each_error_leads_to_one_of_the_three_pages() {
        assert!(matches!(classify("consent_required", ""), SignInError::Denied(_)));
        assert!(matches!(classify("interaction_required", ""), SignInError::Failed(_)));
        assert!(matches!(classify("temporarily_unavailable", ""), SignInError::Other(_)));
        assert!(matches!(classify("server_error", ""), SignInError::Other(_)));
    }

    #[test]
    fn an_aadsts_number_is_shown_and_decides_nothing() {
        let answer = Answer::parse(
            "",
            "error=access_denied&error_description=AADSTS50105%3A+The+user+is+not+assigned.%0D%0ATrace+ID%3A+x&state=s",
        );
        assert_eq!(
            answer.code(),
            Err(SignInError::Denied("access_denied (AADSTS50105)".to_owned()))
        );
        for number in [
            "AADSTS50105: not assigned",
            "AADSTS50058: no session",
            "AADSTS90033: transient",
        ] {
            assert!(matches!(classify("server_error", number), SignInError::Other(_)), "{number}");
        }
        for description in ["", "AADSTS", "AADSTS: 7", "call 0800 7", "<b>AADSTSx</b>"] {
            assert_eq!(code("server_error", description), "server_error", "{description}");
        }
    }
}

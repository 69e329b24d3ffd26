//! What the sign-in page sends back to `/auth/callback`.

/// Why somebody could not sign in, as far as it changes what they should do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SignInError {
    /// The account may not use the gateway.
    Denied(String),
    /// Signing in failed; trying again may help.
    Failed(String),
    /// Anything else.
    Other(String),
}

/// The parameters of the answer (RFC 6749, section 4.1.2), as query or as fragment.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) state: Option<String>,
    pub(super) code: Option<String>,
    error: Option<String>,
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
                    _ => continue,
                };
                *place = Some(value.into_owned()).filter(|value| !value.is_empty());
            }
        }
        answer
    }

    /// The code, unless the answer is a refusal.
    pub(super) fn code(self) -> Result<String, SignInError> {
        match (self.error, self.code) {
            (Some(error), _) => Err(classify(&error)),
            (None, Some(code)) => Ok(code),
            (None, None) => Err(SignInError::Failed("code_missing".to_owned())),
        }
    }
}

/// Branches on `error`, never on an AADSTS number, which Microsoft reserves the right to change.
pub(super) fn classify(error: &str) -> SignInError {
    match error {
        "access_denied" | "consent_required" | "unauthorized_client" => SignInError::Denied(error.to_owned()),
        "login_required" | "interaction_required" | "invalid_grant" | "account_selection_required" | "expired_token" => {
            SignInError::Failed(error.to_owned())
        }
        _ => SignInError::Other(error.to_owned()),
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
        let answer = Answer::parse("", "code=c&state=s&error=access_denied&error_description=AADSTS50105");
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
        assert!(matches!(classify("consent_required"), SignInError::Denied(_)));
        assert!(matches!(classify("interaction_required"), SignInError::Failed(_)));
        assert!(matches!(classify("temporarily_unavailable"), SignInError::Other(_)));
        assert!(matches!(classify("server_error"), SignInError::Other(_)));
    }
}

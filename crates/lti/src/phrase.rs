//! Words that stand in evidence where there is no value, or where it may not be shown.

use std::fmt;

macro_rules! phrases {
    ($($phrase:ident $words:literal;)*) => {
        /// Words of evidence and remedies that don't depend on the rule. A gap, `{}`, is filled with a number or a name.
        ///
        /// Records hold the words, so that they can be read without this crate; [`read`](Self::read) finds the phrase again, for
        /// whoever shows it in another language.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Phrase {
            $(#[doc = concat!("“", $words, "”")] $phrase,)*
        }

        impl Phrase {
            /// Every phrase; for catalogues of texts and their tests.
            pub const ALL: &[Self] = &[$(Self::$phrase,)*];

            /// The words, with their gaps.
            #[must_use]
            pub fn words(self) -> &'static str {
                match self { $(Self::$phrase => $words,)* }
            }
        }
    };
}

phrases! {
    Absent "absent";
    Present "present";
    Null "null";
    Boolean "a boolean";
    Number "a number";
    Text "a string of {} characters";
    Values "an array of {} values";
    Array "an array";
    Members "an object of {} members";
    NoText "(not text)";
    Bytes "{} bytes";
    BytesAtMost "at most {} bytes";
    Id "1 to 255 printable ASCII characters";
    Age "{} s old";
    AgeAtMost "at most {} s old";
    Time "{} (now {})";
    Once "one value";
    Twice "two";
    Client "issuer {}, client ID {}";
    ClientIdOfSeveral "client_id, because this issuer has several";
    LoginCookie "the cookie of this login";
    LoginValue "the value of this login";
    OtherValue "another value";
    NoStorage "a value, although the LMS offered no storage at login";
    NoAnswer "no answer of the LMS's page";
    OwnPage "a value from the gateway's own page";
    OtherPage "one from another page";
    LmsForm "the form of an LMS";
    Method "the method {}";
    WholeForm "a complete form";
    BrokenForm "an interrupted one";
    LongForm "a longer form";
    Form "a form (application/x-www-form-urlencoded)";
    OtherBody "another kind of body";
    IdToken "an id_token";
    UnknownError "an unknown error code of {} characters";
    RegistrationChanged "the registration changed since the login";
    KeySet "a JSON Web Key Set";
    NoUsableKey "no usable key";
    NoSuchKey "a keyset without this key";
    NoKey "the keyset has no key with that id";
    NoLtiKey "the keyset has no key that LTI 1.3 can use";
    AnswerTooLarge "The answer is larger than 1 MB.";
    AnswerWebPage "The answer is a web page, not JSON.";
    AnswerNotJson "The answer is not JSON.";
    AnswerNoKeySet "The answer is JSON, but has no list named keys.";
    AddressBlocked "the gateway may not call this address: {}";
    NotHttps "it isn't https";
    PrivateNetwork "it is on a private network";
    NoConnection "no connection: {}";
    BadCertificate "the certificate can't be trusted: {}";
    CertificateExpired "it has expired";
    CertificateName "it is for another name";
    CertificateIssuer "nobody whom browsers trust issued it, or the server leaves out a certificate in between";
    CertificateOther "it isn't in order";
    TimedOut "no complete answer within 5 seconds";
    Crowded "many launches wait for its answer already";
    HttpStatus "the answer had HTTP status {}";
    Redirected "the answer redirects elsewhere, with HTTP status {}";
    TooLong "the answer is longer than 1 MB";
    ByTrailingSlash "What the LMS sends differs from the registered value by a trailing slash: register it exactly as the LMS sends it.";
    BySpaces "What the LMS sends differs from the registered value by spaces: register it exactly as the LMS sends it.";
    ByScheme "What the LMS sends differs from the registered value by http against https: register it exactly as the LMS sends it.";
    ByCapitals "What the LMS sends differs from the registered value by capital letters: register it exactly as the LMS sends it.";
    FurtherAudiences "The LMS names further audiences that are not known; set it to issue the launch for this client ID only.";
    OtherTarget "The target_link_uri at login was another than the signed one; only the signed one counts.";
    ClientIdInAddress "Let the LMS send client_id, or append ?client_id= and the client ID to the login URL that is entered there.";
    DeploymentNowWaits "The deployment now waits in the registration: accept it there, if it is yours.";
    DeploymentWaits "The deployment waits in the registration: accept it there, if it is yours.";
    DeploymentRemoved "The deployment was removed from the registration; accept it there again, if that was a mistake.";
}

impl Phrase {
    /// The words with these values in their gaps.
    #[must_use]
    pub fn with<const N: usize>(self, values: [&dyn fmt::Display; N]) -> String {
        fill(self.words(), &values)
    }

    /// The phrase that `text` is, and the values in its gaps.
    #[must_use]
    pub fn read(text: &str) -> Option<(Self, Vec<&str>)> {
        Self::ALL
            .iter()
            .find_map(|phrase| Some((*phrase, values(phrase.words(), text)?)))
    }
}

impl AsRef<str> for Phrase {
    fn as_ref(&self) -> &str {
        self.words()
    }
}

impl fmt::Display for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

/// `words` with `values` in their gaps, one after the other.
#[must_use]
pub fn fill(words: &str, values: &[impl fmt::Display]) -> String {
    let mut pieces = words.split("{}");
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for (piece, value) in pieces.zip(values) {
        text.push_str(&value.to_string());
        text.push_str(piece);
    }
    text
}

/// The values in `text` where `words` have gaps: one word each, at the end whatever follows.
fn values<'a>(words: &str, text: &'a str) -> Option<Vec<&'a str>> {
    let mut pieces = words.split("{}");
    let mut rest = text.strip_prefix(pieces.next()?)?;
    let mut values = Vec::new();
    for piece in pieces {
        let end = if piece.is_empty() { rest.len() } else { rest.find(piece)? };
        let (value, after) = rest.split_at(end);
        if value.is_empty() || (!piece.is_empty() && value.contains(' ')) {
            return None;
        }
        values.push(value);
        rest = &after[piece.len()..];
    }
    rest.is_empty().then_some(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phrase_is_found_again_with_its_values() {
        for phrase in Phrase::ALL {
            let gaps = phrase.words().matches("{}").count();
            let values = &["17", "https://lms.example.edu"][..gaps];
            let text = fill(phrase.words(), values);
            assert_eq!(Phrase::read(&text), Some((*phrase, values.to_vec())), "{text}");
        }
    }

    #[test]
    fn values_are_no_phrases() {
        for text in [
            "",
            "https://lms.example.edu",
            "RS256",
            "17",
            "a string of many more characters",
            "17 bytes more",
        ] {
            assert_eq!(Phrase::read(text), None, "{text}");
        }
        assert_eq!(
            Phrase::read("no connection: invalid peer certificate: Expired"),
            Some((Phrase::NoConnection, vec!["invalid peer certificate: Expired"]))
        );
    }
}

//! Why a token doesn't hold, in words.

use super::TokenFault;
use crate::words::Text;

impl TokenFault {
    /// The same in a sentence that helps whoever wrote the client.
    pub(in crate::identity) fn text(&self) -> Text {
        match self {
            Self::Malformed => Text::new("the token isn't a JSON Web Token", "das Token ist kein JSON Web Token"),
            Self::Algorithm => Text::new(
                "the token must be signed with RS256",
                "das Token muss mit RS256 signiert sein",
            ),
            Self::NoKeyId => Text::new("the token's header has no kid", "der Kopf des Tokens hat keine kid"),
            Self::Extension => Text::new(
                "the token's header demands an extension that isn't understood (crit)",
                "der Kopf des Tokens verlangt eine Erweiterung, die nicht verstanden wird (crit)",
            ),
            Self::GraphToken => Text::new(
                "this is a token for Microsoft Graph; ask for a token with the scope of this API",
                "das ist ein Token für Microsoft Graph; verlangen Sie eines mit dem Bereich dieser API",
            ),
            Self::VersionOne => Text::new(
                "this is a v1.0 token; set requestedAccessTokenVersion to 2 in the API's app registration",
                "das ist ein Token der Version 1.0; setzen Sie requestedAccessTokenVersion in der App-Registrierung der API auf 2",
            ),
            Self::IdToken => Text::new(
                "this is an id_token; send the access token",
                "das ist ein id_token; senden Sie das Zugriffstoken",
            ),
            Self::ConsumerAccount => Text::new(
                "personal Microsoft accounts can't be used here",
                "persönliche Microsoft-Konten gelten hier nicht",
            ),
            Self::NoTenant => Text::new("the token has no tenant id (tid)", "das Token hat keine Mandanten-ID (tid)"),
            Self::ForeignTenant => Text::new(
                "the people of this tenant sign in elsewhere",
                "die Personen dieses Mandanten melden sich anderswo an",
            ),
            Self::UnknownTenant => Text::new(
                "the sign-in service doesn't know the token's tenant",
                "der Anmeldedienst kennt den Mandanten des Tokens nicht",
            ),
            Self::UnknownKey => Text::new(
                "the token is signed with a key that the sign-in service doesn't publish",
                "das Token ist mit einem Schlüssel signiert, den der Anmeldedienst nicht veröffentlicht",
            ),
            Self::Signature => Text::new("the token's signature doesn't hold", "die Signatur des Tokens stimmt nicht"),
            Self::Issuer => Text::new(
                "the token's issuer isn't the sign-in service of its tenant",
                "der Aussteller des Tokens ist nicht der Anmeldedienst seines Mandanten",
            ),
            Self::KeyIssuer => Text::new(
                "the token's key belongs to another issuer",
                "der Schlüssel des Tokens gehört einem anderen Aussteller",
            ),
            Self::Audience => Text::new(
                "the token is meant for another API (aud)",
                "das Token ist für eine andere API bestimmt (aud)",
            ),
            Self::Expired => Text::new("the token has expired", "das Token ist abgelaufen"),
            Self::NotYetValid => Text::new("the token isn't valid yet", "das Token gilt noch nicht"),
            Self::NoObject => Text::new(
                "the token doesn't say who it is about (oid, or sub)",
                "das Token sagt nicht, von wem es handelt (oid oder sub)",
            ),
            Self::Kind => Text::new(
                "the token says that it is an application's (idtyp), and has the scopes of a person (scp)",
                "das Token nennt sich das einer Anwendung (idtyp) und hat die Bereiche einer Person (scp)",
            ),
            Self::NoKind => Text::new(
                "the token doesn't say whether it is an application's; add the optional claim idtyp in the API's app registration",
                "das Token sagt nicht, ob es das einer Anwendung ist; fügen Sie in der App-Registrierung der API den optionalen Anspruch idtyp hinzu",
            ),
            Self::Client => Text::new(
                "the token was given to an application that may not call this API (azp)",
                "das Token wurde einer Anwendung gegeben, die diese API nicht aufrufen darf (azp)",
            ),
            Self::Scope(scope) => Text::filled(
                format!("the token lacks the scope of this API, {scope}"),
                format!("dem Token fehlt der Bereich dieser API, {scope}"),
            ),
        }
    }
}

use messages::{Text, api::token};

use super::TokenError;

impl TokenError {
    /// The error, for the developer of the client.
    pub(in crate::services::identity) fn text(&self) -> Text {
        match self {
            Self::Malformed => token::MALFORMED,
            Self::Algorithm => token::ALGORITHM,
            Self::NoKeyId => token::NO_KEY_ID,
            Self::Extension => token::EXTENSION,
            Self::GraphToken => token::GRAPH_TOKEN,
            Self::VersionOne => token::VERSION_ONE,
            Self::IdToken => token::ID_TOKEN,
            Self::ConsumerAccount => token::CONSUMER_ACCOUNT,
            Self::NoTenant => token::NO_TENANT,
            Self::ForeignTenant => token::FOREIGN_TENANT,
            Self::UnknownTenant => token::UNKNOWN_TENANT,
            Self::UnknownKey => token::UNKNOWN_KEY,
            Self::Signature => token::SIGNATURE,
            Self::Issuer => token::ISSUER,
            Self::KeyIssuer => token::KEY_ISSUER,
            Self::Audience => token::AUDIENCE,
            Self::Expired => token::EXPIRED,
            Self::NotYetValid => token::NOT_YET_VALID,
            Self::NoObject => token::NO_OBJECT,
            Self::Kind => token::KIND,
            Self::NoKind => token::NO_KIND,
            Self::Client => token::CLIENT,
            Self::Scope(scope) => token::scope(scope.as_str()),
        }
    }
}

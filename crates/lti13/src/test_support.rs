//! A platform in a few lines, for tests of tools: a key, a keyset, a registration, good claims, and tokens with any header and payload.
//!
//! It signs any claims, so it belongs in `[dev-dependencies]` only.

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value as Json, json};

use crate::claims::names;
use crate::tool::ToolRegistration;

/// A new private key in PKCS#8, and the keyset that publishes it under `kid`.
///
/// # Panics
/// If the system has no randomness.
#[must_use]
pub fn new_signing_key(kid: &str) -> (Vec<u8>, String) {
    let platform = TestPlatform::new();
    let pkcs8 = platform.key.as_der().expect("a key");
    (pkcs8.as_ref().to_vec(), json!({ "keys": [platform.jwk(kid)] }).to_string())
}

/// A platform with one key.
#[derive(Debug)]
pub struct TestPlatform {
    key: RsaKeyPair,
    registration: ToolRegistration,
}

impl TestPlatform {
    /// The id of its key.
    pub const KID: &str = "lms-key-1";

    /// A platform at `https://lms.example.edu`, with a new key.
    ///
    /// # Panics
    /// If the system has no randomness.
    #[must_use]
    pub fn new() -> Self {
        let url = |path: &str| format!("https://lms.example.edu/{path}").parse().expect("an address");
        Self {
            key: RsaKeyPair::generate(KeySize::Rsa2048).expect("randomness"),
            registration: ToolRegistration {
                issuer: "https://lms.example.edu".to_owned(),
                client_id: "0aEVzPOYmhw5mJi".to_owned(),
                authentication_url: url("auth"),
                keyset_url: url("jwks"),
            },
        }
    }

    /// The registration of the tool at this platform.
    #[must_use]
    pub fn registration(&self) -> &ToolRegistration {
        &self.registration
    }

    /// Its key.
    #[must_use]
    pub fn key(&self) -> &RsaKeyPair {
        &self.key
    }

    /// Its public key, as a JWK of that id.
    #[must_use]
    pub fn jwk(&self, kid: &str) -> Json {
        let public = self.key.public_key();
        json!({
            "kty": "RSA", "alg": "RS256", "use": "sig", "kid": kid,
            "n": URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero()),
            "e": URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero()),
        })
    }

    /// Its keyset, as it publishes it.
    #[must_use]
    pub fn jwks(&self) -> String {
        json!({ "keys": [self.jwk(Self::KID)] }).to_string()
    }

    /// The claims of a good resource link launch that answers `nonce`.
    #[must_use]
    pub fn claims(&self, nonce: &str, now: i64) -> Json {
        json!({
            "iss": self.registration.issuer, "aud": self.registration.client_id, "nonce": nonce,
            "iat": now - 5, "exp": now + 55, "sub": "user-7",
            (names::MESSAGE_TYPE): "LtiResourceLinkRequest",
            (names::VERSION): "1.3.0",
            (names::DEPLOYMENT_ID): "1",
            (names::TARGET_LINK_URI): "https://tool.example/launch",
            (names::RESOURCE_LINK): { "id": "link-1", "title": "A link" },
            (names::ROLES): ["http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"],
            (names::CONTEXT): { "id": "course-1", "label": "C1", "title": "Course one" },
            "name": "Terry Teacher", "given_name": "Terry", "family_name": "Teacher", "email": "terry@example.test",
        })
    }

    /// An id_token with these claims.
    #[must_use]
    pub fn id_token(&self, claims: &Json) -> String {
        let header = json!({ "typ": "JWT", "alg": "RS256", "kid": Self::KID });
        self.sign(&header.to_string(), claims.to_string().as_bytes())
    }

    /// Any header and any payload, signed with RS256.
    #[must_use]
    pub fn sign(&self, header: &str, payload: &[u8]) -> String {
        let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
        format!("{message}.{}", self.signature(&message))
    }

    /// The signature of `message`, in base64url.
    ///
    /// # Panics
    /// If the system has no randomness.
    #[must_use]
    pub fn signature(&self, message: &str) -> String {
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature)
            .expect("randomness");
        URL_SAFE_NO_PAD.encode(signature)
    }
}

impl Default for TestPlatform {
    fn default() -> Self {
        Self::new()
    }
}

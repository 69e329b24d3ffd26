//! The platform's key and the signatures it makes: the right one, and the wrong ones that a tool has to refuse.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jwt_simple::algorithms::{HS256Key, MACLike as _, RS256KeyPair, RSAKeyPairLike as _};
use jwt_simple::claims::{Claims, JWTClaims};
use serde_json::{Map, Value};
use superboring::error::ErrorStack;
use superboring::hash::MessageDigest;
use superboring::pkey::PKey;
use superboring::rsa::Padding;
use superboring::sign::Signer;

/// The signer of an id_token, and the algorithm.
#[derive(Debug, Clone, Default)]
pub enum Signature {
    /// RS256 with the platform's own key, as it should be.
    #[default]
    Platform,
    /// RS256 with another key, under the header that the platform's key would have.
    OtherKey(Box<RS256KeyPair>),
    /// HS256 with the platform's public key (its PEM text) as the secret. The header then names HS256 and the key only.
    PublicKeyAsSecret,
    /// `alg: none` and an empty signature.
    Nothing,
}

impl Signature {
    /// RS256 with another key than the platform's.
    pub fn by(other: RS256KeyPair) -> Self {
        Self::OtherKey(Box::new(other))
    }
}

/// The id of a key, made from the key itself, so that no other key can have it: 20 hex digits as in Moodle.
pub(crate) fn key_id(key: &RS256KeyPair) -> String {
    let thumbprint = key.jwk_thumbprint();
    let bytes = URL_SAFE_NO_PAD.decode(thumbprint).unwrap_or_default();
    bytes.iter().take(10).map(|byte| format!("{byte:02x}")).collect()
}

/// The public half as a JWK with `kid`, `alg` and `use`, as JSON text.
pub(crate) fn public_jwk(key: &RS256KeyPair) -> String {
    key.public_key().with_key_id(&key_id(key)).to_jwk()
}

/// Signs `payload` (JSON text, or anything else a test wants to send) under `header`.
pub(crate) fn sign(mut header: Map<String, Value>, payload: &str, key: &RS256KeyPair, signature: &Signature) -> String {
    match signature {
        Signature::Platform => rs256(&header, payload, key),
        Signature::OtherKey(other) => rs256(&header, payload, other),
        Signature::PublicKeyAsSecret => hs256_with_public_key(payload, key),
        Signature::Nothing => {
            header.insert("alg".to_owned(), "none".into());
            format!("{}.", signed_part(&header, payload))
        }
    }
}

fn signed_part(header: &Map<String, Value>, payload: &str) -> String {
    let header = Value::Object(header.clone()).to_string();
    format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload))
}

/// jwt-simple writes the header itself, so the signature is made one level below it.
fn rs256(header: &Map<String, Value>, payload: &str, key: &RS256KeyPair) -> String {
    let signed = signed_part(header, payload);
    let signature = rsa_sha256(signed.as_bytes(), key).expect("a checked RSA key signs any message");
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn rsa_sha256(message: &[u8], key: &RS256KeyPair) -> Result<Vec<u8>, ErrorStack> {
    let key = PKey::from_rsa(key.key_pair().as_ref().clone())?;
    let mut signer = Signer::new(MessageDigest::sha256(), &key)?;
    signer.set_rsa_padding(Padding::PKCS1)?;
    signer.update(message)?;
    signer.sign_to_vec()
}

fn hs256_with_public_key(payload: &str, key: &RS256KeyPair) -> String {
    let public_key = key.public_key().to_pem().expect("a checked RSA key has a PEM text");
    let payload: Map<String, Value> = serde_json::from_str(payload).unwrap_or_default();
    let mut claims: JWTClaims<Map<String, Value>> = Claims::with_custom_claims(payload, jwt_simple::prelude::Duration::default());
    // The times of the payload count, not jwt-simple's.
    (claims.issued_at, claims.expires_at, claims.invalid_before) = (None, None, None);
    let secret = HS256Key::from_bytes(public_key.as_bytes()).with_key_id(&key_id(key));
    secret.authenticate(claims).expect("claims are JSON")
}

//! The gateway's own keys: RS256 for LMSs (`/.well-known/jwks.json`), ES256 for launch tokens (`/.well-known/launch-jwks.json`).
//!
//! Made once by whichever instance starts first, kept sealed in the database, shared by all. Generated and used by AWS-LC: no private
//! RSA operation runs through the `rsa` crate (RUSTSEC-2023-0071).

use anyhow::Context as _;
use aws_lc_rs::{
    encoding::AsDer as _,
    rsa::KeySize,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use jsonwebtoken::{
    Algorithm, EncodingKey, Header,
    jwk::{Jwk, PublicKeyUse, ThumbprintHash},
};
use serde::Serialize;
use store::{Store, StoredKey};

use crate::{clock::Clock, secrets::Secrets};

/// The keys in use.
pub struct SigningKeys {
    lms: SigningKey,
    launch: SigningKey,
}

/// What a key signs.
#[derive(Clone, Copy)]
enum Purpose {
    Lms,
    Launch,
}

impl Purpose {
    fn name(self) -> &'static str {
        match self {
            Self::Lms => "lms",
            Self::Launch => "launch",
        }
    }
}

struct SigningKey {
    kid: String,
    algorithm: Algorithm,
    private: EncodingKey,
    public: Jwk,
}

/// A JWKS (RFC 7517, section 5).
#[derive(Serialize)]
pub struct Jwks<'a> {
    keys: [&'a Jwk; 1],
}

impl SigningKeys {
    /// Reads the keys from the database, or makes and stores them where there are none.
    ///
    /// # Errors
    ///
    /// Where the database fails, or the keys were sealed with another secret.
    pub async fn load_or_create(store: &Store, secrets: &Secrets, clock: &Clock) -> anyhow::Result<Self> {
        Ok(Self {
            lms: load_or_create(store, secrets, clock, Purpose::Lms).await?,
            launch: load_or_create(store, secrets, clock, Purpose::Launch).await?,
        })
    }

    /// The public key for LMSs.
    pub fn lms_jwks(&self) -> Jwks<'_> {
        Jwks {
            keys: [&self.lms.public],
        }
    }

    /// The public key for apps.
    pub fn launch_jwks(&self) -> Jwks<'_> {
        Jwks {
            keys: [&self.launch.public],
        }
    }

    /// Signs a launch token with ES256.
    ///
    /// # Errors
    ///
    /// Where the claims can't be written as JSON.
    pub fn sign_launch_token(&self, claims: &impl Serialize) -> Result<String, jsonwebtoken::errors::Error> {
        self.launch.sign(claims)
    }
}

impl SigningKey {
    fn sign(&self, claims: &impl Serialize) -> Result<String, jsonwebtoken::errors::Error> {
        let header = Header {
            kid: Some(self.kid.clone()),
            ..Header::new(self.algorithm)
        };
        jsonwebtoken::encode(&header, claims, &self.private)
    }

    fn from_der(purpose: Purpose, pkcs8: &[u8]) -> anyhow::Result<Self> {
        let (algorithm, private) = match purpose {
            Purpose::Lms => (
                Algorithm::RS256,
                EncodingKey::from_rsa_pem(pem(pkcs8).as_bytes()).context("a signing key can't be read")?,
            ),
            Purpose::Launch => (Algorithm::ES256, EncodingKey::from_ec_der(pkcs8)),
        };
        let mut public = Jwk::from_encoding_key(&private, algorithm).context("a signing key can't be read")?;
        let kid = public
            .thumbprint(ThumbprintHash::SHA256)
            .context("a signing key has no thumbprint")?;
        public.common.key_id = Some(kid.clone());
        public.common.public_key_use = Some(PublicKeyUse::Signature);
        Ok(Self {
            kid,
            algorithm,
            private,
            public,
        })
    }
}

/// PKCS#8 as PEM (RFC 7468): the one form of it that the library takes for RSA.
fn pem(pkcs8: &[u8]) -> String {
    format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        STANDARD.encode(pkcs8)
    )
}

async fn load_or_create(store: &Store, secrets: &Secrets, clock: &Clock, purpose: Purpose) -> anyhow::Result<SigningKey> {
    if let Some(stored) = active(store, purpose).await? {
        return open(secrets, purpose, &stored);
    }
    let pkcs8 = generate(purpose)?;
    let key = SigningKey::from_der(purpose, &pkcs8)?;
    let created = StoredKey {
        kid: key.kid.clone(),
        purpose: purpose.name().to_owned(),
        sealed_private_key: secrets.seal(purpose.name(), &pkcs8),
        public_jwk: serde_json::to_string(&key.public)?,
        created_at: clock.now(),
        retired_at: None,
    };
    if store.insert_signing_key(&created).await? {
        return Ok(key);
    }
    // Another instance was faster: its key is the one in use.
    let stored = active(store, purpose)
        .await?
        .context("the signing keys vanished while they were read")?;
    open(secrets, purpose, &stored)
}

async fn active(store: &Store, purpose: Purpose) -> anyhow::Result<Option<StoredKey>> {
    let keys = store.signing_keys(purpose.name()).await?;
    Ok(keys.into_iter().find(|key| key.retired_at.is_none()))
}

fn open(secrets: &Secrets, purpose: Purpose, stored: &StoredKey) -> anyhow::Result<SigningKey> {
    let pkcs8 = secrets.open(purpose.name(), &stored.sealed_private_key).context(
        "the signing keys in the database were sealed with another security.secret; configure that one, or empty the table signing_keys",
    )?;
    SigningKey::from_der(purpose, &pkcs8)
}

fn generate(purpose: Purpose) -> anyhow::Result<Vec<u8>> {
    Ok(match purpose {
        Purpose::Lms => aws_lc_rs::rsa::KeyPair::generate(KeySize::Rsa2048)?
            .as_der()?
            .as_ref()
            .to_vec(),
        Purpose::Launch => EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?
            .to_pkcs8v1()?
            .as_ref()
            .to_vec(),
    })
}

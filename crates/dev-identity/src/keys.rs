//! The signing key: RS256, 2048 bits, one a process or one a key file.

use std::{
    fs::OpenOptions,
    io::{ErrorKind, Write},
    path::Path,
};

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rsa::{KeyPair, KeySize},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jwt_simple::prelude::{JWTClaims, RS256KeyPair, RSAKeyPairLike};
use serde::Serialize;

use crate::Error;

pub(crate) struct SigningKey {
    key_pair: RS256KeyPair,
    jwk: Jwk,
}

/// The public half as Entra publishes it: no `alg`, and the issuer that may sign with it.
#[derive(Serialize)]
pub(crate) struct Jwk {
    kty: &'static str,
    #[serde(rename = "use")]
    usage: &'static str,
    kid: String,
    n: String,
    e: String,
}

impl SigningKey {
    /// Reads the key from the file, creating it when absent; without a file a new key.
    pub(crate) fn load_or_generate(file: Option<&Path>) -> Result<Self, Error> {
        let Some(path) = file else { return Ok(Self::new(generate()?)) };
        let unusable = |source| Error::KeyFile {
            path: path.to_owned(),
            source,
        };
        match std::fs::read_to_string(path) {
            Ok(pem) => RS256KeyPair::from_pem(&pem)
                .map(Self::new)
                .map_err(|_| Error::KeyUnreadable(path.to_owned())),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let key_pair = generate()?;
                let pem = key_pair.to_pem().map_err(|_| Error::KeyGeneration)?;
                create_private_file(path, &pem).map_err(unusable)?;
                Ok(Self::new(key_pair))
            }
            Err(error) => Err(unusable(error)),
        }
    }

    fn new(key_pair: RS256KeyPair) -> Self {
        let kid = key_pair.jwk_thumbprint();
        let public = key_pair.public_key().to_components();
        let (n, e) = (URL_SAFE_NO_PAD.encode(public.n), URL_SAFE_NO_PAD.encode(public.e));
        Self {
            key_pair: key_pair.with_key_id(&kid),
            jwk: Jwk {
                kty: "RSA",
                usage: "sig",
                kid,
                n,
                e,
            },
        }
    }

    pub(crate) fn jwk(&self) -> &Jwk {
        &self.jwk
    }

    pub(crate) fn sign<C: Serialize>(&self, claims: JWTClaims<C>) -> Result<String, jwt_simple::Error> {
        self.key_pair.sign(claims)
    }
}

/// aws-lc generates in a tenth of a second also in a debug build, where jwt-simple's pure Rust takes many seconds.
fn generate() -> Result<RS256KeyPair, Error> {
    let key_pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| Error::KeyGeneration)?;
    let der = AsDer::<Pkcs8V1Der>::as_der(&key_pair).map_err(|_| Error::KeyGeneration)?;
    RS256KeyPair::from_der(der.as_ref()).map_err(|_| Error::KeyGeneration)
}

fn create_private_file(path: &Path, content: &str) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(content.as_bytes())
}

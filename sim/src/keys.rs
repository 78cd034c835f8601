//! RSA keys of Apps, in the form GitHub hands them out: PKCS#1, `BEGIN RSA PRIVATE KEY`.

use anyhow::{Context, anyhow};
use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rsa::{KeyPair, KeySize},
    signature::KeyPair as _,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use std::sync::OnceLock;

/// A private key and what is needed to check its signatures.
#[derive(Clone)]
pub(crate) struct AppKey {
    pub private_pem: String,
    /// `RSAPublicKey`, DER.
    pub public_der: Vec<u8>,
}

impl AppKey {
    /// Makes a new key. Takes a moment.
    pub(crate) fn generate() -> anyhow::Result<Self> {
        let pair =
            KeyPair::generate(KeySize::Rsa2048).map_err(|_| anyhow!("no RSA key could be made"))?;
        let pkcs8: Pkcs8V1Der<'_> =
            pair.as_der().map_err(|_| anyhow!("the RSA key cannot be written"))?;
        let inner = pkcs1_inside(pkcs8.as_ref()).context("the RSA key has an unknown form")?;
        Ok(Self {
            private_pem: pem("RSA PRIVATE KEY", inner),
            public_der: pair.public_key().as_ref().to_vec(),
        })
    }

    /// One key for all Apps of this process that bring none: tests start many simulations.
    pub(crate) fn of_this_process() -> anyhow::Result<Self> {
        static KEY: OnceLock<AppKey> = OnceLock::new();
        if let Some(key) = KEY.get() {
            return Ok(key.clone());
        }
        let key = Self::generate()?;
        Ok(KEY.get_or_init(|| key).clone())
    }

    /// Reads a key in PKCS#1 or PKCS#8.
    pub(crate) fn from_pem(text: &str) -> anyhow::Result<Self> {
        let body: String =
            text.lines().filter(|line| !line.starts_with("-----")).map(str::trim).collect();
        let der = BASE64_STANDARD.decode(body).context("the private key is not PEM")?;
        let pair = KeyPair::from_der(&der)
            .or_else(|_| KeyPair::from_pkcs8(&der))
            .map_err(|why| anyhow!("the private key is not RSA: {why}"))?;
        Ok(Self { private_pem: text.to_owned(), public_der: pair.public_key().as_ref().to_vec() })
    }
}

/// PKCS#8 is an envelope of fixed length around PKCS#1: the octet string that starts at its 23rd byte.
fn pkcs1_inside(pkcs8: &[u8]) -> Option<&[u8]> {
    const ENVELOPE: usize = 26;
    let is_octet_string = pkcs8.get(22..24)? == [0x04, 0x82];
    pkcs8.get(ENVELOPE..).filter(|_| is_octet_string)
}

fn pem(label: &str, der: &[u8]) -> String {
    let encoded = BASE64_STANDARD.encode(der);
    let mut text = format!("-----BEGIN {label}-----\n");
    for at in (0..encoded.len()).step_by(64) {
        text.push_str(&encoded[at..encoded.len().min(at + 64)]);
        text.push('\n');
    }
    text.push_str(&format!("-----END {label}-----\n"));
    text
}

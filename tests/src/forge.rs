//! What a liar can make: well-formed files, signed with keys of their own. And what the demo's key holders can:
//! their keys are derived from words that everybody may read.

use anyhow::{Context, Result};
use data_encoding::{BASE64, HEXLOWER};
use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};
use std::{fs, path::Path};
use weimenhu_domain::{
    record::Sha256,
    wire::{Head, PublicKey, pae},
};

/// The same payload under a signature by a key that no list names.
pub fn resign(envelope: &Value) -> Value {
    let payload = envelope["payload"].as_str().unwrap_or_default();
    seal(
        &SigningKey::from_bytes(&[7; 32]),
        &BASE64.decode(payload.as_bytes()).unwrap_or_default(),
    )
}

/// The head in these bytes, changed and signed again with the demo's head key.
///
/// # Errors
/// When the bytes hold no head.
pub fn reissue(head: &[u8], change: impl FnOnce(&mut Value)) -> Result<Vec<u8>> {
    let envelope: Value = serde_json::from_slice(head)?;
    let payload = envelope
        .get("payload")
        .and_then(Value::as_str)
        .context("no payload")?;
    let mut head: Value = serde_json::from_slice(&BASE64.decode(payload.as_bytes())?)?;
    change(&mut head);
    let key = SigningKey::from_bytes(&Sha256::of(b"weimenhu demo head 1").0);
    Ok(serde_json::to_vec(&seal(&key, &serde_json::to_vec(&head)?))?)
}

/// Writes the key file of the demo's root `n`, 1 to 3.
///
/// # Errors
/// File errors.
pub fn demo_root(n: u8, file: &Path) -> Result<()> {
    let seed = Sha256::of(format!("weimenhu demo root {n}").as_bytes()).0;
    let public = HEXLOWER.encode(SigningKey::from_bytes(&seed).verifying_key().as_bytes());
    let key = json!({"role": "root", "alg": "ed25519", "public": public, "seed": HEXLOWER.encode(&seed)});
    Ok(fs::write(file, key.to_string())?)
}

fn seal(key: &SigningKey, payload: &[u8]) -> Value {
    let signature = key.sign(&pae(Head::TYPE, payload));
    let public = PublicKey(HEXLOWER.encode(key.verifying_key().as_bytes()));
    json!({
        "payload": BASE64.encode(payload),
        "payloadType": Head::TYPE,
        "signatures": [{"keyid": public.id(), "alg": "ed25519", "sig": BASE64.encode(&signature.to_bytes())}],
    })
}

//! What a liar can make: well-formed files, signed with keys of their own. And what the demo's key holders can:
//! their keys are derived from words that everybody may read.

use anyhow::{Context, Result};
use data_encoding::{BASE64, HEXLOWER};
use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};
use std::{fs, path::Path};
use weimenhu_domain::{
    record::Sha256,
    wire::{Head, KeyList, PublicKey, pae},
};

/// The same payload under a signature by a key that no list names.
pub fn resign(envelope: &Value) -> Value {
    let payload = envelope["payload"].as_str().unwrap_or_default();
    seal(
        Head::TYPE,
        &[SigningKey::from_bytes(&[7; 32])],
        &BASE64.decode(payload.as_bytes()).unwrap_or_default(),
    )
}

/// The head in these bytes, changed and signed again with the demo's head key.
///
/// # Errors
/// When the bytes hold no head.
pub fn reissue(head: &[u8], change: impl FnOnce(&mut Value)) -> Result<Vec<u8>> {
    reissue_by(&Sha256::of(b"weimenhu demo head 1").0, head, change)
}

/// The same, signed with the key of this seed, which a newer key list may name.
///
/// # Errors
/// When the bytes hold no head.
pub fn reissue_by(seed: &[u8; 32], head: &[u8], change: impl FnOnce(&mut Value)) -> Result<Vec<u8>> {
    let mut head = payload(head)?;
    change(&mut head);
    let key = SigningKey::from_bytes(seed);
    Ok(serde_json::to_vec(&seal(
        Head::TYPE,
        &[key],
        &serde_json::to_vec(&head)?,
    ))?)
}

/// The key list in these bytes, changed and signed again by these roots of the demo, 1 to 3; others are strangers.
///
/// # Errors
/// When the bytes hold no key list.
pub fn reissue_keys(list: &[u8], change: impl FnOnce(&mut Value), roots: &[u8]) -> Result<Vec<u8>> {
    let mut list = payload(list)?;
    change(&mut list);
    let keys: Vec<SigningKey> = roots
        .iter()
        .map(|n| SigningKey::from_bytes(&root_seed(*n)))
        .collect();
    Ok(serde_json::to_vec(&seal(
        KeyList::TYPE,
        &keys,
        &serde_json::to_vec(&list)?,
    ))?)
}

/// The public half of the key of this seed, as a key list names it.
pub fn public(seed: &[u8; 32]) -> String {
    HEXLOWER.encode(SigningKey::from_bytes(seed).verifying_key().as_bytes())
}

/// What is signed in a file, whoever signed it.
///
/// # Errors
/// When it is no signed file.
pub fn payload(envelope: &[u8]) -> Result<Value> {
    let envelope: Value = serde_json::from_slice(envelope)?;
    let payload = envelope
        .get("payload")
        .and_then(Value::as_str)
        .context("no payload")?;
    Ok(serde_json::from_slice(&BASE64.decode(payload.as_bytes())?)?)
}

/// Writes the key file of the demo's root `n`, 1 to 3.
///
/// # Errors
/// File errors.
pub fn demo_root(n: u8, file: &Path) -> Result<()> {
    let seed = root_seed(n);
    let public = public(&seed);
    let key = json!({"role": "root", "alg": "ed25519", "public": public, "seed": HEXLOWER.encode(&seed)});
    Ok(fs::write(file, key.to_string())?)
}

fn root_seed(n: u8) -> [u8; 32] {
    Sha256::of(format!("weimenhu demo root {n}").as_bytes()).0
}

fn seal(kind: &str, keys: &[SigningKey], payload: &[u8]) -> Value {
    let signed = |key: &SigningKey| {
        let public = PublicKey(HEXLOWER.encode(key.verifying_key().as_bytes()));
        let signature = key.sign(&pae(kind, payload));
        json!({"keyid": public.id(), "alg": "ed25519", "sig": BASE64.encode(&signature.to_bytes())})
    };
    json!({
        "payload": BASE64.encode(payload),
        "payloadType": kind,
        "signatures": keys.iter().map(signed).collect::<Vec<_>>(),
    })
}

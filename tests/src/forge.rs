//! What a liar can make: well-formed files, signed with keys of their own.

use data_encoding::{BASE64, HEXLOWER};
use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};
use weimenhu_domain::wire::{Head, PublicKey, pae};

/// The same payload under a signature by a key that no list names.
pub fn resign(envelope: &Value) -> Value {
    let key = SigningKey::from_bytes(&[7; 32]);
    let payload = envelope["payload"].as_str().unwrap_or_default();
    let bytes = BASE64.decode(payload.as_bytes()).unwrap_or_default();
    let signature = key.sign(&pae(Head::TYPE, &bytes));
    let public = PublicKey(HEXLOWER.encode(key.verifying_key().as_bytes()));
    json!({
        "payload": payload,
        "payloadType": Head::TYPE,
        "signatures": [{"keyid": public.id(), "alg": "ed25519", "sig": BASE64.encode(&signature.to_bytes())}],
    })
}

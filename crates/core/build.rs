//! Copies the city's profile, keys and dump to where `bundle.rs` includes them from.
//!
//! The dump is a build product (`cargo xtask dump` writes it): a build without one gives an app that is empty
//! until it meets its server, and says so.

use std::{env, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../..");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let city = env::var("WEIMENHU_CITY").unwrap_or_else(|_| "wenzhou".into());
    let assets = root.join("assets").join(&city);
    let dump = env::var("WEIMENHU_DUMP")
        .map(PathBuf::from)
        .unwrap_or_else(|_| assets.join("dump.tar"));
    println!("cargo::rerun-if-env-changed=WEIMENHU_CITY");
    println!("cargo::rerun-if-env-changed=WEIMENHU_DUMP");

    for (from, to) in [
        (assets.join("profile.toml"), "profile.toml"),
        (assets.join("keys.json"), "keys.json"),
    ] {
        println!("cargo::rerun-if-changed={}", from.display());
        fs::copy(&from, out.join(to)).map_err(|e| format!("{}: {e}", from.display()))?;
    }
    println!("cargo::rerun-if-changed={}", dump.display());
    if dump.exists() {
        fs::copy(&dump, out.join("dump.tar"))?;
    } else {
        println!("cargo::warning=no dump of {city}: the app starts empty; `cargo xtask dump` makes one");
        fs::write(out.join("dump.tar"), [])?;
    }
    let keys = fs::read_to_string(out.join("keys.json"))?;
    if env::var_os("CARGO_FEATURE_PRODUCTION").is_some() && is_demo(&keys)? {
        return Err(format!(
            "assets/{city}/keys.json is marked as demo: a production build needs the city's own keys"
        )
        .into());
    }
    Ok(())
}

/// Whether the signed key list says that it is a demonstration's. The core looks again when it opens.
fn is_demo(envelope: &str) -> Result<bool, Box<dyn std::error::Error>> {
    let envelope: serde_json::Value = serde_json::from_str(envelope)?;
    let payload = envelope
        .get("payload")
        .and_then(|p| p.as_str())
        .ok_or("keys.json: no payload")?;
    let list: serde_json::Value = serde_json::from_slice(&data_encoding::BASE64.decode(payload.as_bytes())?)?;
    Ok(list.get("demo").and_then(|d| d.as_bool()).unwrap_or(false))
}

//! The demo's keys: derived from words that stand here for everybody to read, so that every checkout builds the
//! same sample city. The list says so (`demo`), and production builds of the app refuse it.

use super::{Key, Role, seal};
use crate::{Error, Result, error::own_json, tree::Tree};
use std::path::Path;
use weimenhu_domain::{record::Sha256, wire::KeyList};

/// SHA-256 of each is the seed of a demo root.
pub const DEMO_ROOTS: [&str; 3] = [
    "weimenhu demo root 1",
    "weimenhu demo root 2",
    "weimenhu demo root 3",
];
/// SHA-256 of it is the seed of the demo's head key.
pub const DEMO_HEAD: &str = "weimenhu demo head 1";

/// The demo's root keys.
pub fn demo_roots() -> [Key; 3] {
    DEMO_ROOTS.map(|words| Key::from_seed(Role::Root, Sha256::of(words.as_bytes()).0))
}

/// The demo's head key.
pub fn demo_head_key() -> Key {
    Key::from_seed(Role::Head, Sha256::of(DEMO_HEAD.as_bytes()).0)
}

/// The bytes of the demo's first key list, signed by all three roots. Always the same bytes.
///
/// # Errors
/// Never in practice: the list is always writable as JSON.
pub fn demo_key_list() -> Result<Vec<u8>> {
    let roots = demo_roots();
    let list = KeyList {
        n: 1,
        threshold: 2,
        roots: roots.iter().map(Key::public).collect(),
        heads: vec![demo_head_key().public()],
        ver_floor: 0,
        demo: true,
    };
    let payload = own_json(serde_json::to_vec(&list), "key list")?;
    let envelope = seal(KeyList::TYPE, &payload, &roots.each_ref(), None);
    own_json(serde_json::to_vec(&envelope), "key list")
}

/// Puts the demo's keys into a tree and a head key file, if they are not there.
///
/// # Errors
/// Other keys are there, or a file cannot be written.
pub fn set_up_demo(tree: &Tree, head_key: &Path) -> Result<()> {
    if !could_be_demo(tree, head_key)? {
        return Err(Error::usage(
            "there are keys here already, and not the demo's; use another directory",
        ));
    }
    tree.put_key_list(1, &demo_key_list()?)?;
    if !head_key.exists() {
        demo_head_key().write(head_key)?;
    }
    Ok(())
}

/// Whether the keys here are the demo's or none.
///
/// # Errors
/// A file cannot be read.
pub fn could_be_demo(tree: &Tree, head_key: &Path) -> Result<bool> {
    let list = tree.key_list(1)?;
    let list_is_demo = list.is_none() || list == Some(demo_key_list()?);
    let key_is_demo = !head_key.exists() || Key::read(head_key)?.public() == demo_head_key().public();
    Ok(list_is_demo && key_is_demo)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_list_opens_and_is_the_same_every_time() {
        let bytes = demo_key_list().unwrap();
        let list = KeyList::open_shipped(&bytes).unwrap();
        assert!(list.demo && list.n == 1 && list.threshold == 2 && list.roots.len() == 3);
        assert_eq!(list.heads, [demo_head_key().public()]);
        assert_eq!(bytes, demo_key_list().unwrap());
    }
}

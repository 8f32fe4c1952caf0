//! Key lists: drafting the next one, collecting the roots' signatures one holder after the other, publishing it.
//!
//! The holders of roots never meet: the first drafts and signs, sends the file on, the next adds a signature,
//! and whoever completes it publishes.

use super::{Key, Role, seal};
use crate::{Error, Result, error::own_json, tree::Tree};
use data_encoding::BASE64;
use weimenhu_domain::wire::{Envelope, KeyList, PublicKey};

/// What the next list should say; `None` keeps what the list before says.
#[derive(Debug, Clone, Default)]
pub struct ListDraft {
    /// The roots.
    pub roots: Option<Vec<PublicKey>>,
    /// The head keys.
    pub heads: Option<Vec<PublicKey>>,
    /// How many roots must sign.
    pub threshold: Option<usize>,
    /// What a device's stored `ver` becomes.
    pub ver_floor: Option<u64>,
}

impl ListDraft {
    /// The list after `before`, or the first one.
    ///
    /// # Errors
    /// The first list lacks roots or heads, or the threshold cannot be met or is below two.
    pub fn next(self, before: Option<&KeyList>) -> Result<KeyList> {
        let or = |new: Option<Vec<PublicKey>>, old: Option<&Vec<PublicKey>>, what: &str| {
            new.or_else(|| old.cloned())
                .filter(|keys| !keys.is_empty())
                .ok_or_else(|| Error::usage(format!("the list needs at least one {what}")))
        };
        let list = KeyList {
            n: before.map_or(1, |b| b.n.saturating_add(1)),
            threshold: self.threshold.or(before.map(|b| b.threshold)).unwrap_or(2),
            roots: or(self.roots, before.map(|b| &b.roots), "--root")?,
            heads: or(self.heads, before.map(|b| &b.heads), "--head")?,
            ver_floor: self.ver_floor.or(before.map(|b| b.ver_floor)).unwrap_or(0),
            demo: before.is_some_and(|b| b.demo),
        };
        if list.threshold < 2 || list.threshold > list.roots.len() {
            return Err(Error::usage(format!(
                "threshold {} with {} root(s): it must be at least 2 and at most the number of roots",
                list.threshold,
                list.roots.len()
            )));
        }
        Ok(list)
    }

    /// The unsigned envelope of the next list.
    ///
    /// # Errors
    /// As [`ListDraft::next`].
    pub fn envelope(self, before: Option<&KeyList>) -> Result<Envelope> {
        let payload = own_json(serde_json::to_vec(&self.next(before)?), "key list")?;
        Ok(seal(KeyList::TYPE, &payload, &[], None))
    }
}

/// Adds the signatures of these root keys; one that is there already is not repeated.
///
/// # Errors
/// A key is no root key, or the envelope holds no key list.
pub fn add_signatures(envelope: &mut Envelope, roots: &[Key]) -> Result<()> {
    let payload = BASE64.decode(envelope.payload.as_bytes());
    let payload = payload.map_err(|_| Error::usage("the draft is damaged"))?;
    if envelope.payload_type != KeyList::TYPE {
        return Err(Error::usage("the draft holds no key list"));
    }
    for key in roots {
        if key.role != Role::Root {
            return Err(Error::usage("only root keys sign key lists; this is a head key"));
        }
        let signature = key.sign(KeyList::TYPE, &payload);
        if envelope.signatures.iter().all(|s| s.keyid != signature.keyid) {
            envelope.signatures.push(signature);
        }
    }
    Ok(())
}

/// The list, if enough roots have signed it for a device that stands at `before`.
///
/// # Errors
/// Signatures are missing, with how many.
pub fn is_complete(bytes: &[u8], before: Option<&KeyList>) -> Result<KeyList> {
    Ok(match before {
        None => KeyList::open_shipped(bytes)?,
        Some(before) => before.open_successor(bytes)?,
    })
}

/// All lists of the tree, checked as a device would check them.
///
/// # Errors
/// A list is not properly signed.
pub fn published(tree: &Tree) -> Result<Vec<KeyList>> {
    let mut lists: Vec<KeyList> = Vec::new();
    for n in 1.. {
        let Some(bytes) = tree.key_list(n)? else { break };
        let list = is_complete(&bytes, lists.last())?;
        lists.push(list);
    }
    Ok(lists)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_list_needs_both_thresholds_and_signatures_can_be_collected() {
        let old: Vec<Key> = (0..3).map(|_| Key::generate(Role::Root)).collect();
        let new: Vec<Key> = (0..2).map(|_| Key::generate(Role::Root)).collect();
        let head = Key::generate(Role::Head);
        let publics = |keys: &[Key]| Some(keys.iter().map(Key::public).collect());
        let draft = ListDraft {
            roots: publics(&old),
            heads: Some(vec![head.public()]),
            ..ListDraft::default()
        };
        let mut first = draft.envelope(None).unwrap();
        add_signatures(&mut first, &old[..1]).unwrap();
        add_signatures(&mut first, &old[..1]).unwrap();
        let bytes = |e: &Envelope| serde_json::to_vec(e).unwrap();
        assert!(is_complete(&bytes(&first), None).is_err(), "one root, twice");
        add_signatures(&mut first, &old[1..2]).unwrap();
        let first = is_complete(&bytes(&first), None).unwrap();

        let draft = ListDraft {
            roots: publics(&new),
            ver_floor: Some(40),
            ..ListDraft::default()
        };
        let mut second = draft.envelope(Some(&first)).unwrap();
        add_signatures(&mut second, &new).unwrap();
        assert!(
            is_complete(&bytes(&second), Some(&first)).is_err(),
            "new roots alone"
        );
        add_signatures(&mut second, &old[1..]).unwrap();
        let second = is_complete(&bytes(&second), Some(&first)).unwrap();
        assert_eq!((second.n, second.ver_floor, &second.heads), (2, 40, &first.heads));
        assert!(
            add_signatures(&mut first_envelope(&first), &[head]).is_err(),
            "a head key"
        );
    }

    fn first_envelope(list: &KeyList) -> Envelope {
        seal(KeyList::TYPE, &serde_json::to_vec(list).unwrap(), &[], None)
    }

    #[test]
    fn a_threshold_that_cannot_hold_is_refused() {
        let roots: Vec<_> = (0..2).map(|_| Key::generate(Role::Root).public()).collect();
        for threshold in [1, 3] {
            let draft = ListDraft {
                roots: Some(roots.clone()),
                heads: Some(vec![Key::generate(Role::Head).public()]),
                threshold: Some(threshold),
                ver_floor: None,
            };
            assert!(draft.next(None).is_err(), "{threshold}");
        }
    }
}

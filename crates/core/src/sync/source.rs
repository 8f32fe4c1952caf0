//! Where the files come from: the network or the dump. Two places, one shape, so what is checked for one is
//! checked for the other.

use super::staging::{Progress, Staging};
use crate::{
    dump::{Dump, decompress, decompress_up_to},
    error::{Error, Result},
    remote::Remote,
};
use serde::de::DeserializeOwned;
use std::borrow::Cow;
use weimenhu_domain::{
    record::Sha256,
    wire::{CollectionHead, Index, MAX_OBJECT, ObjectRef},
};

/// The largest index accepted, decompressed: a hundred segments are about 20 KB.
const MAX_RAW_INDEX: u64 = 4 << 20;

/// A place that has the city's files.
pub enum Source<'a> {
    /// The app itself.
    Dump(&'a Dump),
    /// A server, with the folder where half-fetched objects wait.
    Network(&'a Remote, &'a Staging),
}

impl Source<'_> {
    /// The newest head it has.
    pub async fn head(&self) -> Result<Vec<u8>> {
        match self {
            Self::Dump(dump) => Ok(dump.file("head")?.to_vec()),
            Self::Network(remote, _) => remote.head().await,
        }
    }

    /// Key list `n`, if it has it.
    pub async fn keys(&self, n: u32) -> Result<Option<Vec<u8>>> {
        match self {
            Self::Dump(dump) => Ok(dump.file(&format!("keys/{n}")).ok().map(<[u8]>::to_vec)),
            Self::Network(remote, _) => remote.keys(n).await,
        }
    }

    /// The index that a head names. It must be of the very history and epoch that the head promised.
    pub async fn index(&self, head: &CollectionHead, fetched: &Progress<'_>) -> Result<Index> {
        // An index names its own objects' sizes, but nothing names its raw size: it is capped instead.
        let object = ObjectRef {
            sha: head.index,
            size: head.index_size,
            raw_size: 0,
        };
        let raw = decompress_up_to(&self.bytes(&object, fetched).await?, MAX_RAW_INDEX)?;
        let index: Index = serde_json::from_slice(&raw)?;
        if index.lineage == head.lineage && index.epoch == head.epoch && index.schema == head.schema {
            Ok(index)
        } else {
            Err(Error::Damaged("an index of another epoch".into()))
        }
    }

    /// The decompressed bytes of an object, its size and hash checked.
    pub async fn object(&self, object: &ObjectRef, fetched: &Progress<'_>) -> Result<Vec<u8>> {
        decompress(&self.bytes(object, fetched).await?, object.raw_size)
    }

    /// An object that is one JSON value.
    pub async fn json<T: DeserializeOwned>(&self, object: &ObjectRef, fetched: &Progress<'_>) -> Result<T> {
        Ok(serde_json::from_slice(&self.object(object, fetched).await?)?)
    }

    async fn bytes(&self, object: &ObjectRef, fetched: &Progress<'_>) -> Result<Cow<'_, [u8]>> {
        if object.size > MAX_OBJECT {
            return Err(Error::Damaged(format!("{}: larger than allowed", object.sha)));
        }
        match self {
            Self::Dump(dump) => {
                let bytes = dump.file(&format!("o/{}", object.sha))?;
                if bytes.len() as u64 != object.size || Sha256::of(bytes) != object.sha {
                    return Err(Error::Damaged(object.sha.to_string()));
                }
                Ok(Cow::Borrowed(bytes))
            }
            Self::Network(remote, staging) => Ok(Cow::Owned(staging.fetch(remote, object, fetched).await?)),
        }
    }
}

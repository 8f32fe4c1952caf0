//! Segments and body packs: changes, one JSON object a line.
//!
//! ```json
//! {"e":41,"i":7,"put":{"title":"…"}}
//! {"e":42,"i":3,"del":1}
//! {"e":43,"i":5,"redact":1}
//! ```
//! Whole records, no patches: a phone may lack the body that a patch would need. The bytes of `put` are kept
//! as they are, because the fingerprint is taken over them.

use super::Epoch;
use crate::record::Id;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// One change of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// Its place in the collection's history.
    pub epoch: Epoch,
    /// The record.
    pub id: Id,
    /// What happened to it.
    pub change: Change,
}

/// What happened to a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is now this: the record's wire bytes (JSON).
    Put(String),
    /// It is gone from the lists.
    Delete,
    /// It is gone, and its bytes must leave every disk.
    Redact,
}

/// A line of a segment is not an operation, or a column of a snapshot does not fit the others.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("malformed object at entry {0}")]
pub struct Malformed(pub usize);

#[derive(Serialize, Deserialize)]
struct Line<'a> {
    e: Epoch,
    i: Id,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    put: Option<&'a RawValue>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    del: Option<u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    redact: Option<u8>,
}

/// Reads the decompressed bytes of a segment or pack.
///
/// # Errors
/// [`Malformed`] with the line's number, from 0. What is inside `put` is not looked at.
pub fn read_operations(bytes: &[u8]) -> Result<Vec<Operation>, Malformed> {
    let lines = bytes.split(|&b| b == b'\n').filter(|line| !line.is_empty());
    lines
        .enumerate()
        .map(|(n, line)| {
            let line: Line = serde_json::from_slice(line).map_err(|_| Malformed(n))?;
            let change = match (line.put, line.del, line.redact) {
                (Some(record), None, None) => Change::Put(record.get().to_owned()),
                (None, Some(_), None) => Change::Delete,
                (None, None, Some(_)) => Change::Redact,
                _ => return Err(Malformed(n)),
            };
            Ok(Operation {
                epoch: line.e,
                id: line.i,
                change,
            })
        })
        .collect()
}

/// Writes operations as [`read_operations`] reads them.
///
/// # Errors
/// [`Malformed`] when the bytes of a `put` are not one JSON value.
pub fn write_operations(operations: &[Operation]) -> Result<Vec<u8>, Malformed> {
    let mut bytes = Vec::new();
    for (n, operation) in operations.iter().enumerate() {
        let put = match &operation.change {
            Change::Put(json) => Some(serde_json::from_str::<&RawValue>(json).map_err(|_| Malformed(n))?),
            _ => None,
        };
        let line = Line {
            e: operation.epoch,
            i: operation.id,
            put,
            del: (operation.change == Change::Delete).then_some(1),
            redact: (operation.change == Change::Redact).then_some(1),
        };
        serde_json::to_writer(&mut bytes, &line).map_err(|_| Malformed(n))?;
        bytes.push(b'\n');
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_survive_the_wire_byte_for_byte() {
        let all = vec![
            Operation {
                epoch: 1,
                id: 9,
                change: Change::Put("{\"title\":\"甲\", \"x\":[1, 2]}".into()),
            },
            Operation {
                epoch: 2,
                id: 9,
                change: Change::Delete,
            },
            Operation {
                epoch: 3,
                id: 4,
                change: Change::Redact,
            },
        ];
        let bytes = write_operations(&all).unwrap();
        assert_eq!(read_operations(&bytes).unwrap(), all);
    }

    #[test]
    fn a_line_that_is_no_operation_is_named() {
        let bytes = b"{\"e\":1,\"i\":1,\"del\":1}\n{\"e\":2,\"i\":1}\n";
        assert_eq!(read_operations(bytes), Err(Malformed(1)));
        assert_eq!(read_operations(b"<html>"), Err(Malformed(0)));
    }
}

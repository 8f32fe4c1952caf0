//! What an import says: faults by row, conflicts by field, and one line of counts.

use std::fmt;

/// Something wrong with a row, in words for the person who can correct it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line in the file; 0 for the file as a whole.
    pub row: u64,
    /// The source's id, as far as it is known.
    pub id: String,
    /// The field or column; empty for the row as a whole.
    pub field: String,
    /// What is wrong.
    pub what: String,
    /// Why that matters or what to do.
    pub advice: String,
    /// Worth a word, but the row is imported.
    pub warning: bool,
}

impl Fault {
    /// A fault that keeps the row out.
    pub(crate) fn bad(field: &str, what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            row: 0,
            id: String::new(),
            field: field.into(),
            what: what.into(),
            advice: advice.into(),
            warning: false,
        }
    }

    /// A fault with which the row is imported.
    pub(crate) fn warning(field: &str, what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            warning: true,
            ..Self::bad(field, what, advice)
        }
    }

    pub(crate) fn at(self, row: u64, id: &str) -> Self {
        Self {
            row,
            id: id.into(),
            ..self
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = match self.row {
            0 => "-".into(),
            row => row.to_string(),
        };
        let mild = if self.warning { "(warning) " } else { "" };
        let (id, what) = (short(&self.id), short(&self.what));
        write!(
            f,
            "{row} | {id} | {} | {mild}{what} | {}",
            self.field, self.advice
        )
    }
}

/// A record that was corrected here and changed in the source since the last import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The line in the file.
    pub row: u64,
    /// The source's id.
    pub id: String,
    /// Each field that differs: its name, our value, the import's.
    pub fields: Vec<(String, String, String)>,
    /// Whether the import's values were taken.
    pub taken: bool,
}

/// What an import found and did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The encoding that was used.
    pub encoding: &'static str,
    /// Rows in the file.
    pub rows: usize,
    /// Everything that is wrong or worth a word.
    pub faults: Vec<Fault>,
    /// Rows that were not imported because of a fault.
    pub bad: usize,
    /// Records that were not known.
    pub new: usize,
    /// Records that changed.
    pub changed: usize,
    /// Records that were as they are.
    pub unchanged: usize,
    /// Records changed on both sides.
    pub conflicts: Vec<Conflict>,
    /// There were bad rows and `--skip-bad` was not given.
    pub nothing_imported: bool,
    /// Nothing was written because it was only a try.
    pub dry_run: bool,
}

impl Outcome {
    /// Whether a row was bad.
    pub fn has_bad_rows(&self) -> bool {
        self.bad > 0
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.faults.is_empty() {
            writeln!(f, "row | id | field | what is wrong | what to do")?;
        }
        for fault in &self.faults {
            writeln!(f, "{fault}")?;
        }
        for conflict in &self.conflicts {
            let kept = if conflict.taken {
                "the import's is taken"
            } else {
                "ours is kept"
            };
            writeln!(
                f,
                "conflict: row {} | {}: corrected here and changed in the source; {kept}",
                conflict.row, conflict.id
            )?;
            for (field, ours, theirs) in &conflict.fields {
                writeln!(f, "  {field}: ours {} | import {}", short(ours), short(theirs))?;
            }
        }
        let would = if self.dry_run {
            " (dry run: nothing was written)"
        } else {
            ""
        };
        if self.nothing_imported {
            writeln!(
                f,
                "nothing imported: {} of {} rows are bad; correct them, or use --skip-bad",
                self.bad, self.rows
            )
        } else {
            writeln!(
                f,
                "{}: new {} / changed {} / unchanged {} / conflicts {} / bad {}{would}",
                self.encoding,
                self.new,
                self.changed,
                self.unchanged,
                self.conflicts.len(),
                self.bad
            )
        }
    }
}

/// One line, and not the whole of an article.
fn short(text: &str) -> String {
    let line: String = text
        .chars()
        .take(80)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if text.chars().count() > 80 {
        line + "…"
    } else {
        line
    }
}

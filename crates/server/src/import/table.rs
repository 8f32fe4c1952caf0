//! Rows of named cells, from CSV or JSON lines. A row that cannot be read is kept with its fault, so that the
//! report counts it.

use super::Fault;
use serde_json::{Map, Value};
use std::collections::{BTreeSet, HashSet};

/// A file as rows.
#[derive(Debug, Default)]
pub struct Table {
    /// The columns; of JSON lines, every key that any of them has.
    pub columns: Vec<String>,
    pub rows: Vec<Row>,
}

impl Table {
    /// Whether it can be one at all.
    ///
    /// # Errors
    /// It holds no rows, or two columns have one name.
    pub fn check(&self) -> Result<(), String> {
        if self.rows.is_empty() {
            return Err("it holds no rows".into());
        }
        let mut seen = HashSet::new();
        match self
            .columns
            .iter()
            .find(|name| !name.is_empty() && !seen.insert(*name))
        {
            Some(twice) => Err(format!("two columns are called {twice}: rename one of them")),
            None => Ok(()),
        }
    }
}

/// A row as it stands in the file.
#[derive(Debug, Default)]
pub struct Row {
    /// The line it begins on, from 1.
    pub line: u64,
    pub cells: Map<String, Value>,
    /// What is wrong with the row as such.
    pub fault: Option<Fault>,
}

/// Reads CSV with a header. The separator is the comma, semicolon or tab of which the header has most.
pub fn read_csv(text: &str) -> Table {
    let header = text.lines().next().unwrap_or_default();
    let separator = [',', ';', '\t']
        .into_iter()
        .max_by_key(|c| (header.matches(*c).count(), *c == ','))
        .unwrap_or(',');
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .delimiter(u8::try_from(separator).unwrap_or(b','))
        .from_reader(text.as_bytes());
    let columns: Vec<String> = match reader.headers() {
        Ok(names) => names.iter().map(|n| n.trim().to_owned()).collect(),
        Err(_) => Vec::new(),
    };
    let mut rows = Vec::new();
    for (n, record) in reader.records().enumerate() {
        let mut row = Row {
            line: n as u64 + 2,
            ..Row::default()
        };
        match record {
            Ok(record) => {
                row.line = record.position().map_or(row.line, csv::Position::line);
                if record.len() != columns.len() {
                    let word = if record.len() < columns.len() {
                        "missing"
                    } else {
                        "extra"
                    };
                    row.fault = Some(Fault::bad(
                        "",
                        format!("{word} cells: {} instead of {}", record.len(), columns.len()),
                        "text that holds a separator or a line break must stand in double quotes",
                    ));
                }
                let cells = columns.iter().zip(record.iter());
                row.cells = cells.map(|(c, v)| (c.clone(), Value::from(v))).collect();
            }
            Err(e) => row.fault = Some(Fault::bad("", e.to_string(), "correct the row")),
        }
        rows.push(row);
    }
    Table { columns, rows }
}

/// Reads one JSON object a line; empty lines are skipped.
pub fn read_json_lines(text: &str) -> Table {
    let lines = (1..).zip(text.lines()).filter(|(_, l)| !l.trim().is_empty());
    let rows = lines.map(|(line, text)| match serde_json::from_str(text) {
        Ok(Value::Object(cells)) => Row {
            line,
            cells,
            fault: None,
        },
        Ok(_) => unreadable(line, "not a JSON object".into()),
        Err(e) => unreadable(line, format!("not JSON: {e}")),
    });
    let rows: Vec<Row> = rows.collect();
    let names: BTreeSet<&String> = rows.iter().flat_map(|row| row.cells.keys()).collect();
    Table {
        columns: names.into_iter().cloned().collect(),
        rows,
    }
}

fn unreadable(line: u64, what: String) -> Row {
    Row {
        line,
        cells: Map::new(),
        fault: Some(Fault::bad("", what, "each line is one JSON object")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_rows_know_their_line_and_say_how_many_cells_they_lack() {
        let table = read_csv("id,title\n1,\"两\n行\"\n2\n3,a,b\n");
        let seen: Vec<_> = table
            .rows
            .iter()
            .map(|r| (r.line, r.fault.as_ref().map(|f| f.what.clone())))
            .collect();
        assert_eq!(
            seen,
            [
                (2, None),
                (4, Some("missing cells: 1 instead of 2".into())),
                (5, Some("extra cells: 3 instead of 2".into())),
            ]
        );
        assert_eq!(table.rows[0].cells["title"], "两\n行");
    }

    #[test]
    fn semicolons_and_tabs_separate_too() {
        for text in ["id;title\n1;甲,乙\n", "id\ttitle\n1\t甲,乙\n"] {
            assert_eq!(read_csv(text).rows[0].cells["title"], "甲,乙");
        }
    }

    #[test]
    fn a_cut_json_line_is_a_fault_of_its_own_line() {
        let table = read_json_lines("{\"id\":1}\n\n{\"id\":");
        assert_eq!(table.rows.len(), 2);
        assert!(table.rows[0].fault.is_none());
        assert_eq!((table.rows[1].line, table.rows[1].fault.is_some()), (3, true));
    }
}

//! A report as a table: on the page, as CSV and as an Excel workbook. The words are the caller's.

use super::{By, Line};
use crate::Result;

/// The titles of the columns, as Fluent ids.
pub fn columns(by: By) -> [&'static str; 20] {
    let first = match by {
        By::Department => "report-department",
        By::County => "report-county",
        By::Kind => "report-kind",
        By::Month => "report-month",
    };
    [
        first,
        "report-received",
        "report-routed",
        "report-answered",
        "report-response-rate",
        "report-answer-rate",
        "report-median",
        "report-p90",
        "report-satisfaction",
        "report-rated",
        "rating-very_good",
        "rating-good",
        "rating-fair",
        "rating-bad",
        "rating-very_bad",
        "report-reopened",
        "report-extended",
        "report-red",
        "report-supervised",
        "report-score",
    ]
}

/// The cells of a line, in the order of [`columns`]; `name` is what the line is called.
pub fn cells(name: String, line: &Line) -> [String; 20] {
    let number = |n: Option<f64>| n.map(|n| format!("{n:.1}")).unwrap_or_default();
    let days = |n: Option<i32>| n.map(|n| n.to_string()).unwrap_or_default();
    let [very_good, good, fair, bad, very_bad] = line.grades.map(|n| n.to_string());
    [
        name,
        line.received.to_string(),
        line.routed.to_string(),
        line.answered.to_string(),
        number(line.response_rate()),
        number(line.answer_rate()),
        days(line.within(50)),
        days(line.within(90)),
        number(line.satisfaction()),
        line.rated().to_string(),
        very_good,
        good,
        fair,
        bad,
        very_bad,
        line.reopened.to_string(),
        line.extended.to_string(),
        line.red.to_string(),
        line.supervised.to_string(),
        line.score.to_string(),
    ]
}

/// As CSV with a byte-order mark, which spreadsheets in China need to read UTF-8. A cell that would be a formula is
/// quoted as text.
///
/// # Errors
/// None in practice: it is written to memory.
pub fn csv(titles: &[String], rows: &[[String; 20]]) -> Result<Vec<u8>> {
    let mut out = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    let wrong = |_| crate::Error::Inconsistent("a report cannot be written".into());
    out.write_record(titles).map_err(wrong)?;
    for row in rows {
        let safe = |c: &String| {
            if c.starts_with(['=', '+', '@']) {
                format!("'{c}")
            } else {
                c.clone()
            }
        };
        out.write_record(row.iter().map(safe)).map_err(wrong)?;
    }
    out.into_inner()
        .map_err(|_| crate::Error::Inconsistent("a report cannot be written".into()))
}

/// As an Excel workbook.
///
/// # Errors
/// None in practice: it is written to memory.
pub fn xlsx(titles: &[String], rows: &[[String; 20]]) -> Result<Vec<u8>> {
    let wrong = |_| crate::Error::Inconsistent("a report cannot be written".into());
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, title) in (0..).zip(titles) {
        sheet.write_string(0, column, title).map_err(wrong)?;
    }
    for (row, cells) in (1..).zip(rows) {
        for (column, cell) in (0..).zip(cells) {
            match cell.parse::<f64>() {
                // The first names the line, whatever it looks like.
                Ok(number) if column > 0 => sheet.write_number(row, column, number).map_err(wrong)?,
                _ => sheet.write_string(row, column, cell).map_err(wrong)?,
            };
        }
    }
    book.save_to_buffer().map_err(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_never_a_formula() {
        let titles = columns(By::County).map(str::to_owned);
        let table = csv(&titles, &[cells("=1+1".into(), &Line::default())]).unwrap();
        assert!(String::from_utf8(table).unwrap().contains("\n'=1+1,"));
    }
}

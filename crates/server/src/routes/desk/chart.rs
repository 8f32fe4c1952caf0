//! Charts of bars, drawn here as inline SVG: no script, no library, the desk's own colours. Every bar has its figure as
//! text beside it, so no colour needs to be told from another, and a screen reader reads what is drawn.
//!
//! Lying bars in the width of a phone, one below the other: standing ones have no room for the names of departments.
//! Rejected: a charting crate (they draw pictures with colours and fonts of their own), and `<meter>`, which every
//! browser paints differently and which cannot stand for a number of letters.

use crate::{petition::report::Line, words::Lang};
use askama::Template;

/// The length of a full bar, of a picture 360 wide.
const FULL: u32 = 240;
/// The height of a bar with the gap below it.
const STEP: u32 = 20;
/// Of a heading above bars.
const HEADING: u32 = 24;
/// So many months at most, the newest: a chart, not an archive.
const MONTHS: usize = 36;
/// Characters of a heading that fit.
const FITS: usize = 26;

/// A chart.
#[derive(Template)]
#[template(path = "desk/chart.html")]
pub struct Chart {
    /// Names it in the page.
    id: &'static str,
    title: String,
    headings: Vec<(u32, String)>,
    bars: Vec<Bar>,
    height: u32,
}

struct Bar {
    y: u32,
    /// Where the bar begins.
    x: u32,
    width: u32,
    /// Of a full bar; 0: nothing lies below this one.
    full: u32,
    class: &'static str,
    /// Before the bar; empty where a heading stands above it.
    name: String,
    /// Behind it.
    figure: String,
}

impl Bar {
    /// Where its words stand.
    const fn base(&self) -> u32 {
        self.y + 12
    }

    /// Where its figure stands.
    const fn behind(&self) -> u32 {
        self.x
            + 6
            + if self.full > self.width {
                self.full
            } else {
                self.width
            }
    }
}

/// 按期回应率 and 按期反馈率 of each line; `None` where nothing was due at all.
pub fn rates(t: Lang, lines: &[(String, &Line)]) -> Option<Chart> {
    let (mut headings, mut bars, mut y) = (Vec::new(), Vec::new(), 0);
    for (name, line) in lines {
        let both = [("response", line.response_rate()), ("answer", line.answer_rate())];
        if both.iter().all(|(_, rate)| rate.is_none()) {
            continue;
        }
        headings.push((y + 16, name.chars().take(FITS).collect()));
        y += HEADING;
        for (class, rate) in both {
            let figure = rate.map_or_else(|| "—".to_owned(), |rate| format!("{rate:.1} %"));
            bars.push(Bar {
                y,
                x: 0,
                width: rate.map_or(0, |rate| part(rate, 100.0)),
                full: FULL,
                class,
                name: String::new(),
                figure: format!("{} {figure}", t.name("chart", class)),
            });
            y += STEP;
        }
        y += STEP / 2;
    }
    (!bars.is_empty()).then(|| Chart {
        id: "chart-rates",
        title: t.say("chart-rates"),
        headings,
        bars,
        height: y,
    })
}

/// Letters submitted in each month; `None` where there are none.
pub fn months(t: Lang, months: &[(String, u32)]) -> Option<Chart> {
    let shown = months.get(months.len().saturating_sub(MONTHS)..)?;
    let most = shown.iter().map(|(_, n)| *n).max().filter(|n| *n > 0)?;
    let rows = (0_u32..).zip(shown);
    let bars: Vec<Bar> = rows
        .map(|(row, (month, n))| Bar {
            y: row * STEP,
            x: 64,
            width: part(f64::from(*n), f64::from(most)),
            full: 0,
            class: "response",
            name: month.clone(),
            figure: n.to_string(),
        })
        .collect();
    Some(Chart {
        id: "chart-months",
        title: t.say("chart-months"),
        headings: Vec::new(),
        height: bars.last().map_or(0, |bar| bar.y + STEP),
        bars,
    })
}

/// How long a bar is: a whole number, without a cast that could wrap.
fn part(value: f64, most: f64) -> u32 {
    let length = value * f64::from(FULL) / most;
    (0..=FULL)
        .rev()
        .find(|n| f64::from(*n) <= length)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_figure_says_and_nothing_due_is_not_nought() {
        let line = Line {
            responses: (4, 3),
            ..Line::default()
        };
        let all = [("<示例>".to_owned(), &line), ("空".to_owned(), &Line::default())];
        let svg = rates(Lang::Chinese, &all).unwrap().render().unwrap();
        assert!(svg.contains("width=\"180\"") && svg.contains("75.0 %"), "{svg}");
        assert!(svg.contains("— ") || svg.contains(" —"), "{svg}");
        assert!(!svg.contains("<示例>") && !svg.contains('空'), "{svg}");
        assert!(rates(Lang::Chinese, &all[1..]).is_none());
        let counted: Vec<(String, u32)> = (1..=40).map(|n| (format!("m{n}-"), n)).collect();
        let svg = months(Lang::Chinese, &counted).unwrap().render().unwrap();
        assert!(
            svg.contains("m40-") && svg.contains("m5-") && !svg.contains("m4-"),
            "{svg}"
        );
        assert!(svg.contains("width=\"240\"") && months(Lang::Chinese, &[]).is_none());
    }
}

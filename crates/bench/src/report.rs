//! What a bench leaves: a table to read, JSON to compare, a plot for the README.

use anyhow::Result;
use serde_json::Value;
use std::{fmt::Write as _, fs, path::Path};

/// Prints a Markdown table: the figures of a run, one row an engine.
pub fn table(head: &[&str], rows: &[Vec<String>]) {
    println!("| {} |", head.join(" | "));
    println!("|{}", "---|".repeat(head.len()));
    for row in rows {
        println!("| {} |", row.join(" | "));
    }
    println!();
}

/// Writes `NAME.json`.
pub fn json(out: &Path, name: &str, value: &Value) -> Result<()> {
    let path = out.join(format!("{name}.json"));
    fs::write(&path, serde_json::to_string_pretty(value)? + "\n")?;
    eprintln!("wrote {}", path.display());
    Ok(())
}

/// The machine, as far as it says so itself.
pub fn machine() -> String {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu
        .lines()
        .find_map(|l| l.strip_prefix("model name"))
        .unwrap_or(": unknown");
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    format!("{}, {cores} cores", model.trim_start_matches(['\t', ' ', ':']))
}

/// One line of the plot: an engine's milliseconds by number of documents.
pub struct Line {
    /// The engine.
    pub name: String,
    /// Documents and milliseconds, both above zero.
    pub points: Vec<(f64, f64)>,
}

/// Writes the plot, both axes logarithmic.
pub fn plot(path: &Path, title: &str, lines: &[Line]) -> Result<()> {
    const COLOURS: [&str; 5] = ["#c8102e", "#8a6d3b", "#1f6feb", "#2da44e", "#6e7781"];
    let points = || lines.iter().flat_map(|l| &l.points);
    let (x0, x1) = bounds(points().map(|p| p.0));
    let (y0, y1) = bounds(points().map(|p| p.1));
    let x = |v: f64| 60.0 + 400.0 * (v.log10() - x0) / (x1 - x0);
    let y = |v: f64| 300.0 - 250.0 * (v.log10() - y0) / (y1 - y0);
    let mut svg = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 680 340\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"680\" height=\"340\" fill=\"#fff\"/>\n",
    );
    writeln!(svg, "<text x=\"60\" y=\"24\" font-size=\"14\">{title}</text>")?;
    for decade in (x0 as i32)..=(x1 as i32) {
        let at = x(10f64.powi(decade));
        writeln!(
            svg,
            "<path d=\"M{at:.1} 50V300\" stroke=\"#ddd\"/><text x=\"{at:.1}\" y=\"318\" text-anchor=\"middle\">{}</text>",
            10f64.powi(decade)
        )?;
    }
    for decade in (y0 as i32)..=(y1 as i32) {
        let at = y(10f64.powi(decade));
        // There is room for eight characters.
        let (unit, down) = if decade < 3 { ("ms", 0) } else { ("s", 3) };
        writeln!(
            svg,
            "<path d=\"M60 {at:.1}H460\" stroke=\"#ddd\"/><text x=\"54\" y=\"{at:.1}\" dy=\"4\" text-anchor=\"end\">{} {unit}</text>",
            10f64.powi(decade - down)
        )?;
    }
    for (n, (line, colour)) in lines.iter().zip(COLOURS).enumerate() {
        let path: Vec<String> = line
            .points
            .iter()
            .map(|p| format!("{:.1},{:.1}", x(p.0), y(p.1)))
            .collect();
        writeln!(
            svg,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>",
            path.join(" ")
        )?;
        for p in &line.points {
            writeln!(
                svg,
                "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"3\" fill=\"{colour}\"/>",
                x(p.0),
                y(p.1)
            )?;
        }
        writeln!(
            svg,
            "<text x=\"480\" y=\"{}\" fill=\"{colour}\">{}</text>",
            70 + 22 * n,
            line.name
        )?;
    }
    svg.push_str("</svg>\n");
    fs::write(path, svg)?;
    Ok(())
}

/// Whole decades around the values.
fn bounds(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values.fold((f64::MAX, f64::MIN), |(l, h), v| {
        (l.min(v.log10()), h.max(v.log10()))
    });
    (low.floor(), high.ceil().max(low.floor() + 1.0))
}

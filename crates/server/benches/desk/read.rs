//! Reading: pages of the desk over HTTP, and the engine's looks at all that runs.

use crate::{
    Options,
    city::{Running, SignIn, code},
    http::Connection,
    percentile,
};
use anyhow::{Result, ensure};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::{fs, path::Path, time::Instant};
use weimenhu_server::{City, Config, petition::engine};

/// Pages of the queue, and one letter, as a reviewer of the Office opens them.
const PAGES: [(&str, &str); 8] = [
    ("queue", "/desk"),
    ("queue, page 20", "/desk?page=19"),
    ("queue, page 1,000", "/desk?page=999"),
    ("red light", "/desk?light=red"),
    ("one department", "/desk?department=1"),
    ("one number", "/desk?text=NUMBER"),
    ("words of a letter", "/desk?text=示例"),
    ("words of no letter", "/desk?text=没有这样的信"),
];

/// Asks for each page, in rounds; prints CPU of the server and what the clerk waited.
pub fn pages(data: &Path, (login, password, secret): &SignIn, options: &Options) -> Result<Value> {
    let server = Running::start(data)?;
    let mut to = Connection::open(server.at)?;
    let form = format!(
        "login={login}&password={}&code={}",
        percent(password),
        code(secret)?
    );
    let kind = "content-type: application/x-www-form-urlencoded\r\n";
    let signed = to.ask("POST", "/desk/sign-in", kind, &form)?;
    ensure!(!signed.cookie.is_empty(), "the desk did not let the bench in");
    let cookie = format!("cookie: {}\r\n", signed.cookie);
    let first = to.ask("GET", "/desk", &cookie, "")?;
    let number = first.body.split("/desk/letters/").nth(1).unwrap_or_default();
    let number = number.split('"').next().unwrap_or_default().to_owned();
    let mut all: Vec<(&str, String, Vec<f64>, Vec<f64>)> = PAGES
        .iter()
        .map(|(name, path)| {
            (
                *name,
                percent_path(&path.replace("NUMBER", &number)),
                vec![],
                vec![],
            )
        })
        .collect();
    all.push(("a letter", format!("/desk/letters/{number}"), vec![], vec![]));
    for _ in 0..options.rounds {
        for (name, path, cpu, wall) in &mut all {
            let (before, began) = (server.cpu_ms()?, Instant::now());
            let answer = to.ask("GET", path, &cookie, "")?;
            wall.push(began.elapsed().as_secs_f64() * 1e3);
            cpu.push(server.cpu_ms()? - before);
            ensure!(answer.status == 200, "{name}: {}", answer.status);
        }
    }
    println!(
        "| page of the desk | CPU p50 ms | CPU p99 ms | wall p50 ms | wall p99 ms |\n|---|---|---|---|---|"
    );
    let mut told = Vec::new();
    for (name, _, cpu, wall) in &all {
        let [c50, c99, w50, w99] =
            [(cpu, 0.5), (cpu, 0.99), (wall, 0.5), (wall, 0.99)].map(|(v, p)| percentile(v, p));
        println!("| {name} | {c50:.1} | {c99:.1} | {w50:.1} | {w99:.1} |");
        told.push(json!({"page": name, "cpu_ms": [c50, c99], "wall_ms": [w50, w99]}));
    }
    let (pss, rss) = server.memory()?;
    println!(
        "\nmemory of the server after {} pages: {pss:.0} MiB PSS, {rss:.0} MiB RSS\n",
        told.len() * options.rounds
    );
    Ok(json!({"pages": told, "pss_mib": pss, "rss_mib": rss}))
}

/// The engine's looks: the one that finds nothing new, and the first ones of the next days. After a weekend no limit has
/// passed, so there are enough of them that one has something to find.
pub async fn scans(data: &Path) -> Result<Value> {
    let city = City::open(Config::in_dir(data)?).await?;
    println!("| look of the engine | found | wall s | CPU s |\n|---|---|---|---|");
    let mut told = Vec::new();
    let day = SignedDuration::from_hours(24);
    let now = Timestamp::now();
    let looks = [
        ("the first of the copies", now),
        ("nothing new", now),
        ("nothing new, again", now),
        ("the next day's first", now + day),
        ("the first of the day after", now + day * 2),
        ("the first of the third day", now + day * 3),
        ("the second of the third day", now + day * 3),
    ];
    for (name, at) in looks {
        let (cpu, began) = (own_cpu(), Instant::now());
        let found = engine::scan(&city, at).await?;
        let (wall, cpu) = (began.elapsed().as_secs_f64(), own_cpu() - cpu);
        let found = found.missed + found.closed + found.moved;
        println!("| {name} | {found} | {wall:.3} | {cpu:.3} |");
        told.push(json!({"look": name, "found": found, "wall_s": wall, "cpu_s": cpu}));
    }
    println!();
    Ok(told.into())
}

/// CPU seconds of this process.
fn own_cpu() -> f64 {
    let tasks = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let ns = tasks.filter_map(|task| {
        let text = fs::read_to_string(task.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<f64>().ok()
    });
    ns.sum::<f64>() / 1e9
}

fn percent(text: &str) -> String {
    text.bytes().map(|b| format!("%{b:02X}")).collect()
}

fn percent_path(path: &str) -> String {
    let kept = |c: char| {
        if c.is_ascii() {
            c.to_string()
        } else {
            percent(&c.to_string())
        }
    };
    path.chars().map(kept).collect()
}

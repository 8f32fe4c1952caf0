//! Documents: the real ones, and as many more as are asked for, recombined from their paragraphs.

use crate::measure::Dice;
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::{fs, path::Path};
use weimenhu_core::bench::{folded, words_of_body};
use weimenhu_domain::Collection;

/// A document.
pub struct Doc {
    /// Its name in the source.
    pub key: String,
    /// The record as it is published.
    pub wire: String,
    /// The title, folded.
    pub title: String,
    /// The body's words, folded.
    pub body: String,
}

/// A document before it is a record.
pub struct Raw {
    /// Its name in the source.
    pub key: String,
    /// The headline.
    pub title: String,
    /// An instant, RFC 3339.
    pub published: String,
    /// The text.
    pub html: String,
}

impl Doc {
    /// A record of it, under this title.
    pub fn new(raw: &Raw, title: &str) -> Self {
        let wire = json!({"title": title, "html": raw.html, "published": raw.published}).to_string();
        Self {
            key: raw.key.clone(),
            title: folded(title),
            body: folded(&words_of_body(Collection::News, &wire)),
            wire,
        }
    }
}

/// The lines of a JSONL file.
pub fn lines(path: &Path) -> Result<Vec<Value>> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    text.lines().map(|l| Ok(serde_json::from_str(l)?)).collect()
}

/// A member that is a string.
pub fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_default()
}

/// The news.
pub fn news(data: &Path) -> Result<Vec<Raw>> {
    let rows = lines(&data.join("news/xwlb_2022-09_2026-08.jsonl"))?;
    Ok(rows
        .iter()
        .map(|v| Raw {
            key: text(v, "id").into(),
            title: text(v, "title").into(),
            published: format!("{}T00:00:00Z", text(v, "date")),
            html: text(v, "html").into(),
        })
        .collect())
}

/// The letters.
pub fn petitions(data: &Path) -> Result<Vec<Raw>> {
    let mut all = Vec::new();
    for name in ["labelled", "replies", "unlabelled", "votes"] {
        for v in lines(&data.join(format!("petitions/petitions_{name}.jsonl")))? {
            let body = text(&v, "body").replace('&', "&amp;").replace('<', "&lt;");
            all.push(Raw {
                key: format!("{}/{}", text(&v, "src"), text(&v, "id")),
                title: text(&v, "title").into(),
                published: text(&v, "time").into(),
                html: format!("<p>{body}</p>"),
            });
        }
    }
    Ok(all)
}

/// `count` documents, oldest first: the real ones, then recombined: a real document's title and date over as many
/// paragraphs as it has, each of another document drawn by a seed. Without data the paragraphs are made of sentences
/// of government services.
pub fn documents(data: &Path, count: usize) -> Result<Vec<Doc>> {
    let mut raw = if data.join("news").is_dir() {
        let mut all = news(data)?;
        all.extend(petitions(data)?);
        all
    } else {
        eprintln!("no documents in {}: generated ones", data.display());
        generated()
    };
    let mut dice = Dice(1);
    // A choice of all sources, also when fewer are wanted than there are.
    for n in (1..raw.len()).rev() {
        raw.swap(n, dice.below(n + 1));
    }
    let real = raw.len();
    let paragraphs: Vec<Vec<String>> = raw
        .iter()
        .map(|r| r.html.split_inclusive("</p>").map(str::to_owned).collect())
        .collect();
    raw.truncate(count);
    while raw.len() < count {
        let of = raw.len() % real;
        let html = paragraphs[of]
            .iter()
            .map(|_| {
                let from = &paragraphs[dice.below(real)];
                from.get(dice.below(from.len())).map_or("", String::as_str)
            })
            .collect();
        raw.push(Raw {
            key: format!("{}#{}", raw[of].key, raw.len() / real),
            title: raw[of].title.clone(),
            published: raw[of].published.clone(),
            html,
        });
    }
    raw.sort_by(|a, b| a.published.cmp(&b.published));
    Ok(raw.iter().map(|r| Doc::new(r, &r.title)).collect())
}

fn generated() -> Vec<Raw> {
    const WHO: [&str; 8] = [
        "教育局",
        "公安局",
        "住建局",
        "医保局",
        "民政局",
        "交通局",
        "税务局",
        "人社局",
    ];
    const WHAT: [&str; 8] = [
        "户籍迁移",
        "公积金提取",
        "入学报名",
        "医保报销",
        "停车收费",
        "公交线路",
        "噪音扰民",
        "老旧小区改造",
    ];
    const HOW: [&str; 6] = [
        "发布通知",
        "征求意见",
        "答复群众来信",
        "公示名单",
        "公布电话",
        "调整办理时间",
    ];
    let mut dice = Dice(2);
    let sentence = |dice: &mut Dice| {
        format!(
            "{}就{}{}，第{}号文件自2026年{}月起施行。",
            WHO[dice.below(8)],
            WHAT[dice.below(8)],
            HOW[dice.below(6)],
            dice.below(5000),
            dice.below(12) + 1
        )
    };
    (0..20_000)
        .map(|n| Raw {
            key: format!("示例-{n}"),
            title: sentence(&mut dice).chars().take(18).collect(),
            published: format!("2025-{:02}-{:02}T00:00:00Z", n % 12 + 1, n % 28 + 1),
            html: (0..12)
                .map(|_| format!("<p>{}</p>", sentence(&mut dice)))
                .collect(),
        })
        .collect()
}

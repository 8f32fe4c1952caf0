//! A city with so many news items, by a seed: sentences of officialese, no two alike, of some 1,300 characters.

use crate::world::World;
use anyhow::{Context, Result};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use serde_json::{Value, json};
use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    path::PathBuf,
};
use tempfile::TempDir;
use weimenhu_domain::wire::Index;

const OPENINGS: [&str; 8] = [
    "根据上级统一部署",
    "为方便群众办事",
    "经研究决定",
    "按照有关规定",
    "结合我市实际",
    "为切实保障民生",
    "针对近期反映的问题",
    "为进一步优化服务",
];
const BODIES: [&str; 12] = [
    "对相关道路进行夜间封闭施工",
    "调整部分公交线路的运营时间",
    "开展冬季安全生产大检查",
    "公开征求社会各界意见",
    "组织窗口人员集中培训",
    "对老旧小区供水管网实施改造",
    "发放一次性交通补贴",
    "推进事项全程网上办理",
    "公示本批配租名单",
    "举办就业专场招聘会",
    "整治占道经营和违法停车",
    "启用新的便民服务点",
];
const CLOSINGS: [&str; 8] = [
    "请广大市民相互转告",
    "由此带来的不便敬请谅解",
    "具体时间另行通知",
    "详情可拨打热线咨询",
    "请有关单位认真贯彻执行",
    "欢迎社会监督",
    "逾期不再受理",
    "自发布之日起施行",
];

/// Records of one import: an import is one transaction, and the rows of a million do not fit in memory at once.
const PART: u32 = 100_000;
/// The demonstration imports its records from a source of this name.
const SOURCE: &str = "news";

/// The city, and what it cost to make.
pub struct Grown {
    /// Its server.
    pub world: World,
    /// How many news items it has.
    pub records: u32,
    /// CPU seconds of import and publication.
    pub cpu_s: f64,
    rng: StdRng,
    turn: u32,
}

impl Grown {
    /// Makes it.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn of(records: u32) -> Result<Self> {
        let mut rng = StdRng::seed_from_u64(u64::from(records));
        let folder = TempDir::new()?;
        let sample = folder.path().join("sample");
        fs::create_dir(&sample)?;
        let file = sample.join("news.jsonl");
        let mut write = |from: u32| {
            let mut file = BufWriter::new(File::create(&file)?);
            for n in from..=records.min(from.saturating_add(PART - 1)) {
                writeln!(file, "{}", item(n, 0, &mut rng))?;
            }
            anyhow::Ok(file.into_inner()?.sync_all()?)
        };
        write(1)?;
        let before = super::process::children_cpu_s()?;
        let mut world = World::with_sample(folder, &sample)?;
        let text = file.to_str().context("a path that is not UTF-8")?;
        for from in (1..=records).step_by(PART as usize).skip(1) {
            eprintln!("{records} records: {} are there", from - 1);
            write(from)?;
            world.server(&["import", "news", text, "--source", SOURCE])?;
            world.server(&["publish"])?;
        }
        world.tied = true;
        Ok(Self {
            cpu_s: super::process::children_cpu_s()? - before,
            world,
            records,
            rng,
            turn: 0,
        })
    }

    /// Changes so many records and publishes them together.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn change(&mut self, many: usize) -> Result<()> {
        self.turn += 1;
        let step = (self.records as usize / many).max(1);
        let ids = (1..=self.records).step_by(step).take(many);
        let file = self.world.folder.path().join("changed.jsonl");
        let lines: Vec<String> = ids
            .map(|n| item(n, self.turn, &mut self.rng).to_string())
            .collect();
        fs::write(&file, lines.join("\n"))?;
        let file = file.to_str().context("a path that is not UTF-8")?;
        self.world.server(&["import", "news", file, "--source", SOURCE])?;
        self.world.server(&["publish"]).map(drop)
    }

    /// What it takes on the disk, and what every poll of a device fetches.
    ///
    /// # Errors
    /// File errors.
    pub fn size(&self) -> Result<Value> {
        let mut objects = 0;
        for entry in fs::read_dir(self.world.tree().join("o"))? {
            objects += entry?.metadata()?.len();
        }
        let mut database = 0;
        for entry in fs::read_dir(self.world.data())? {
            let metadata = entry?.metadata()?;
            database += if metadata.is_file() { metadata.len() } else { 0 };
        }
        let head = fs::read(self.world.tree().join("head"))?;
        let index = crate::forge::payload(&head)?;
        let index = index.pointer("/collections/news/index_size").cloned();
        let mb = |bytes: u64| bytes as f64 / 1e6;
        Ok(
            json!({"objects_mb": mb(objects), "database_mb": mb(database), "head": head.len(), "index": index}),
        )
    }

    /// The index of the news.
    ///
    /// # Errors
    /// When the tree is not whole.
    pub fn index(&self) -> Result<Index> {
        let head = crate::forge::payload(&fs::read(self.world.tree().join("head"))?)?;
        let named = head.pointer("/collections/news/index").and_then(Value::as_str);
        Ok(serde_json::from_slice(
            &self.object(named.context("a head without news")?)?,
        )?)
    }

    /// An object, unpacked.
    ///
    /// # Errors
    /// When it is not there.
    pub fn object(&self, sha: &str) -> Result<Vec<u8>> {
        Ok(zstd::decode_all(&fs::read(self.path_of(sha))?[..])?)
    }

    /// Where an object lies.
    pub fn path_of(&self, sha: &str) -> PathBuf {
        self.world.tree().join("o").join(sha)
    }
}

fn item(n: u32, turn: u32, rng: &mut StdRng) -> Value {
    let pick = |from: &[&'static str], rng: &mut StdRng| from.choose(rng).copied().unwrap_or_default();
    let mut html = String::new();
    for _ in 0..6 {
        html.push_str("<p>");
        for _ in 0..6 {
            html.push_str(&format!(
                "{}，第{}号{}，涉及{}户，{}。",
                pick(&OPENINGS, rng),
                rng.random_range(1..9999),
                pick(&BODIES, rng),
                rng.random_range(1..99_999),
                pick(&CLOSINGS, rng)
            ));
        }
        html.push_str("</p>");
    }
    json!({
        "id": n.to_string(),
        "title": format!("示例：关于{}的通知（{n}.{turn}）", pick(&BODIES, rng)),
        "html": html,
        "published": format!("20{:02}-{:02}-{:02}T09:00:00+08:00", 16 + n % 10, n % 12 + 1, n % 28 + 1),
        "department": "示例市政府办公室",
        "kind": pick(&["通知", "公告", "公示"], rng),
    })
}

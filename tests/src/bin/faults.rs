//! `faults [--seed N] [--only NAME]`: every campaign in full, for `cargo xtask faults`.

#[cfg(target_os = "linux")]
use anyhow::{Result, bail};
#[cfg(target_os = "linux")]
use std::{env, fs, time::Instant};
#[cfg(target_os = "linux")]
use tempfile::TempDir;
#[cfg(target_os = "linux")]
use weimenhu_tests::{
    faults::{Effort, Kind, bombs, chaos, full, hostile, kill, letters, publisher, restorer},
    fuzz,
};

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("the campaigns follow programs with strace, which is for Linux");
}

#[cfg(target_os = "linux")]
#[tokio::main]
async fn main() -> Result<()> {
    let mut seed = 1;
    let mut only = None;
    let mut many = None;
    let mut args = env::args().skip(1);
    while let Some(arg) = args.next() {
        match (arg.as_str(), args.next()) {
            ("--seed", Some(n)) => seed = n.parse()?,
            ("--faults", Some(n)) => many = Some(n.parse()?),
            ("--only", Some(name)) => only = Some(name),
            _ => {
                bail!(
                    "faults [--seed N] [--faults N] [--only kill|letters|restore|disk|full|chaos|hostile|fuzz]"
                )
            }
        }
    }
    let wants = |name: &str| only.as_deref().is_none_or(|only| only == name);
    let effort = |faults| Effort {
        seed,
        faults: many.unwrap_or(faults),
    };
    println!("seed {seed}");
    let begun = Instant::now();
    if wants("kill") {
        println!("{}", kill::campaign(Kind::Kill, effort(240)).await?);
        println!("{}", publisher::campaign(Kind::Kill, effort(300)).await?);
    }
    if wants("kill") || wants("letters") {
        println!("{}", letters::app(effort(usize::MAX))?);
        println!("{}", letters::server(effort(usize::MAX))?);
    }
    if wants("kill") || wants("restore") {
        println!("{}", restorer::campaign(effort(240)).await?);
    }
    if wants("disk") {
        println!("{}", kill::campaign(Kind::Disk, effort(120)).await?);
        println!("{}", publisher::campaign(Kind::Disk, effort(120)).await?);
    }
    if wants("disk") || wants("full") {
        println!("{}", full::campaign(effort(120)).await?);
        println!("{}", full::publisher(effort(120)).await?);
    }
    if wants("chaos") {
        println!("{}", chaos::campaign(effort(2000)).await?);
        println!("{}", chaos::offsets(effort(usize::MAX)).await?);
    }
    if wants("hostile") {
        println!("{}", hostile::campaign(effort(6000)).await?);
        println!("{}", bombs::campaign(effort(6)).await?);
    }
    if wants("fuzz") {
        let folder = TempDir::new()?.keep();
        for target in fuzz::targets()? {
            let inputs = many.unwrap_or(20_000) as u64;
            let tried = fuzz::run(&target, seed, fuzz::Effort::Inputs(inputs), &folder)?;
            println!("spoilt bytes for {} (seed {seed}): inputs {tried}", target.name);
        }
        fs::remove_dir_all(folder)?;
    }
    println!("{:.0} s", begun.elapsed().as_secs_f64());
    Ok(())
}

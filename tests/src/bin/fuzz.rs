//! `fuzz --folder DIR [--seconds N] [--seed S] [TARGET] [--input FILE]`, for `cargo xtask fuzz`.

use anyhow::{Context, Result, bail, ensure};
use std::{env, fs, path::PathBuf, time::Duration};
use weimenhu_tests::fuzz::{self, Effort};

fn main() -> Result<()> {
    let (mut seed, mut seconds, mut name) = (1, 10, None);
    let (mut folder, mut input) = (PathBuf::from("fuzz"), None::<PathBuf>);
    let mut args = env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut value = || args.next().context("a value is missing");
        match arg.as_str() {
            "--seed" => seed = value()?.parse()?,
            "--seconds" => seconds = value()?.parse()?,
            "--folder" => folder = value()?.into(),
            "--input" => input = Some(value()?.into()),
            flag if flag.starts_with('-') => bail!("unknown: {flag}"),
            target => name = Some(target.to_owned()),
        }
    }
    let mut targets = fuzz::targets()?;
    let names: Vec<&str> = targets.iter().map(|t| t.name).collect();
    let known = names.join(", ");
    targets.retain(|t| name.as_deref().is_none_or(|name| name == t.name));
    ensure!(!targets.is_empty(), "there is no such target; there are {known}");
    println!("seed {seed}, {seconds} s each");
    for target in &targets {
        if let Some(input) = &input {
            fuzz::again(target, &fs::read(input)?)?;
            continue;
        }
        let effort = Effort::Time(Duration::from_secs(seconds));
        let tried = fuzz::run(target, seed, effort, &folder)?;
        println!("{:12} {tried} inputs", target.name);
    }
    Ok(())
}

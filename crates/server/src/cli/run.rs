//! What each command does, and what it says about it on standard output. The log goes to standard error.

use super::{Cli, Command, run_backup, run_keys, run_staff};
use crate::{
    City, Config, Error, Result, backup, clock, config::LogFormat, demo, dump, edit, edit::Which,
    error::own_json, import, import::Prefer, petition, publish, serve::Server,
};
use jiff::tz;
use std::io::{BufRead, IsTerminal, Write};
use weimenhu_domain::Collection;

/// Runs the command. The number is the exit code.
///
/// # Errors
/// Whatever stopped it, in words for the operator.
pub async fn run(cli: Cli) -> Result<u8> {
    let config = Config::load(
        cli.config.as_deref(),
        |name| std::env::var(name).ok(),
        cli.settings(),
    )?;
    start_log(config.log_format);
    let now = clock::now();
    if let Command::Keys(command) = cli.command {
        return run_keys::run(command, config, now).await;
    }
    if let Command::Restore {
        file,
        letters_key,
        served,
        served_is_lost,
    } = cli.command
    {
        let options = backup::Options {
            letters_key,
            served,
            served_is_lost,
        };
        return run_backup::restore(config, &file, &options, now).await;
    }
    if !cli.command.may_begin() {
        config.expect_city()?;
    }
    let city = City::open(config).await?;
    match cli.command {
        Command::Keys(_) | Command::Restore { .. } => {}
        Command::Staff(command) => run_staff::run(&city, command, now).await?,
        Command::Audit { roots } => return audit(&city, roots).await,
        Command::Backup { out, with_keys } => return run_backup::take(&city, &out, with_keys, now).await,
        Command::Serve { .. } => serve(city).await?,
        Command::Import {
            collection,
            file,
            map,
            skip_bad,
            dry_run,
            take_import,
            keep_ours,
            source,
            publish,
            no_publish: _,
        } => {
            let prefer = match (take_import, keep_ours) {
                (true, _) => Prefer::Import,
                (_, true) => Prefer::Ours,
                _ => Prefer::Undecided,
            };
            let options = import::Options {
                map,
                skip_bad,
                dry_run,
                prefer,
                source,
            };
            let outcome = import::import(&city, collection, &file, &options, now).await?;
            say(&outcome);
            let mut held = 0;
            if publish && !dry_run && !outcome.nothing_imported {
                held = say_published(&publish::publish(&city, now).await?);
            }
            return Ok(if outcome.has_bad_rows() { 2 } else { held });
        }
        Command::Publish { collection, file, id } => {
            if let Some((collection, file)) = collection.zip(file) {
                let (done, faults) = edit::put(&city, collection, &file, id, now).await?;
                for fault in &faults {
                    say(fault);
                }
                if !done {
                    say(&"nothing was put in");
                    return Ok(2);
                }
            }
            return Ok(say_published(&publish::publish(&city, now).await?));
        }
        Command::Withdraw {
            collection,
            record,
            mark,
            since,
            reason,
            delete,
        } => {
            let which = record.which()?;
            match mark {
                Some(mark) if !delete => {
                    let today = now.to_zoned(tz::TimeZone::fixed(tz::offset(8))).date();
                    let since = since.unwrap_or(today);
                    edit::mark(&city, collection, &which, mark.into(), since, &reason, now).await?;
                }
                _ => edit::delete(&city, collection, &which, now).await?,
            }
            return Ok(say_published(&publish::publish(&city, now).await?));
        }
        Command::Redact {
            collection,
            record,
            reason,
            yes,
        } => {
            let which = record.which()?;
            if !yes && !confirmed(collection, &which)? {
                say(&"nothing was erased");
                return Ok(2);
            }
            if !edit::redact(&city, collection, &which, &reason, now).await? {
                say(&format!("record {which} of {collection} was erased already"));
            }
            return Ok(say_published(&publish::publish(&city, now).await?));
        }
        Command::List { collection, json } => {
            for record in edit::list(&city, collection).await? {
                if json {
                    say(&own_json(serde_json::to_string(&record), "record")?);
                } else {
                    let id = record.id.map_or_else(|| "-".into(), |id| id.to_string());
                    let marks = [record.state, record.queue].join(" ");
                    say(&format!(
                        "{id} | {} | {} | {}",
                        record.source,
                        record.title,
                        marks.trim()
                    ));
                }
            }
        }
        Command::Demo { sample, no_serve, .. } => {
            let (imported, sign_ins, published) = demo::set_up(&city, &sample, now).await?;
            say_sign_ins(&city, &sign_ins)?;
            if no_serve {
                for (collection, outcome) in imported {
                    say(&format!("{collection}: {outcome}").trim_end());
                }
                say_published(&published);
            } else {
                serve(city).await?;
            }
        }
        Command::Dump { out } => {
            let dumped = tokio::task::spawn_blocking(move || dump::dump(&city, &out).map(|d| (d, out)));
            let (dumped, out) = dumped.await??;
            say(&format!(
                "{}: {} objects, {} bytes; {} attachments over 200 KB left out",
                out.display(),
                dumped.objects,
                dumped.bytes,
                dumped.left_out
            ));
        }
    }
    Ok(0)
}

/// Checks the audit log against the served head and the roots that were kept.
async fn audit(city: &City, mut roots: Vec<String>) -> Result<u8> {
    let served = city.tree.signed_head()?.map(|(_, head)| head.audit_root);
    roots.extend(served.filter(|root| !root.is_empty()));
    let audited = petition::audit(city, roots).await?;
    say(&format_args!("{} events, none changed", audited.events));
    for (root, at) in &audited.roots {
        match at {
            Some(seq) => say(&format_args!("{root} is event {seq}")),
            None => say(&format_args!("{root} is not in this log")),
        }
    }
    Ok(if audited.is_whole() { 0 } else { 2 })
}

async fn serve(city: City) -> Result<()> {
    let server = Server::bind(city).await?;
    // Listened for before anybody is told: who reads the line may stop us at once.
    let stop = stopped()?;
    // First line, for scripts that asked for port 0.
    say(&format!("listening on http://{}", server.address()?));
    server.run(stop).await
}

/// Shows the demo's sign-ins once, on standard error: standard output begins with where the server listens. They are
/// also kept beside the database, for the owner's eyes: this is a demo, and whoever tries it has no second chance.
fn say_sign_ins(city: &City, sign_ins: &[demo::SignIn]) -> Result<()> {
    if sign_ins.is_empty() {
        return Ok(());
    }
    let mut text = String::from("Staff of the demo, for /desk (示例账号): login, password, TOTP\n");
    for who in sign_ins {
        let place = [who.name.as_str(), who.department.as_str()].join(" ");
        text.push_str(&format!(
            "  {}  {}  {}  {}\n    {}\n",
            who.login,
            who.password,
            who.totp,
            place.trim(),
            who.otpauth()
        ));
    }
    let path = city.config.data_dir.join("desk-sign-ins.txt");
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&path).map_err(Error::file("write", &path))?;
    file.write_all(text.as_bytes())
        .map_err(Error::file("write", &path))?;
    let _ = std::io::stderr().write_all(text.as_bytes());
    Ok(())
}

/// Done at Ctrl-C or SIGTERM, which are caught from this call on.
fn stopped() -> Result<impl Future<Output = ()> + Send + 'static> {
    #[cfg(unix)]
    let (mut interrupt, mut terminate) = {
        use tokio::signal::unix::{SignalKind, signal};
        let catch = |kind| signal(kind).map_err(Error::io("catch signals"));
        (catch(SignalKind::interrupt())?, catch(SignalKind::terminate())?)
    };
    Ok(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
        tracing::info!("stopping");
    })
}

fn confirmed(collection: Collection, which: &Which) -> Result<bool> {
    say(&format!(
        "Record {which} of {collection} will be erased everywhere. This cannot be undone. Type {which} to go on:"
    ));
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(Error::io("read the answer"))?;
    Ok(line.trim() == which.to_string())
}

/// How many of a long list are named: new numbers after a publication, files that a backup has not.
pub(super) const NAMED_AT_MOST: usize = 20;

/// Says what was published. The number is the exit code: what was held back waits for a correction.
pub(super) fn say_published(published: &publish::Published) -> u8 {
    for collection in &published.rebuilt {
        say(&format!(
            "{collection}: a new history; devices take it as a whole"
        ));
    }
    if published.operations.is_empty() && published.rebuilt.is_empty() {
        say(&format!(
            "nothing to publish; the head stays at ver {}",
            published.ver
        ));
    } else {
        let counts: Vec<String> = published
            .operations
            .iter()
            .map(|(c, n)| format!("{c} {n}"))
            .collect();
        say(&format!("published ver {}: {}", published.ver, counts.join(", ")));
    }
    // An import of thousands has its own ids; what was put in by hand is asked for by this number from now on.
    if published.numbered.len() <= NAMED_AT_MOST {
        for (collection, id) in &published.numbered {
            say(&format!("new: {collection} {id}"));
        }
    }
    for (what, why) in &published.held {
        say(&format!("held back: {what}: {why}"));
    }
    if published.held.is_empty() { 0 } else { 2 }
}

/// Prints a line and makes sure that a waiting script sees it. A closed pipe is no reason to fail.
pub(super) fn say(text: &dyn std::fmt::Display) {
    let mut out = std::io::stdout().lock();
    let text = text.to_string();
    let _ = writeln!(out, "{}", text.trim_end());
    let _ = out.flush();
}

fn start_log(format: LogFormat) {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,sqlx=warn,sea_orm=warn"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    // A second start in the same process (tests) keeps the first log.
    let _ = match format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().try_init(),
    };
}

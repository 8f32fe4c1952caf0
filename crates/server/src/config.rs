//! Settings: a TOML file, then the environment (`WEIMENHU_*`), then flags; the later wins.
//!
//! `weimenhu-server.example.toml` explains every key. Rejected: a configuration crate; some twenty keys need a struct
//! and one function that reads them from three places.

use crate::{Error, Result};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// All settings, with every default filled in.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the database, the keys and what waits for publication are.
    pub data_dir: PathBuf,
    /// `sqlite://…` or `postgres://…`; `None` is SQLite in `data_dir`.
    pub database_url: Option<String>,
    /// The tree that is served; below it the paths are the URL paths, so nginx alone can serve it.
    pub objects_dir: PathBuf,
    /// Address and port of `serve`.
    pub listen: String,
    /// The file with the online key that signs heads.
    pub head_key: PathBuf,
    /// The oldest app still served, `major.minor.patch`; empty for any.
    pub min_app: String,
    /// Seconds that devices are asked to leave the server alone.
    pub backoff_s: u32,
    /// How long the queue must have been quiet before it is published, in milliseconds.
    pub debounce_ms: u64,
    /// Hours that objects stay after nothing names them any more.
    pub keep_dropped_h: u32,
    /// The command (and arguments) that empties the CDN after a redaction; it reads URLs, one a line.
    pub purge_hook: Vec<String>,
    /// The address under which the public reaches this server; put before the paths given to the hook.
    pub public_url: String,
    /// What this portal calls itself on its public pages: 温州微门户.
    pub site_name: String,
    /// How the log is written.
    pub log_format: LogFormat,
    /// How much work a citizen's device does before it may send: the number it seeks is at most this. 0: none.
    pub proof_of_work: u32,
    /// Writes that one address may make in a minute.
    pub writes_per_minute: u32,
    /// Seconds that a client may take for the head of a request, and between two pieces of its body.
    pub patience_s: u64,
    /// Megabytes of files that may wait for their letters, of all citizens together.
    pub uploads_mb: u64,
    /// The command (and arguments) that looks for viruses in a citizen's file, which it reads on its standard input: 0 none
    /// found, 1 found, whatever else not known. Empty: no file is looked at.
    pub upload_scan: Vec<String>,
    /// Days that a writer's personal data is kept after the last step of a letter that has ended; the desk then lists it
    /// for erasing (Personal Information Protection Law, articles 19 and 47).
    pub retention_days: u32,
    /// `http://host:port/path` or `https://host/path` of the message gateway; empty: messages are only shown at the desk.
    pub message_gateway: String,
    /// Signs what goes to the gateway.
    pub message_secret: String,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Lines for people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// What one source (file, environment or flags) sets.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// See [`Config::data_dir`].
    pub data_dir: Option<PathBuf>,
    /// See [`Config::database_url`].
    pub database_url: Option<String>,
    /// See [`Config::objects_dir`].
    pub objects_dir: Option<PathBuf>,
    /// See [`Config::listen`].
    pub listen: Option<String>,
    /// See [`Config::head_key`].
    pub head_key: Option<PathBuf>,
    /// See [`Config::min_app`].
    pub min_app: Option<String>,
    /// See [`Config::backoff_s`].
    pub backoff_s: Option<u32>,
    /// See [`Config::debounce_ms`].
    pub debounce_ms: Option<u64>,
    /// See [`Config::keep_dropped_h`].
    pub keep_dropped_h: Option<u32>,
    /// See [`Config::purge_hook`].
    pub purge_hook: Option<Vec<String>>,
    /// See [`Config::public_url`].
    pub public_url: Option<String>,
    /// See [`Config::site_name`].
    pub site_name: Option<String>,
    /// See [`Config::log_format`].
    pub log_format: Option<LogFormat>,
    /// See [`Config::proof_of_work`].
    pub proof_of_work: Option<u32>,
    /// See [`Config::writes_per_minute`].
    pub writes_per_minute: Option<u32>,
    /// See [`Config::patience_s`].
    pub patience_s: Option<u64>,
    /// See [`Config::uploads_mb`].
    pub uploads_mb: Option<u64>,
    /// See [`Config::upload_scan`].
    pub upload_scan: Option<Vec<String>>,
    /// See [`Config::retention_days`].
    pub retention_days: Option<u32>,
    /// See [`Config::message_gateway`].
    pub message_gateway: Option<String>,
    /// See [`Config::message_secret`].
    pub message_secret: Option<String>,
}

const KEYS: [&str; 21] = [
    "data_dir",
    "database_url",
    "objects_dir",
    "listen",
    "head_key",
    "min_app",
    "backoff_s",
    "debounce_ms",
    "keep_dropped_h",
    "purge_hook",
    "public_url",
    "site_name",
    "log_format",
    "proof_of_work",
    "writes_per_minute",
    "patience_s",
    "uploads_mb",
    "upload_scan",
    "retention_days",
    "message_gateway",
    "message_secret",
];

impl Config {
    /// The file of the embedded database.
    pub(crate) fn own_database(&self) -> PathBuf {
        self.data_dir.join("weimenhu.sqlite")
    }

    /// # Errors
    /// There is no city in the data folder, which is then misspelt, or nothing was ever imported.
    pub(crate) fn expect_city(&self) -> Result<()> {
        if self.database_url.is_some() || self.own_database().exists() {
            return Ok(());
        }
        Err(Error::usage(format!(
            "there is no city in {}: check --data-dir, or begin one with `import`, `serve` or `demo`",
            self.data_dir.display()
        )))
    }

    /// Reads the file (if any), then the environment through `env`, then lays `flags` over both.
    ///
    /// # Errors
    /// [`Error::Usage`] that names the file, and every key in it that is unknown or the value that is wrong.
    pub fn load(file: Option<&Path>, env: impl Fn(&str) -> Option<String>, flags: Settings) -> Result<Self> {
        let from_env = env("WEIMENHU_CONFIG").map(PathBuf::from);
        let mut settings = match file.or(from_env.as_deref()) {
            Some(path) => Settings::read(path)?,
            None => Settings::default(),
        };
        settings = settings.under(Settings::from_env(env)?).under(flags);
        settings.finish()
    }

    /// The settings for a data directory and nothing else said; for tests and `xtask`.
    ///
    /// # Errors
    /// Never with these settings; the signature is [`Config::load`]'s.
    pub fn in_dir(data_dir: &Path) -> Result<Self> {
        let settings = Settings {
            data_dir: Some(data_dir.to_owned()),
            ..Settings::default()
        };
        settings.finish()
    }
}

impl Settings {
    fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(Error::file("read", path))?;
        let wrong = |e: toml::de::Error| Error::usage(format!("{}: {e}", path.display()));
        let table: toml::Table = toml::from_str(&text).map_err(wrong)?;
        let unknown: Vec<_> = table
            .keys()
            .filter(|k| !KEYS.contains(&k.as_str()))
            .map(String::as_str)
            .collect();
        if !unknown.is_empty() {
            return Err(Error::usage(format!(
                "{}: unknown key(s): {}. Known are: {}",
                path.display(),
                unknown.join(", "),
                KEYS.join(", ")
            )));
        }
        let mut settings: Self = toml::from_str(&text).map_err(wrong)?;
        // Relative to the file and not to the working directory: a service has no meaningful one.
        let base = path.parent().unwrap_or(Path::new(""));
        for dir in [
            &mut settings.data_dir,
            &mut settings.objects_dir,
            &mut settings.head_key,
        ]
        .into_iter()
        .flatten()
        {
            *dir = base.join(&*dir);
        }
        Ok(settings)
    }

    fn from_env(env: impl Fn(&str) -> Option<String>) -> Result<Self> {
        fn number<T: std::str::FromStr>(name: &str, text: Option<String>) -> Result<Option<T>> {
            text.map(|t| {
                t.parse()
                    .map_err(|_| Error::usage(format!("{name} must be a whole number, not {t:?}")))
            })
            .transpose()
        }
        let words = |line: String| line.split_whitespace().map(str::to_owned).collect();
        let log_format = match env("WEIMENHU_LOG_FORMAT").as_deref() {
            None => None,
            Some("text") => Some(LogFormat::Text),
            Some("json") => Some(LogFormat::Json),
            Some(other) => {
                return Err(Error::usage(format!(
                    "WEIMENHU_LOG_FORMAT must be text or json, not {other:?}"
                )));
            }
        };
        Ok(Self {
            data_dir: env("WEIMENHU_DATA_DIR").map(PathBuf::from),
            database_url: env("WEIMENHU_DATABASE_URL"),
            objects_dir: env("WEIMENHU_OBJECTS_DIR").map(PathBuf::from),
            listen: env("WEIMENHU_LISTEN"),
            head_key: env("WEIMENHU_HEAD_KEY").map(PathBuf::from),
            min_app: env("WEIMENHU_MIN_APP"),
            backoff_s: number("WEIMENHU_BACKOFF_S", env("WEIMENHU_BACKOFF_S"))?,
            debounce_ms: number("WEIMENHU_DEBOUNCE_MS", env("WEIMENHU_DEBOUNCE_MS"))?,
            keep_dropped_h: number("WEIMENHU_KEEP_DROPPED_H", env("WEIMENHU_KEEP_DROPPED_H"))?,
            purge_hook: env("WEIMENHU_PURGE_HOOK").map(words),
            public_url: env("WEIMENHU_PUBLIC_URL"),
            site_name: env("WEIMENHU_SITE_NAME"),
            log_format,
            proof_of_work: number("WEIMENHU_PROOF_OF_WORK", env("WEIMENHU_PROOF_OF_WORK"))?,
            writes_per_minute: number("WEIMENHU_WRITES_PER_MINUTE", env("WEIMENHU_WRITES_PER_MINUTE"))?,
            patience_s: number("WEIMENHU_PATIENCE_S", env("WEIMENHU_PATIENCE_S"))?,
            uploads_mb: number("WEIMENHU_UPLOADS_MB", env("WEIMENHU_UPLOADS_MB"))?,
            upload_scan: env("WEIMENHU_UPLOAD_SCAN").map(words),
            retention_days: number("WEIMENHU_RETENTION_DAYS", env("WEIMENHU_RETENTION_DAYS"))?,
            message_gateway: env("WEIMENHU_MESSAGE_GATEWAY"),
            message_secret: env("WEIMENHU_MESSAGE_SECRET"),
        })
    }

    fn under(self, over: Self) -> Self {
        Self {
            data_dir: over.data_dir.or(self.data_dir),
            database_url: over.database_url.or(self.database_url),
            objects_dir: over.objects_dir.or(self.objects_dir),
            listen: over.listen.or(self.listen),
            head_key: over.head_key.or(self.head_key),
            min_app: over.min_app.or(self.min_app),
            backoff_s: over.backoff_s.or(self.backoff_s),
            debounce_ms: over.debounce_ms.or(self.debounce_ms),
            keep_dropped_h: over.keep_dropped_h.or(self.keep_dropped_h),
            purge_hook: over.purge_hook.or(self.purge_hook),
            public_url: over.public_url.or(self.public_url),
            site_name: over.site_name.or(self.site_name),
            log_format: over.log_format.or(self.log_format),
            proof_of_work: over.proof_of_work.or(self.proof_of_work),
            writes_per_minute: over.writes_per_minute.or(self.writes_per_minute),
            patience_s: over.patience_s.or(self.patience_s),
            uploads_mb: over.uploads_mb.or(self.uploads_mb),
            upload_scan: over.upload_scan.or(self.upload_scan),
            retention_days: over.retention_days.or(self.retention_days),
            message_gateway: over.message_gateway.or(self.message_gateway),
            message_secret: over.message_secret.or(self.message_secret),
        }
    }

    fn finish(self) -> Result<Config> {
        let data_dir = self.data_dir.unwrap_or_else(|| PathBuf::from("weimenhu-data"));
        let min_app = self.min_app.unwrap_or_default();
        let version = min_app.split('.').all(|part| part.parse::<u32>().is_ok());
        if !min_app.is_empty() && (!version || min_app.split('.').count() != 3) {
            return Err(Error::usage(format!(
                "min_app must be major.minor.patch such as 1.4.0, or empty; not {min_app:?}"
            )));
        }
        if let Some(url) = &self.database_url
            && !["sqlite:", "postgres:", "postgresql:"]
                .iter()
                .any(|scheme| url.starts_with(scheme))
        {
            return Err(Error::usage(
                "database_url must begin with sqlite:// or postgres://",
            ));
        }
        let in_memory = |url: &String| url.contains(":memory:") || url.contains("mode=memory");
        if self.database_url.as_ref().is_some_and(in_memory) {
            return Err(Error::usage(
                "database_url must name a file: each connection has a memory of its own",
            ));
        }
        let message_gateway = self.message_gateway.unwrap_or_default();
        if !message_gateway.is_empty() {
            crate::petition::gateway::address(&message_gateway)?;
        }
        Ok(Config {
            objects_dir: self.objects_dir.unwrap_or_else(|| data_dir.join("objects")),
            head_key: self
                .head_key
                .unwrap_or_else(|| data_dir.join("keys").join("head.key")),
            database_url: self.database_url,
            listen: self.listen.unwrap_or_else(|| "127.0.0.1:8080".into()),
            min_app,
            backoff_s: self.backoff_s.unwrap_or(0),
            debounce_ms: self.debounce_ms.unwrap_or(2_000),
            keep_dropped_h: self.keep_dropped_h.unwrap_or(48),
            purge_hook: self.purge_hook.unwrap_or_default(),
            public_url: self
                .public_url
                .unwrap_or_default()
                .trim_end_matches('/')
                .to_owned(),
            site_name: self.site_name.unwrap_or_else(|| "微门户".into()),
            log_format: self.log_format.unwrap_or_default(),
            proof_of_work: self.proof_of_work.unwrap_or(50_000),
            writes_per_minute: self.writes_per_minute.unwrap_or(30).max(1),
            patience_s: self.patience_s.unwrap_or(30).max(1),
            uploads_mb: self.uploads_mb.unwrap_or(2_048),
            upload_scan: self.upload_scan.unwrap_or_default(),
            retention_days: self.retention_days.unwrap_or(1_095),
            message_gateway,
            message_secret: self.message_secret.unwrap_or_default(),
            data_dir,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str, env: &[(&str, &str)], flags: Settings) -> Result<Config> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("c.toml");
        std::fs::write(&path, text).unwrap();
        let find = |name: &str| {
            let (_, value) = env.iter().find(|(n, _)| *n == name)?;
            Some((*value).to_owned())
        };
        Config::load(Some(&path), find, flags)
    }

    #[test]
    fn flags_win_over_the_environment_and_that_over_the_file() {
        let file = "listen = \"a:1\"\nmin_app = \"1.2.3\"\nbackoff_s = 7\n";
        let env = [("WEIMENHU_LISTEN", "b:2"), ("WEIMENHU_BACKOFF_S", "8")];
        let flags = Settings {
            listen: Some("c:3".into()),
            ..Settings::default()
        };
        let config = load(file, &env, flags).unwrap();
        assert_eq!(
            (config.listen.as_str(), config.min_app.as_str(), config.backoff_s),
            ("c:3", "1.2.3", 8)
        );
    }

    #[test]
    fn every_unknown_key_is_named_and_a_bad_value_says_what_it_should_be() {
        let error = load("lisen = \"x\"\nport = 1\n", &[], Settings::default()).unwrap_err();
        assert!(error.to_string().contains("lisen, port"), "{error}");
        assert_eq!(error.exit_code(), 2);
        let error = load("", &[("WEIMENHU_BACKOFF_S", "soon")], Settings::default()).unwrap_err();
        assert!(error.to_string().contains("WEIMENHU_BACKOFF_S"), "{error}");
        assert!(load("min_app = \"1.2\"", &[], Settings::default()).is_err());
        assert!(load("database_url = \"mysql://x\"", &[], Settings::default()).is_err());
        assert!(load("database_url = \"sqlite::memory:\"", &[], Settings::default()).is_err());
    }

    #[test]
    fn paths_of_the_file_are_relative_to_it() {
        let config = load("data_dir = \"d\"", &[], Settings::default()).unwrap();
        assert!(config.data_dir.is_absolute() && config.data_dir.ends_with("d"));
    }

    #[test]
    fn the_example_file_is_complete_and_valid() {
        let example = include_str!("../weimenhu-server.example.toml");
        for key in KEYS {
            assert!(example.contains(&format!("{key} =")), "{key} is not explained");
        }
        let live: String = example
            .lines()
            .map(|line| line.strip_prefix("#= ").unwrap_or(line))
            .collect::<Vec<_>>()
            .join("\n");
        load(&live, &[], Settings::default()).unwrap();
    }
}

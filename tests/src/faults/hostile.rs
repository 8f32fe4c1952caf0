//! A mirror that lies in thousands of ways. Whatever it sends, nothing of it is accepted: the device has what it had,
//! or, where the lie touched nothing that is signed, exactly what the city published.

use super::{
    Effort, Tally,
    city::{self, City},
};
use crate::{
    forge,
    mirror::{self, Answer, Mirror},
};
use anyhow::{Context, Result, ensure};
use rand::{Rng, SeedableRng, rngs::StdRng};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};
use tempfile::TempDir;
use weimenhu_core::{Client, Code};
use weimenhu_domain::Collection;

/// The seed of the head key that the city's second key list names.
const SECOND_KEY: [u8; 32] = [11; 32];

/// One lie: what is sent instead of a file.
struct Lie {
    name: String,
    path: String,
    bytes: Vec<u8>,
}

/// The file that is not sent as it is, and what is sent.
type Told = Option<(String, Vec<u8>)>;

/// A device before a lying mirror.
struct Scene<'a> {
    city: &'a City,
    /// The device's folder as it is before each lie.
    begins: PathBuf,
    mirror: Mirror,
    lie: Arc<Mutex<Told>>,
    here: TempDir,
    device: Option<Client>,
}

/// Tells as many lies.
///
/// # Errors
/// The first that was believed.
pub async fn campaign(effort: Effort) -> Result<Tally> {
    let mut tally = Tally::of("lies of a mirror", effort);
    let mut rng = StdRng::seed_from_u64(effort.seed);
    let city = City::found(80).await?;
    let used = city.used_device().await?;
    let files = files(&city)?;
    // With a second key list on the mirror, that the device has not taken.
    let rotated = city.world.folder.path().join("rotated");
    mirror::copy(&city.after, &rotated)?;
    let (list, head) = rotate(&rotated)?;
    let mut lies = about_heads(&files, &mut rng)?;
    lies.extend(about_objects(&city, &files, &mut rng).await?);
    let mut scene = Scene::new(&city, &used, city.after.clone())?;
    let of_keys = about_keys(&list, &head, &mut rng)?;
    let total = lies.len() + of_keys.len();
    let kept = |rng: &mut StdRng| total <= effort.faults || rng.random_range(0..total) < effort.faults;
    for lie in &lies {
        if kept(&mut rng) {
            scene
                .tell(lie, &mut tally)
                .await
                .with_context(|| lie.name.clone())?;
        }
    }
    // More of the same kinds until there are as many as were asked for.
    while total < effort.faults && tally.get("told") < effort.faults.saturating_sub(of_keys.len()) {
        let Some((path, bytes)) = files.iter().nth(rng.random_range(0..files.len())) else {
            break;
        };
        let lie = spoil(path, bytes, &mut rng);
        scene
            .tell(&lie, &mut tally)
            .await
            .with_context(|| lie.name.clone())?;
    }
    let mut scene = Scene::new(&city, &used, rotated.clone())?;
    for lie in &of_keys {
        if kept(&mut rng) {
            scene
                .tell(lie, &mut tally)
                .await
                .with_context(|| lie.name.clone())?;
        }
    }
    yesterday(&city, &rotated, &mut tally).await?;
    Ok(tally)
}

impl<'a> Scene<'a> {
    fn new(city: &'a City, begins: &Path, tree: PathBuf) -> Result<Self> {
        let lie: Arc<Mutex<Told>> = Arc::default();
        let told = Arc::clone(&lie);
        let mirror = Mirror::serve(tree, move |request| {
            match told.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
                Some((path, bytes)) if *path == request.path => Answer::Instead(bytes.clone()),
                _ => Answer::Well,
            }
        })?;
        Ok(Self {
            city,
            begins: begins.to_owned(),
            mirror,
            lie,
            here: TempDir::new()?,
            device: None,
        })
    }

    /// The device as it was, made anew only where the last lie let it move.
    fn device(&mut self) -> Result<Client> {
        if let Some(device) = self.device.take() {
            return Ok(device);
        }
        self.here = TempDir::new()?;
        mirror::copy(&self.begins, self.here.path())?;
        city::open(self.here.path(), &self.mirror.address)
    }

    async fn tell(&mut self, lie: &Lie, tally: &mut Tally) -> Result<()> {
        let device = self.device()?;
        *self.lie.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((lie.path.clone(), lie.bytes.clone()));
        let answer = device.sync().await;
        tally.count("told");
        let shown = city::shown(&device).await?;
        city::at_one_of(&shown, &[&self.city.old, &self.city.new], false)?;
        match answer {
            Ok(()) => {
                ensure!(
                    lie.path.ends_with("head") || lie.path.contains("keys/"),
                    "believed"
                );
                // What is signed was left alone: the city's own words arrived.
                ensure!(shown == self.city.new, "accepted");
                tally.count("harmless");
            }
            Err(e) => {
                let named = [
                    Code::Untrusted,
                    Code::Damaged,
                    Code::Rollback,
                    Code::Offline,
                    Code::CaptivePortal,
                ];
                ensure!(named.contains(&e.code()), "{e}");
                ensure!(shown != self.city.new, "refused, and accepted all the same");
                tally.count("refused");
                if shown == self.city.old && !lie.path.contains("/o/") {
                    self.device = Some(device);
                }
            }
        }
        Ok(())
    }
}

/// The files that a device at the earlier moment asks for.
fn files(city: &City) -> Result<BTreeMap<String, Vec<u8>>> {
    let head = "sync/v1/head".to_owned();
    let payload = forge::payload(&fs::read(city.after.join(&head))?)?;
    let mut files = BTreeMap::from([(head.clone(), fs::read(city.after.join(head))?)]);
    for name in [Collection::Notices, Collection::Phones] {
        let index = payload.pointer(&format!("/collections/{}/index", name.name()));
        let index = index
            .and_then(Value::as_str)
            .context("a collection without an index")?;
        files.insert(
            format!("sync/v1/o/{index}"),
            fs::read(city.after.join("sync/v1/o").join(index))?,
        );
    }
    Ok(files)
}

/// Every byte of the head flipped, every length of it, other keys, other names, other fields.
fn about_heads(files: &BTreeMap<String, Vec<u8>>, rng: &mut StdRng) -> Result<Vec<Lie>> {
    let head = files.get("sync/v1/head").context("no head")?;
    let lie = |name: String, bytes: Vec<u8>| Lie {
        name,
        path: "sync/v1/head".into(),
        bytes,
    };
    let mut lies = flips("sync/v1/head", head, rng);
    lies.extend((0..head.len()).map(|n| {
        lie(
            format!("head of {n} bytes"),
            head.iter().take(n).copied().collect(),
        )
    }));
    let envelope: Value = serde_json::from_slice(head)?;
    let stranger = forge::resign(&envelope);
    lies.push(lie(
        "head by a stranger".into(),
        stranger.to_string().into_bytes(),
    ));
    for (name, from, to) in [
        (
            "a stranger's signature under the city's name",
            "/signatures/0/sig",
            stranger.pointer("/signatures/0/sig"),
        ),
        (
            "a stranger's name",
            "/signatures/0/keyid",
            stranger.pointer("/signatures/0/keyid"),
        ),
        ("no signature", "/signatures", Some(&Value::Array(Vec::new()))),
        ("an empty signature", "/signatures/0/sig", Some(&Value::from(""))),
        ("no algorithm", "/signatures/0/alg", Some(&Value::from("none"))),
        (
            "a key list's type",
            "/payloadType",
            Some(&Value::from("application/vnd.weimenhu.keys+json")),
        ),
    ] {
        let mut changed = envelope.clone();
        if let (Some(place), Some(to)) = (changed.pointer_mut(from), to) {
            *place = to.clone();
        }
        lies.push(lie(format!("head with {name}"), changed.to_string().into_bytes()));
    }
    // Another payload under the true signature: every field in turn.
    let payload = forge::payload(head)?;
    for field in [
        "ver",
        "issued",
        "min_app",
        "backoff_s",
        "audit_root",
        "collections",
    ] {
        for value in [
            Value::Null,
            Value::from(u64::MAX),
            Value::from("x"),
            Value::Object(Default::default()),
        ] {
            let mut changed = payload.clone();
            // Also where the field is left out because it says nothing.
            if let Some(fields) = changed.as_object_mut() {
                fields.insert(field.to_owned(), value.clone());
            }
            let mut sealed = envelope.clone();
            if let Some(place) = sealed.get_mut("payload") {
                *place = data_encoding::BASE64
                    .encode(changed.to_string().as_bytes())
                    .into();
            }
            lies.push(lie(
                format!("head with {field} {value}"),
                sealed.to_string().into_bytes(),
            ));
        }
    }
    Ok(lies)
}

/// Every byte of the indexes flipped, and every object that a round fetches in the place of every other.
async fn about_objects(city: &City, files: &BTreeMap<String, Vec<u8>>, rng: &mut StdRng) -> Result<Vec<Lie>> {
    let whole = Mirror::serve(city.after.clone(), |_| Answer::Well)?;
    let folder = TempDir::new()?;
    mirror::copy(&city.used_device().await?, folder.path())?;
    city::open(folder.path(), &whole.address)?.sync().await?;
    let mut objects: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for request in whole.log().iter().filter(|r| r.path.contains("/o/")) {
        objects.insert(request.path.clone(), fs::read(city.after.join(&request.path))?);
    }
    let mut lies = Vec::new();
    for (path, bytes) in files.iter().filter(|(path, _)| path.contains("/o/")) {
        lies.extend(flips(path, bytes, rng));
    }
    for (path, own) in &objects {
        for (other, bytes) in objects.iter().filter(|(_, bytes)| *bytes != own) {
            lies.push(Lie {
                name: format!("{path} is {other}"),
                path: path.clone(),
                bytes: bytes.clone(),
            });
        }
        let bomb = zstd::encode_all(&vec![0; 64 << 20][..], 1)?;
        for (name, bytes) in [
            ("empty", Vec::new()),
            ("a bomb", bomb),
            ("doubled", [&own[..], own].concat()),
        ] {
            lies.push(Lie {
                name: format!("{path} is {name}"),
                path: path.clone(),
                bytes,
            });
        }
        for _ in 0..40 {
            lies.push(spoil(path, own, rng));
        }
    }
    Ok(lies)
}

/// Every byte of the next key list flipped, too few signatures, strangers', another number.
fn about_keys(list: &[u8], head: &[u8], rng: &mut StdRng) -> Result<Vec<Lie>> {
    let path = "sync/v1/keys/2";
    let mut lies = flips(path, list, rng);
    let same = |_: &mut Value| {};
    let number = |n: u64| move |list: &mut Value| set(list, "n", n.into());
    let threshold = |list: &mut Value| set(list, "threshold", 1.into());
    for (name, bytes) in [
        ("signed by one root", forge::reissue_keys(list, same, &[1])?),
        (
            "signed twice by one root",
            forge::reissue_keys(list, same, &[1, 1])?,
        ),
        ("signed by strangers", forge::reissue_keys(list, same, &[8, 9])?),
        (
            "signed by a root and a stranger",
            forge::reissue_keys(list, same, &[1, 9])?,
        ),
        (
            "with a threshold of one",
            forge::reissue_keys(list, threshold, &[1])?,
        ),
        ("of number 3", forge::reissue_keys(list, number(3), &[1, 2])?),
        ("of number 1", forge::reissue_keys(list, number(1), &[1, 2])?),
        ("that is a head", head.to_vec()),
    ] {
        lies.push(Lie {
            name: format!("key list {name}"),
            path: path.into(),
            bytes,
        });
    }
    Ok(lies)
}

fn set(value: &mut Value, field: &str, to: Value) {
    if let Some(place) = value.get_mut(field) {
        *place = to;
    }
}

/// Puts a second key list and a head signed by its key on the mirror; answers both.
fn rotate(tree: &Path) -> Result<(Vec<u8>, Vec<u8>)> {
    let (keys, head) = (tree.join("sync/v1/keys"), tree.join("sync/v1/head"));
    let change = |list: &mut Value| {
        set(list, "n", 2.into());
        set(list, "ver_floor", 1.into());
        set(list, "heads", Value::from(vec![forge::public(&SECOND_KEY)]));
    };
    let list = forge::reissue_keys(&fs::read(keys.join("1"))?, change, &[1, 2])?;
    fs::write(keys.join("2"), &list)?;
    let signed = forge::reissue_by(&SECOND_KEY, &fs::read(&head)?, |_| {})?;
    fs::write(&head, &signed)?;
    Ok((list, signed))
}

/// Old heads that were true once, and new ones under the key that was stolen and replaced.
async fn yesterday(city: &City, rotated: &Path, tally: &mut Tally) -> Result<()> {
    let mut scene = Scene::new(city, &city.world.folder.path().join("used"), rotated.to_owned())?;
    let device = scene.device()?;
    device.sync().await.context("the walk to the second key list")?;
    ensure!(
        city::shown(&device).await? == city.new,
        "the second key list was not taken"
    );
    let old = fs::read(city.before.join("sync/v1/head"))?;
    let mut heads = vec![("an old head", old.clone(), Code::Untrusted)];
    for ver in [1_u64, 1_000_000, u64::MAX] {
        let stolen = forge::reissue(&old, |head| set(head, "ver", ver.into()))?;
        heads.push(("a head under the stolen key", stolen, Code::Untrusted));
    }
    let back = forge::reissue_by(&SECOND_KEY, &old, |_| {})?;
    heads.push(("an old head under the new key", back, Code::Rollback));
    for (name, bytes, code) in heads {
        *scene.lie.lock().unwrap_or_else(PoisonError::into_inner) = Some(("sync/v1/head".into(), bytes));
        let answer = device.sync().await;
        tally.count("told");
        ensure!(answer.is_err_and(|e| e.code() == code), "{name} was not {code:?}");
        ensure!(
            city::shown(&device).await? == city.new,
            "{name} changed something"
        );
        tally.count("refused");
    }
    Ok(())
}

/// Each byte with one of its bits flipped.
fn flips(path: &str, bytes: &[u8], rng: &mut StdRng) -> Vec<Lie> {
    let flip = |at: usize| {
        let bit = 1 << rng.random_range(0..8);
        let flipped = bytes
            .iter()
            .enumerate()
            .map(|(n, b)| if n == at { b ^ bit } else { *b });
        Lie {
            name: format!("{path}, byte {at} ^ {bit}"),
            path: path.to_owned(),
            bytes: flipped.collect(),
        }
    };
    (0..bytes.len()).map(flip).collect()
}

/// A few bytes changed, some left out, or some more.
fn spoil(path: &str, bytes: &[u8], rng: &mut StdRng) -> Lie {
    let at = rng.random_range(0..bytes.len().max(1));
    let (front, back) = bytes.split_at(at.min(bytes.len()));
    let noise: Vec<u8> = (0..rng.random_range(1..64)).map(|_| rng.random()).collect();
    let skipped = back
        .get(rng.random_range(0..=noise.len()).min(back.len())..)
        .unwrap_or_default();
    Lie {
        name: format!("{path}, spoilt at {at}"),
        path: path.to_owned(),
        bytes: [front, &noise, skipped].concat(),
    }
}

/// The age that a frozen mirror shows: a head that was true is accepted again and again, and says when it was signed.
///
/// # Errors
/// When it passes for fresh.
pub async fn frozen() -> Result<()> {
    let city = City::found(40).await?;
    let mirror = mirror::serve(city.before.clone())?;
    let folder = TempDir::new()?;
    let device = city::open(folder.path(), &mirror)?;
    let head = forge::payload(&fs::read(city.before.join("sync/v1/head"))?)?;
    let signed = head.get("issued").and_then(Value::as_str).context("no time")?;
    for _ in 0..3 {
        device.sync().await?;
        let state = device.sync_state();
        ensure!(
            state.content_as_of.as_deref() == Some(signed),
            "{state:?} instead of {signed}"
        );
    }
    ensure!(
        city::shown(&device).await? == city.old,
        "something else than what was frozen"
    );
    Ok(())
}

//! What people bring: tables to import, mappings, files to letters, topics of another device, links, codes; and packed
//! objects, which anybody may put before a device.

use super::targets::{Target, target, texts};
use crate::world::{device_config, open_device};
use anyhow::{Result, ensure};
use jiff::Timestamp;
use std::{
    io::{Cursor, Write},
    path::Path,
};
use tempfile::TempDir;
use weimenhu_core::{Code, decompress, decompress_up_to};
use weimenhu_domain::{Collection, link, petition::receipt::QueryCode, wire::read_operations};
use weimenhu_server::{
    import::{self, Mapping},
    object,
    petition::staff,
};
use zip::{ZipWriter, write::SimpleFileOptions};

/// Every target of this module.
pub fn all() -> Result<Vec<Target>> {
    Ok(vec![
        table("csv", "t.csv"),
        table("jsonl", "t.jsonl"),
        mapping(),
        upload()?,
        packed()?,
        topics()?,
        links(),
        codes(),
        one_time(),
    ])
}

const ROWS: &str = "id,title,html,published,department,kind,pictures,name,phones,location,category,level\n\
    1,示例：放假,<p>正文<img src=\"a.png\"></p>,2026-11-02 09:00,温州市教育局,通知,a.png;../b.png,示例小学,0577-88880000;12345,\"28.0,120.6\",民生,小学\n\
    2,\"示例：\n换行\",正文,2026/11/3,,,,示例,办公室:12345,,,\n";
const LINES: &str = "{\"id\":1,\"title\":\"示例：放假\",\"html\":\"<p>正文</p>\",\"published\":\"2026-11-02T09:00:00+08:00\",\"department\":\"温州市教育局\",\"kind\":\"通知\"}\n\
    {\"id\":\"2\",\"name\":\"示例小学\",\"level\":\"小学\",\"phones\":[{\"label\":\"办公室\",\"number\":\"12345\"}],\"location\":{\"lat\":28.0,\"lng\":120.6}}\n\
    {\"id\":\"2026\",\"year\":2026,\"papers\":[],\"days\":[{\"name\":\"元旦\",\"date\":\"2026-01-01\",\"isOffDay\":true}]}\n";
const MAP: &str = "id = { columns = [\"id\", \"kind\"], join = \"-\" }\nsource_system = \"示例\"\n[fields]\ntitle = \"title\"\n\
    department = { value = \"示例\" }\npublished = { column = \"published\", format = \"%Y-%m-%d %H:%M\" }\nhtml = \"html\"\n\
    kind = { column = \"kind\", default = \"通知\" }\n";

/// A table that somebody exported from somewhere: every row is good or bad, and none is lost.
fn table(name: &'static str, file: &'static str) -> Target {
    let (good, other) = if file.ends_with('l') {
        (LINES, "{\"id\":")
    } else {
        (ROWS, "id;title\n1;甲\n")
    };
    let map = Mapping::parse(MAP, Collection::Notices);
    target(name, texts(&[good, other]), move |bytes| {
        for collection in Collection::ALL {
            for mapping in [Some(Mapping::own_fields(collection)), map.clone().ok()] {
                let Some(mapping) = mapping else { continue };
                if let Ok(outcome) = import::check(collection, Path::new(file), bytes, &mapping) {
                    ensure!(outcome.bad <= outcome.rows, "{outcome:?}");
                    let named = outcome.faults.iter().filter(|f| !f.warning).count();
                    ensure!(named >= outcome.bad, "a bad row without a fault: {outcome:?}");
                }
            }
        }
        Ok(())
    })
}

fn mapping() -> Target {
    target("mapping", texts(&[MAP]), |bytes| {
        let text = String::from_utf8_lossy(bytes);
        for collection in [Collection::Notices, Collection::Schools] {
            if let Ok(mapping) = Mapping::parse(&text, collection) {
                drop(import::check(
                    collection,
                    Path::new("t.csv"),
                    ROWS.as_bytes(),
                    &mapping,
                ));
            }
        }
        Ok(())
    })
}

/// A file to a letter: what is kept of a picture is a picture, and everything is of a kind that is named.
fn upload() -> Result<Target> {
    let mut pictures = Vec::new();
    for format in [
        image::ImageFormat::Png,
        image::ImageFormat::Jpeg,
        image::ImageFormat::Gif,
        image::ImageFormat::WebP,
    ] {
        let mut bytes = Cursor::new(Vec::new());
        image::DynamicImage::new_rgb8(9, 7).write_to(&mut bytes, format)?;
        pictures.push(bytes.into_inner());
    }
    let mut office = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in [
        ("[Content_Types].xml", &b"<Types/>"[..]),
        ("xl/workbook.xml", b"<w/>"),
    ] {
        office.start_file(name, SimpleFileOptions::default())?;
        office.write_all(bytes)?;
    }
    let corpus = [
        pictures,
        vec![office.finish()?.into_inner(), b"%PDF-1.7\n%%EOF\n".to_vec()],
    ];
    Ok(target("upload", corpus.concat(), |bytes| {
        if let Ok(kept) = import::citizens_file(bytes) {
            let is_picture = kept.width > 0;
            ensure!(
                is_picture == kept.media_type.starts_with("image/"),
                "{}",
                kept.media_type
            );
            ensure!(
                is_picture || kept.bytes == bytes,
                "a file was kept that nobody sent"
            );
            let again = import::citizens_file(&kept.bytes);
            ensure!(again.is_ok(), "what was kept would be refused: {again:?}");
        }
        Ok(())
    }))
}

/// Objects as they travel. Nothing unpacks to more than was promised, and both sides read the same.
fn packed() -> Result<Target> {
    const LIMIT: u64 = 1 << 16;
    let lines = "{\"e\":41,\"i\":7,\"put\":{\"title\":\"示例\"}}\n{\"e\":42,\"i\":3,\"del\":1}\n";
    let corpus = vec![
        zstd::encode_all(lines.as_bytes(), 19)?,
        zstd::encode_all(lines.repeat(200).as_bytes(), 19)?,
        zstd::encode_all(&vec![0; 1 << 22][..], 19)?,
        // A frame to be passed over, and one after it.
        [
            &b"\x50\x2a\x4d\x18\x04\0\0\0skip"[..],
            &zstd::encode_all(&b"after"[..], 3)?,
        ]
        .concat(),
    ];
    Ok(target("packed", corpus, |bytes| {
        let on_device = decompress_up_to(bytes, LIMIT).ok();
        if let Some(raw) = &on_device {
            ensure!(raw.len() as u64 <= LIMIT, "{} bytes", raw.len());
            let size = raw.len() as u64;
            ensure!(decompress(bytes, size).is_ok(), "its own size is refused: {size}");
            ensure!(
                decompress(bytes, size + 1).is_err(),
                "a wrong size is taken: {size}"
            );
            drop(read_operations(raw));
        }
        let on_server = object::unpack(bytes).ok().filter(|raw| raw.len() as u64 <= LIMIT);
        ensure!(on_server == on_device, "server and device read otherwise");
        Ok(())
    }))
}

/// A file of topics: what was taken is told again, and taken again by nobody.
fn topics() -> Result<Target> {
    let folder = TempDir::new()?;
    let device = open_device(|| device_config(folder.path(), ""))?;
    let corpus = texts(&[
        r#"{"city":"wenzhou","topics":[{"text":"停水","county":"鹿城区","muted":true},{"text":"","collection":"notices","department":"温州市教育局"}]}"#,
        r#"{"topics":[{"text":"公交 OR 地铁","collection":null,"letter":7}]}"#,
    ]);
    Ok(target("topics", corpus, move |bytes| {
        let _kept = &folder;
        match device.import_topics(bytes) {
            Ok(imported) => {
                let told = device.export_topics()?.bytes;
                let again = device.import_topics(&told)?;
                ensure!(
                    again.added == 0 && again.refused == 0,
                    "{imported:?}, again {again:?}: {}",
                    String::from_utf8_lossy(&told)
                );
                for topic in device.topics()? {
                    device.unfollow(topic.id)?;
                }
            }
            Err(e) => ensure!(
                [Code::Invalid, Code::TooMany].contains(&e.code()),
                "{:?}: {e}",
                e.code()
            ),
        }
        Ok(())
    }))
}

/// Links from any page or message: a screen of ours or nothing.
fn links() -> Target {
    let corpus = Collection::ALL.into_iter().filter_map(|c| link::app(c, 12));
    let more = [
        "weimenhu://me/settings",
        "weimenhu://search/",
        "weimenhu://petitions/public",
    ];
    let corpus: Vec<String> = corpus.chain(more.map(str::to_owned)).collect();
    let corpus: Vec<&str> = corpus.iter().map(String::as_str).collect();
    target("link", texts(&corpus), |bytes| {
        let text = String::from_utf8_lossy(bytes);
        if let Some(path) = link::screen(&text) {
            let parts: Vec<&str> = path.split('/').collect();
            ensure!(
                parts.first() == Some(&"") && parts.iter().skip(1).all(|part| !part.is_empty()),
                "{path}"
            );
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '/';
            ensure!(path.chars().all(plain), "{path}");
            let again = link::screen(&format!("weimenhu:/{path}"));
            ensure!(again.as_deref() == Some(&*path), "{path} is not read again");
        }
        Ok(())
    })
}

fn codes() -> Target {
    target(
        "code",
        texts(&["7K3M-9QXA", "７k3m 9qxa", "OIL0-1111"]),
        |bytes| {
            if let Ok(code) = String::from_utf8_lossy(bytes).parse::<QueryCode>() {
                ensure!(code.to_string().parse() == Ok(code), "{code} is not read again");
            }
            Ok(())
        },
    )
}

/// One-time codes: no text but a code of now opens, whatever the secret.
fn one_time() -> Target {
    let corpus = texts(&[
        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ 123456",
        "GEZD 000000",
        " ０１２３４５",
    ]);
    target("totp", corpus, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let (secret, code) = text.split_once(' ').unwrap_or((&text, ""));
        for now in [
            Timestamp::UNIX_EPOCH,
            Timestamp::MIN,
            Timestamp::MAX,
            Timestamp::constant(1_795_000_000, 0),
        ] {
            let Some(right) = staff::code_of(secret, now) else {
                ensure!(
                    staff::step(secret, code, now).is_none(),
                    "no secret, and it opens"
                );
                continue;
            };
            ensure!(staff::step(secret, &right, now).is_some(), "{right} is refused");
            let digits = code.chars().filter(char::is_ascii_digit).count();
            ensure!(
                digits == 6 || staff::step(secret, code, now).is_none(),
                "{code} is taken"
            );
        }
        Ok(())
    })
}

//! Files that mean harm, and a disk without room: nothing is believed, nothing is half there, and it goes on afterwards.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what fails here must fail the test"
)]

#[cfg(test)]
mod common;

use common::{
    Sample,
    desk::{Browser, hire},
    http::{Answer, Running, send, start},
    sample_with,
};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::{
    fs,
    io::{Cursor, Write},
    path::PathBuf,
    time::{Duration, SystemTime},
};
use weimenhu_domain::{petition::Role, record::Sha256};
use weimenhu_server::petition::upload;

const KEY: &str = "key-of-a-letter-with-files";

async fn server() -> (Sample, Running) {
    let s = sample_with(|config| {
        config.proof_of_work = 0;
        config.writes_per_minute = 10_000;
    })
    .await;
    let running = start(&s.city).await;
    (s, running)
}

/// The operator's scanner: a word for a virus, and one on which it breaks.
#[cfg(unix)]
const SCANNER: &str = "all=$(cat); case $all in *EICAR*) exit 1;; *BREAKS*) exit 2;; esac; exit 0";

async fn put(at: &Running, sha: Sha256, (offset, length): (usize, usize), part: &[u8]) -> Answer {
    let headers = format!(
        "idempotency-key: {KEY}\r\nupload-offset: {offset}\r\nupload-length: {length}\r\ncontent-length: {}\r\n",
        part.len()
    );
    send(at.at, "PUT", &format!("/api/v1/uploads/{sha}"), &headers, part).await
}

async fn upload(at: &Running, bytes: &[u8]) -> Answer {
    put(at, Sha256::of(bytes), (0, bytes.len()), bytes).await
}

fn json_of(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap()
}

async fn letter(at: &Running, files: &[Sha256]) -> Answer {
    let files: Vec<String> = files.iter().map(Sha256::to_string).collect();
    let body = json!({"kind": "help", "title": "示例", "text": "示例", "visibility": "public",
        "attachments": files, "consent": true})
    .to_string();
    let headers = format!("idempotency-key: {KEY}\r\ncontent-length: {}\r\n", body.len());
    send(at.at, "POST", "/api/v1/letters", &headers, body.as_bytes()).await
}

fn kept(s: &Sample) -> Vec<PathBuf> {
    let folder = fs::read_dir(s.city.config.data_dir.join("letters"));
    folder.map_or_else(|_| Vec::new(), |all| all.map(|e| e.unwrap().path()).collect())
}

fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer
            .start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A JPEG that says where it was taken.
fn photo() -> Vec<u8> {
    let image = image::RgbImage::from_pixel(64, 48, image::Rgb([9, 90, 200]));
    let mut plain = Cursor::new(Vec::new());
    image.write_to(&mut plain, image::ImageFormat::Jpeg).unwrap();
    let plain = plain.into_inner();
    let exif = b"Exif\0\0II*\0\x08\0\0\0\0\0GPS-28.0000,120.6500";
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&plain[..2], &[0xff, 0xe1], &length, exif, &plain[2..]].concat()
}

#[tokio::test]
async fn bombs_disguises_and_strange_kinds_are_refused_and_leave_nothing() {
    let (s, server) = server().await;
    let types: (&str, &[u8]) = ("[Content_Types].xml", b"<Types/>");
    let zeros = vec![0; 60 << 20];
    let docx = archive(&[types, ("word/document.xml", b"<w/>")]);
    let mut huge = common::png(1);
    huge[16..24].copy_from_slice(&[0, 0, 0xc3, 0x50, 0, 0, 0xc3, 0x50]);
    for (what, bytes) in [
        (
            "a docx of 120 MB",
            archive(&[types, ("word/document.xml", &zeros), ("word/a", &zeros)]),
        ),
        (
            "a docx with macros",
            archive(&[types, ("word/document.xml", b"x"), ("word/vbaProject.bin", b"x")]),
        ),
        ("an archive of anything", archive(&[("a.exe", b"MZ")])),
        ("a page before a docx", [b"<html>".as_slice(), &docx].concat()),
        (
            "a docx with a page behind",
            [docx.as_slice(), b"<script>alert(1)</script>"].concat(),
        ),
        (
            "a PDF that is an archive too",
            [b"%PDF-1.7 ".as_slice(), &docx].concat(),
        ),
        ("a picture of 50,000 by 50,000", huge),
        ("a picture that breaks off", common::png(2)[..60].to_vec()),
        ("a page", b"<html><script>alert(1)</script></html>".to_vec()),
        (
            "a drawing with a script",
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec(),
        ),
        ("a program", b"MZ\x90\x00\x03".to_vec()),
        ("a script", b"#!/bin/sh\nid\n".to_vec()),
    ] {
        let answer = upload(&server, &bytes).await;
        assert_eq!(answer.problem(), (422, "file_refused".into()), "{what}");
        assert_eq!(kept(&s), Vec::<PathBuf>::new(), "{what}");
    }
    let (some, length) = (vec![b'x'; 100], (10 << 20) + 1);
    let long = put(&server, Sha256::of(&some), (0, length), &some).await;
    assert_eq!(long.problem(), (422, "file_too_large".into()));
    // One byte more than any request may have.
    let heavy = upload(&server, &vec![b'x'; (11 << 20) + 1]).await;
    assert_eq!(heavy.status, 413);
    assert_eq!(kept(&s), Vec::<PathBuf>::new());
    assert_eq!(letter(&server, &[]).await.status, 201, "the server is well");
    server.stop().await;
}

#[tokio::test]
async fn a_photo_tells_nobody_where_it_was_taken_and_what_is_kept_cannot_run() {
    let (s, server) = server().await;
    let mut hiding = photo();
    hiding.extend_from_slice(b"<script>alert('GPS-')</script>");
    let paper = b"%PDF-1.7 <script>alert(1)</script>".to_vec();
    for bytes in [&hiding, &paper] {
        assert_eq!(json_of(&upload(&server, bytes).await)["done"], true);
    }
    let sent = letter(&server, &[Sha256::of(&hiding), Sha256::of(&paper)]).await;
    let number = json_of(&sent)["number"].as_str().unwrap().to_owned();
    let secret = hire(&s, "reviewer", &[Role::Reviewer], 0).await;
    let (_, desk) = Browser::sign_in(server.at, "reviewer", &secret, "").await;
    for (id, kind, shown) in [(1, "image/jpeg", "inline"), (2, "application/pdf", "attachment")] {
        let file = desk.get(&format!("/desk/letters/{number}/files/{id}")).await;
        assert_eq!(file.header("content-type"), Some(kind));
        assert_eq!(file.header("content-disposition"), Some(shown));
        assert_eq!(file.header("x-content-type-options"), Some("nosniff"));
        assert!(
            file.header("content-security-policy")
                .unwrap()
                .contains("default-src 'none'")
        );
        for secret in ["GPS-", "Exif", "28.0000"] {
            assert!(!common::holds(&file.body, secret), "{secret} in {kind}");
        }
    }
    for path in kept(&s) {
        let bytes = fs::read(&path).unwrap();
        assert!(!common::holds(&bytes, "GPS-") && !common::holds(&bytes, "Exif"));
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(
            name.len() == 32 && name.bytes().all(|b| b.is_ascii_hexdigit()),
            "{name}"
        );
    }
    server.stop().await;
}

/// `/dev/full` is a disk that never has room: the file that is being written becomes it for a while.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn on_a_full_disk_a_part_is_refused_whole_and_goes_through_afterwards() {
    let (s, server) = server().await;
    let bytes = [b"%PDF-1.7 ".as_slice(), &[b'x'; 5000]].concat();
    let (sha, length) = (Sha256::of(&bytes), bytes.len());
    assert_eq!(json_of(&put(&server, sha, (0, length), b"").await)["offset"], 0);
    let file = kept(&s).pop().unwrap();
    fs::remove_file(&file).unwrap();
    std::os::unix::fs::symlink("/dev/full", &file).unwrap();
    let full = put(&server, sha, (0, length), &bytes).await;
    assert_eq!(full.problem(), (503, "full".into()));
    assert_eq!(full.header("retry-after"), Some("60"));
    fs::remove_file(&file).unwrap();
    assert_eq!(
        json_of(&put(&server, sha, (0, length), &bytes).await)["done"],
        true
    );
    assert_eq!(letter(&server, &[sha]).await.status, 201);
    server.stop().await;
}

#[tokio::test]
async fn a_file_that_came_whole_before_a_crash_is_looked_at_when_asked_again() {
    let (s, server) = server().await;
    let bytes = [b"%PDF-1.7 ".as_slice(), &[b'x'; 5000]].concat();
    let (sha, length) = (Sha256::of(&bytes), bytes.len());
    put(&server, sha, (0, length), &bytes[..100]).await;
    // All bytes are there, and the server died before it looked at them.
    let mut file = fs::File::options()
        .append(true)
        .open(kept(&s).pop().unwrap())
        .unwrap();
    file.write_all(&bytes[100..]).unwrap();
    let here = put(&server, sha, (length, length), b"").await;
    assert_eq!(json_of(&here), json!({"offset": length, "done": true}));
    // What came and what is kept are two files; the first goes.
    assert_eq!(kept(&s).len(), 1);
    assert_eq!(letter(&server, &[sha]).await.status, 201);
    server.stop().await;
}

#[tokio::test]
async fn files_that_no_row_names_are_swept_up_and_no_others() {
    let (s, server) = server().await;
    let whole = photo();
    upload(&server, &whole).await;
    let named = kept(&s).pop().unwrap();
    let folder = s.city.config.data_dir.join("letters");
    let (orphan, fresh) = (folder.join("0".repeat(32)), folder.join("1".repeat(32)));
    let before = SystemTime::now() - Duration::from_secs(2 * 3600);
    for (path, is_old) in [(&orphan, true), (&fresh, false), (&named, true)] {
        let file = fs::File::options().append(true).create(true).open(path).unwrap();
        if is_old {
            file.set_modified(before).unwrap();
        }
    }
    upload::sweep(&s.city, Timestamp::now()).await.unwrap();
    assert!(!orphan.exists() && fresh.exists() && named.exists());
    let tomorrow = Timestamp::now() + jiff::SignedDuration::from_hours(25);
    upload::sweep(&s.city, tomorrow).await.unwrap();
    assert!(!named.exists(), "never part of a letter, and a day old");
    server.stop().await;
}

#[tokio::test]
async fn parts_out_of_order_and_twice_make_one_file() {
    let (s, server) = server().await;
    let bytes = [b"%PDF-1.7 ".as_slice(), &[b'y'; 3000]].concat();
    let (sha, length) = (Sha256::of(&bytes), bytes.len());
    let put = |from: usize, to: usize| put(&server, sha, (from, length), &bytes[from..to]);
    assert_eq!(
        put(1000, 2000).await.problem(),
        (422, "offset_wrong".into()),
        "the second before the first"
    );
    assert_eq!(json_of(&put(0, 1000).await)["offset"], 1000);
    assert_eq!(
        put(0, 1000).await.problem(),
        (422, "offset_wrong".into()),
        "the first again"
    );
    assert_eq!(
        put(2000, length).await.problem(),
        (422, "offset_wrong".into()),
        "the third before the second"
    );
    assert_eq!(
        letter(&server, &[sha]).await.problem(),
        (422, "file_not_uploaded".into())
    );
    assert_eq!(json_of(&put(1000, 2000).await)["offset"], 2000);
    assert_eq!(json_of(&put(2000, length).await)["done"], true);
    assert_eq!(json_of(&put(2000, length).await)["done"], true, "the last again");
    assert_eq!(letter(&server, &[sha]).await.status, 201);
    assert_eq!(fs::read(kept(&s).pop().unwrap()).unwrap(), bytes);
    server.stop().await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_is_let_in_when_the_scanner_has_looked_at_it() {
    let pdf = |words: &str| format!("%PDF-1.7\n{words}\n%%EOF\n").into_bytes();
    let s = sample_with(|config| {
        config.proof_of_work = 0;
        config.writes_per_minute = 10_000;
        config.upload_scan = ["sh", "-c", SCANNER].map(str::to_owned).into();
    })
    .await;
    let server = start(&s.city).await;
    let ill = upload(&server, &pdf("EICAR")).await;
    assert_eq!(ill.problem(), (422, "file_refused".into()));
    assert_eq!(kept(&s), Vec::<PathBuf>::new());
    // Nobody knows: it is neither let in nor lost, and asked again when the app comes back.
    let unknown = pdf("BREAKS");
    assert_eq!(upload(&server, &unknown).await.status, 500);
    let (sha, length) = (Sha256::of(&unknown), unknown.len());
    let again = put(&server, sha, (length, length), &[]).await;
    assert_eq!(again.status, 500);
    assert_eq!(letter(&server, &[sha]).await.problem().1, "file_not_uploaded");
    assert_eq!(upload(&server, &pdf("sound")).await.status, 200);
    // What a photo was is thrown away in any case.
    let image = photo();
    let carrier = [image.as_slice(), b"EICAR"].concat();
    assert_eq!(upload(&server, &carrier).await.status, 200);
}

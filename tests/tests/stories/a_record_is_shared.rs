//! A record is shared: what the app hands out is what the server answers, to somebody who has no app.

use super::{notice, record, rows};
use std::{
    io::{Read, Write},
    net::TcpStream,
};
use weimenhu_core::Code;
use weimenhu_domain::Collection;
use weimenhu_tests::world::World;

/// What a browser is shown at an address, with its status line.
fn browse(url: &str) -> String {
    let rest = url.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(stream, "GET /{path} HTTP/1.0\r\nhost: {host}\r\n\r\n").unwrap();
    let mut page = String::new();
    stream.read_to_string(&mut page).unwrap();
    page
}

#[tokio::test]
async fn its_link_opens_for_whoever_has_no_app_and_dies_with_it() {
    let title = "A&B？#1 “试行” 🏮";
    let mut world = World::with(&[("notices", &[notice("a", 1, title)])]).unwrap();
    world.start().unwrap();
    let device = world.device("phone", &[]).unwrap();
    device.sync().await.unwrap();
    let id = rows(&device, Collection::Notices)[0].id;

    let shared = device.share(Collection::Notices, id).unwrap();
    assert_eq!(shared.title, format!("示例：{title}"));
    assert_eq!(shared.url, format!("{}/s/notices/{id}", world.address()));
    assert!(shared.text.ends_with(&shared.url) && shared.text.starts_with(&shared.title));
    assert_eq!(shared.summary, format!("{title}的正文。"));
    let page = browse(&shared.url);
    assert!(page.starts_with("HTTP/1.0 200"), "{page}");
    assert!(page.contains("示例：A&#38;B？#1 “试行” 🏮"), "{page}");
    assert!(
        page.contains(&format!("href=\"weimenhu://notices/{id}\"")),
        "{page}"
    );

    // Without the network the link is the same, and a device without a server has none.
    world.cut();
    assert_eq!(device.share(Collection::Notices, id).unwrap(), shared);
    let alone = world.device_at("alone", world.dump().unwrap(), "").unwrap();
    alone.open_dump().await.unwrap();
    let words = alone.share(Collection::Notices, id).unwrap();
    assert_eq!((words.url.as_str(), words.weibo.as_str()), ("", ""));
    assert_eq!(words.title, shared.title);

    world.start().unwrap();
    world
        .publish("notices", &record(1, "改过的题"), Some(id))
        .unwrap();
    assert!(browse(&shared.url).contains("示例：改过的题"));
    world
        .server(&["withdraw", "notices", &id.to_string(), "--delete"])
        .unwrap();
    let page = browse(&shared.url);
    assert!(
        page.starts_with("HTTP/1.0 410") && !page.contains("改过的题"),
        "{page}"
    );
    device.sync().await.unwrap();
    let gone = device.share(Collection::Notices, id).unwrap_err();
    assert_eq!(gone.code(), Code::NotFound);
}

#[tokio::test]
async fn only_a_picture_becomes_a_card() {
    let world = World::with(&[("notices", &[notice("a", 1, "a/b:c")])]).unwrap();
    let device = world.device("phone", world.dump().unwrap()).unwrap();
    device.open_dump().await.unwrap();
    let id = rows(&device, Collection::Notices)[0].id;
    let card = |base64: &str| device.picture_card(Collection::Notices, id, base64);
    let png = card("iVBORw0KGgoAAAANSUhEUgAAAAE=").unwrap();
    assert_eq!(png.name, "示例：a_b_c.png");
    assert!(png.bytes.starts_with(b"\x89PNG"));
    for bad in ["", "no base64!", "PHN2Zz48L3N2Zz4="] {
        assert_eq!(card(bad).unwrap_err().code(), Code::Invalid, "{bad}");
    }
    let absent = device.picture_card(Collection::Notices, id + 1, "iVBORw0KGgo=");
    assert_eq!(absent.unwrap_err().code(), Code::NotFound);
}

//! No server, a slow one, a broken one, and somebody else's page: the screens go on, the reason is named, and
//! everything mends itself.

use super::{notice, record, titles};
use std::{
    io::{Read, Write},
    net::TcpListener,
    thread,
};
use weimenhu_core::Code;
use weimenhu_tests::world::World;

#[tokio::test]
async fn without_a_server_everything_here_can_be_read() {
    let mut world = World::with(&[("notices", &[notice("a", 1, "开学")])]).unwrap();
    let device = world.device("phone", world.dump().unwrap()).unwrap();
    device.open_dump().await.unwrap();
    assert_eq!(device.sync().await.unwrap_err().code(), Code::Offline);
    assert_eq!(device.sync_state().problem, Some(Code::Offline));
    assert_eq!(titles(&device), ["开学"]);

    world.start().unwrap();
    device.sync().await.unwrap();
    assert_eq!(device.sync_state().problem, None, "it mends itself");
}

#[tokio::test]
async fn a_page_instead_of_data_is_named_for_what_it_is() {
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 27\r\n\r\n<html>Wi-Fi log-in</html>\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 27\r\n\r\n<html>Wi-Fi log-in</html>\r\n",
        "HTTP/1.1 302 Found\r\nLocation: http://portal.invalid/\r\nContent-Length: 0\r\n\r\n",
    ] {
        assert_eq!(against(answer).await, Code::CaptivePortal, "{answer}");
    }
}

#[tokio::test]
async fn a_broken_server_is_named_and_left_alone() {
    for answer in [
        "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n",
    ] {
        assert_eq!(against(answer).await, Code::Server, "{answer}");
    }
    assert_eq!(
        against("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"a\": 1}\n").await,
        Code::Untrusted
    );
    assert_eq!(against("garbage").await, Code::Offline);
}

/// What a device says after a round with a server that always gives this answer; what it shows must not change.
async fn against(answer: &'static str) -> Code {
    let world = World::with(&[("notices", &[notice("a", 1, "开学")])]).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    let device = world.device_at("phone", world.dump().unwrap(), &address).unwrap();
    device.open_dump().await.unwrap();
    let code = device.sync().await.unwrap_err().code();
    assert_eq!(titles(&device), ["开学"]);
    code
}

#[tokio::test]
async fn a_server_that_wants_a_newer_app_is_obeyed_and_what_is_here_stays() {
    let mut world = World::with(&[("notices", &[notice("a", 1, "开学")])]).unwrap();
    let device = world.device("phone", world.dump().unwrap()).unwrap();
    device.open_dump().await.unwrap();
    let config = world.data().join("city.toml");
    std::fs::write(&config, "min_app = \"9.0.0\"\n").unwrap();
    let file = world.folder.path().join("one.json");
    std::fs::write(&file, record(2, "新的").to_string()).unwrap();
    let args = [
        "publish",
        "--collection",
        "notices",
        "--file",
        file.to_str().unwrap(),
        "--config",
        config.to_str().unwrap(),
    ];
    world.server(&args).unwrap();
    // Serving without the setting would sign the head again without it.
    world.start_with(&["--config", config.to_str().unwrap()]).unwrap();

    device.sync().await.unwrap();
    let state = device.sync_state();
    assert_eq!(
        (state.problem, state.min_app.as_deref()),
        (Some(Code::UpdateApp), Some("9.0.0"))
    );
    assert_eq!(titles(&device), ["开学"]);
}

#[tokio::test]
async fn a_second_instance_is_told_so() {
    let world = World::with(&[("notices", &[notice("a", 1, "开学")])]).unwrap();
    let first = world.device("phone", &[]).unwrap();
    assert_eq!(world.device("phone", &[]).err().unwrap().code(), Code::Busy);
    drop(first);
    world.device("phone", &[]).unwrap();
}

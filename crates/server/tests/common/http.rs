//! A running server and the plainest HTTP/1.1 client, so that nothing between smooths an answer.

use std::net::SocketAddr;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use weimenhu_server::{City, serve::Server};

pub struct Answer {
    pub status: u16,
    pub headers: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.headers.lines();
        let pairs = lines.filter_map(|l| l.split_once(": "));
        pairs
            .into_iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, v)| v)
    }

    pub fn problem(&self) -> (u16, String) {
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        let json: serde_json::Value = serde_json::from_slice(&self.body).unwrap();
        assert_eq!(json["status"], self.status);
        assert_eq!(
            json.as_object().unwrap().len(),
            4,
            "nothing but type, title, status and code: {json}"
        );
        (self.status, json["code"].as_str().unwrap().to_owned())
    }
}

pub async fn ask(at: SocketAddr, method: &str, path: &str, headers: &str) -> Answer {
    send(at, method, path, headers, b"").await
}

/// With a body; its length is for `headers` to say.
pub async fn send(at: SocketAddr, method: &str, path: &str, headers: &str, body: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(at).await.unwrap();
    let request = format!("{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    stream.write_all(body).await.unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    let end = bytes.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
    let headers = String::from_utf8(bytes[..end].to_vec()).unwrap();
    Answer {
        status: headers.split(' ').nth(1).unwrap().parse().unwrap(),
        headers,
        body: bytes[end + 4..].to_vec(),
    }
}

pub async fn get(at: SocketAddr, path: &str) -> Answer {
    ask(at, "GET", path, "").await
}

pub struct Running {
    pub at: SocketAddr,
    stop: tokio::sync::oneshot::Sender<()>,
    task: tokio::task::JoinHandle<()>,
}

pub async fn start(city: &City) -> Running {
    let server = Server::bind(city.clone()).await.unwrap();
    let at = server.address().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel();
    let task = tokio::spawn(async move {
        let stopped = async {
            let _ = stopped.await;
        };
        server.run(stopped).await.unwrap();
    });
    Running { at, stop, task }
}

impl Running {
    pub async fn stop(self) {
        self.stop.send(()).unwrap();
        self.task.await.unwrap();
    }
}

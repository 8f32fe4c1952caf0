//! The plainest HTTP/1.1 client that keeps its connection, so that nothing between smooths an answer.

use anyhow::{Context, Result};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
};

/// A connection.
pub struct Connection {
    stream: BufReader<TcpStream>,
}

/// An answer.
pub struct Answer {
    /// Status.
    pub status: u16,
    /// The cookie that it sets; empty: none.
    pub cookie: String,
    /// Body.
    pub body: String,
}

impl Connection {
    /// Connects.
    pub fn open(at: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(at)?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream: BufReader::new(stream),
        })
    }

    /// Asks and waits for the whole answer; `headers` are lines that each end with CRLF.
    pub fn ask(&mut self, method: &str, path: &str, headers: &str, body: &str) -> Result<Answer> {
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: bench\r\n{headers}content-length: {length}\r\n\r\n{body}"
        );
        self.stream.get_mut().write_all(request.as_bytes())?;
        let (mut status, mut cookie, mut length) = (0, String::new(), 0);
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line)?;
            let line = line.trim_end();
            if line.is_empty() {
                break;
            }
            match line.split_once(": ") {
                None => status = line.split(' ').nth(1).context("no status")?.parse()?,
                Some(("content-length", n)) => length = n.parse()?,
                Some(("set-cookie", value)) => {
                    cookie = value.split(';').next().unwrap_or_default().to_owned();
                }
                Some(_) => {}
            }
        }
        let mut bytes = vec![0; length];
        self.stream.read_exact(&mut bytes)?;
        Ok(Answer {
            status,
            cookie,
            body: String::from_utf8(bytes)?,
        })
    }
}

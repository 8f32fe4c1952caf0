//! A wire between a device and its server that can do what networks do: swallow an answer, put a portal's page in its
//! place, break in the middle.

use anyhow::Result;
use rand::Rng;
use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::Arc,
    thread,
    time::Duration,
};

/// What happens to one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is answered.
    Through,
    /// The server gets it, and its answer never comes.
    AnswerLost,
    /// The server answers, and that is long under way.
    AnswerLate(Duration),
    /// The server gets so many bytes of it.
    BreaksAfter(usize),
    /// Somebody else answers 200 with a page.
    Portal,
}

/// A running wire. It ends with the process.
pub struct Wire {
    /// `http://127.0.0.1:…`
    pub address: String,
}

impl Wire {
    /// To the server at `to`, breaking wherever it likes: of twelve requests three do not go through as they should.
    ///
    /// # Errors
    /// As for [`Self::to`].
    pub fn unruly(to: &str) -> Result<Self> {
        Self::to(to, |_| {
            let mut rng = rand::rng();
            match rng.random_range(0..12) {
                0 => Fate::AnswerLost,
                1 => Fate::BreaksAfter(rng.random_range(0..600)),
                2 => Fate::Portal,
                _ => Fate::Through,
            }
        })
    }

    /// To the server at `to`; `fate` is asked with the method and path of each request.
    ///
    /// # Errors
    /// When no port is free.
    pub fn to(to: &str, fate: impl Fn(&str) -> Fate + Send + Sync + 'static) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = format!("http://{}", listener.local_addr()?);
        let (to, fate) = (to.trim_start_matches("http://").to_owned(), Arc::new(fate));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (to, fate) = (to.clone(), Arc::clone(&fate));
                // A connection that breaks is what this is for.
                thread::spawn(move || drop(carry(stream, &to, &*fate)));
            }
        });
        Ok(Self { address })
    }
}

/// One request a connection: nothing is kept open, so that every request meets its own fate.
fn carry(mut near: TcpStream, to: &str, fate: &dyn Fn(&str) -> Fate) -> Result<()> {
    let request = read(&mut near)?;
    let head = String::from_utf8_lossy(&request).into_owned();
    let line: Vec<&str> = head.split_whitespace().take(2).collect();
    let fate = fate(&line.join(" "));
    if fate == Fate::Portal {
        let page = "<html>请先登录无线网络</html>";
        write!(
            near,
            "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{page}",
            page.len()
        )?;
        return Ok(());
    }
    let mut far = TcpStream::connect(to)?;
    if let Fate::BreaksAfter(bytes) = fate {
        far.write_all(request.get(..bytes).unwrap_or(&request))?;
        return Ok(());
    }
    far.write_all(&request)?;
    let mut answer = Vec::new();
    far.read_to_end(&mut answer)?;
    if let Fate::AnswerLate(pause) = fate {
        thread::sleep(pause);
    }
    if fate != Fate::AnswerLost {
        near.write_all(&answer)?;
    }
    Ok(())
}

/// A whole request, which asks for an answer that ends with the connection.
fn read(stream: &mut TcpStream) -> Result<Vec<u8>> {
    let (mut bytes, mut piece) = (Vec::new(), [0; 16 << 10]);
    loop {
        let many = stream.read(&mut piece)?;
        bytes.extend_from_slice(piece.get(..many).unwrap_or_default());
        let end = bytes.windows(4).position(|w| w == b"\r\n\r\n");
        if let Some(end) = end {
            let head = String::from_utf8_lossy(bytes.get(..end).unwrap_or_default()).to_lowercase();
            let length = head.lines().find_map(|l| l.strip_prefix("content-length:"));
            let length: usize = length.and_then(|l| l.trim().parse().ok()).unwrap_or(0);
            if bytes.len() >= end + 4 + length {
                let rest = bytes.split_off(end);
                bytes.extend_from_slice(b"\r\nconnection: close");
                bytes.extend_from_slice(&rest);
                return Ok(bytes);
            }
        }
        anyhow::ensure!(many > 0, "the request broke off");
    }
}

//! A cable with a meter: passes every byte on and counts them both ways, whatever program is at the ends.
//!
//! The same meter for all peers: headers count, compression counts, and what one of them asks twice counts twice.

use anyhow::Result;
use std::{
    io::{self, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    thread,
};

/// What ends the first line of a request, and stands nowhere else in one.
const REQUEST: &[u8] = b" HTTP/1.1\r\n";

/// A running meter.
pub struct Meter {
    /// `http://127.0.0.1:…`, to be asked instead of the server.
    pub address: String,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    up: AtomicU64,
    down: AtomicU64,
    requests: AtomicU64,
}

/// What went through so far.
#[derive(Debug, Clone, Copy, Default)]
pub struct Traffic {
    /// Bytes in both directions.
    pub bytes: u64,
    /// Requests.
    pub requests: u64,
}

impl Meter {
    /// Before the server on this port, until the process ends.
    ///
    /// # Errors
    /// When no port is free.
    pub fn before(port: u16) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = format!("http://{}", listener.local_addr()?);
        let counts = Arc::new(Counts::default());
        let shared = Arc::clone(&counts);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let counts = Arc::clone(&shared);
                // A connection that breaks is the programs' to notice.
                thread::spawn(move || connected(stream, port, counts));
            }
        });
        Ok(Self { address, counts })
    }

    /// What went through since the last time.
    pub fn take(&self) -> Traffic {
        Traffic {
            bytes: self.counts.up.swap(0, SeqCst) + self.counts.down.swap(0, SeqCst),
            requests: self.counts.requests.swap(0, SeqCst),
        }
    }
}

fn connected(client: TcpStream, port: u16, counts: Arc<Counts>) -> io::Result<()> {
    let server = TcpStream::connect(("127.0.0.1", port))?;
    for stream in [&client, &server] {
        stream.set_nodelay(true)?;
    }
    let (asks, answers) = (client.try_clone()?, server.try_clone()?);
    let up = Arc::clone(&counts);
    let asking = thread::spawn(move || {
        let mut seen = Vec::new();
        pass(asks, server, |piece| {
            up.up.fetch_add(piece.len() as u64, SeqCst);
            seen.extend_from_slice(piece);
            let found = seen.windows(REQUEST.len()).filter(|w| *w == REQUEST).count();
            up.requests.fetch_add(found as u64, SeqCst);
            // Less than the mark stays, in case it comes in two pieces.
            seen.drain(..seen.len().saturating_sub(REQUEST.len() - 1));
        })
    });
    pass(answers, client, |piece| {
        counts.down.fetch_add(piece.len() as u64, SeqCst);
    })?;
    asking.join().unwrap_or(Ok(()))
}

fn pass(mut from: TcpStream, mut to: TcpStream, mut count: impl FnMut(&[u8])) -> io::Result<()> {
    let mut piece = vec![0; 64 << 10];
    loop {
        let read = from.read(&mut piece)?;
        let (piece, _) = piece.split_at(read);
        if piece.is_empty() {
            return to.shutdown(Shutdown::Write);
        }
        count(piece);
        to.write_all(piece)?;
    }
}

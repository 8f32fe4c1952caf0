//! A mirror of a city: a static copy of its tree behind the plainest of file servers, which is all that 3-sync
//! asks of a mirror. A story may change the copy, or how single requests are answered.

use anyhow::Result;
use socket2::SockRef;
use std::{
    fs,
    io::{self, Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

/// Copies a folder with everything below it.
///
/// # Errors
/// File errors.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// One request, as far as a story cares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// `sync/v1/head`, without the first slash.
    pub path: String,
    /// The first byte asked for.
    pub from: u64,
    /// Bytes of the body that were sent.
    pub sent: u64,
}

/// How one request is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// As a file server should.
    Well,
    /// The connection ends after this many bytes of the body.
    CutAfter(u64),
    /// The connection is reset after this many bytes of the body; what was on its way may be lost.
    ResetAfter(u64),
    /// Nothing more comes after this many bytes, for so long.
    StallAfter(u64, Duration),
    /// The first byte comes late.
    Late(Duration),
    /// The same answer comes twice on a connection that stays open: the second would pass for the next one's.
    Twice,
    /// The whole file, whatever range was asked for.
    Whole,
    /// A file with these bytes.
    Instead(Vec<u8>),
    /// Bytes without an end.
    Endless,
    /// This status and nothing else.
    Status(&'static str),
    /// To another address.
    Redirect(String),
    /// Somebody else's page.
    Portal,
}

/// A running mirror. It hears nobody any more when it is dropped: a campaign has tens of thousands, each with a port.
pub struct Mirror {
    /// `http://127.0.0.1:…`
    pub address: String,
    log: Arc<Mutex<Vec<Request>>>,
    over: Arc<AtomicBool>,
}

impl Mirror {
    /// Serves a folder, with ranges; `how` decides each answer.
    ///
    /// # Errors
    /// When no port is free.
    pub fn serve(folder: PathBuf, how: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = format!("http://{}", listener.local_addr()?);
        let log = Arc::new(Mutex::new(Vec::new()));
        let over = Arc::new(AtomicBool::new(false));
        let (shared, how, ended) = (Arc::clone(&log), Arc::new(how), Arc::clone(&over));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if ended.load(Ordering::SeqCst) {
                    return;
                }
                let (folder, shared, how) = (folder.clone(), Arc::clone(&shared), Arc::clone(&how));
                thread::spawn(move || answer(stream, &folder, &*how, &shared));
            }
        });
        Ok(Self { address, log, over })
    }

    /// What was asked and sent so far.
    pub fn log(&self) -> Vec<Request> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Mirror {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for the next connection. If it cannot be reached, it waits until the process ends.
        if let Some(address) = self.address.strip_prefix("http://") {
            drop(TcpStream::connect(address));
        }
    }
}

/// Serves a folder until the process ends; answers the address.
///
/// # Errors
/// When no port is free.
pub fn serve(folder: PathBuf) -> Result<String> {
    let mirror = Mirror::serve(folder, |_| Answer::Well)?;
    let address = mirror.address.clone();
    std::mem::forget(mirror);
    Ok(address)
}

fn answer(
    mut stream: TcpStream,
    folder: &Path,
    how: &dyn Fn(&Request) -> Answer,
    log: &Mutex<Vec<Request>>,
) -> Result<()> {
    let mut text = Vec::new();
    let mut piece = [0; 1024];
    while !text.windows(4).any(|w| w == b"\r\n\r\n") {
        match stream.read(&mut piece)? {
            0 => return Ok(()),
            n => text.extend(piece.iter().take(n)),
        }
    }
    let mut request = read(&String::from_utf8_lossy(&text));
    // Counted and written down in one go, so that the log has the order in which was asked. Who hung up before its turn
    // came asked for nothing: it may have asked again, and been heard, since.
    let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
    if hung_up(&stream)? {
        return Ok(());
    }
    let how = how(&request);
    let (status, body) = match (&how, fs::read(folder.join(&request.path))) {
        (Answer::Instead(bytes), _) => ("200 OK", bytes.clone()),
        (Answer::Portal, _) => ("200 OK\r\nContent-Type: text/html", b"<html>".to_vec()),
        (Answer::Status(status), _) => (*status, Vec::new()),
        (Answer::Redirect(_), _) => ("302 Found", Vec::new()),
        (Answer::Whole, Ok(body)) => ("200 OK", body),
        (_, Ok(body)) if request.from > 0 => {
            let start = usize::try_from(request.from)?.min(body.len());
            ("206 Partial Content", body.split_at(start).1.to_vec())
        }
        (_, Ok(body)) => ("200 OK", body),
        (_, Err(_)) => ("404 Not Found", Vec::new()),
    };
    let sent = match how {
        Answer::CutAfter(bytes) | Answer::ResetAfter(bytes) | Answer::StallAfter(bytes, _) => {
            body.split_at(usize::try_from(bytes)?.min(body.len())).0
        }
        _ => &body,
    };
    request.sent = sent.len() as u64;
    log.push(request);
    drop(log);
    let mut head = format!("HTTP/1.1 {status}\r\n");
    match &how {
        Answer::Endless => head.push_str("Connection: close\r\n"),
        Answer::Twice => head.push_str(&format!("Content-Length: {}\r\n", body.len())),
        _ => head.push_str(&format!(
            "Content-Length: {}\r\nConnection: close\r\n",
            body.len()
        )),
    }
    if let Answer::Redirect(to) = &how {
        head.push_str(&format!("Location: {to}\r\n"));
    }
    head.push_str("\r\n");
    if let Answer::Late(pause) = how {
        thread::sleep(pause);
    }
    stream.write_all(head.as_bytes())?;
    stream.write_all(sent)?;
    match how {
        Answer::ResetAfter(_) => SockRef::from(&stream).set_linger(Some(Duration::ZERO))?,
        Answer::StallAfter(_, silence) => thread::sleep(silence),
        Answer::Twice => {
            stream.write_all(head.as_bytes())?;
            stream.write_all(sent)?;
            // Whoever takes the second answer for its own asks on this connection, and is heard no more.
            thread::sleep(Duration::from_millis(50));
        }
        Answer::Endless => loop {
            stream.write_all(&[b' '; 1 << 16])?;
        },
        _ => {}
    }
    Ok(())
}

/// Whether the other side is gone, which a short read without waiting tells.
fn hung_up(stream: &TcpStream) -> io::Result<bool> {
    stream.set_nonblocking(true)?;
    let gone = matches!(stream.peek(&mut [0]), Ok(0));
    stream.set_nonblocking(false)?;
    Ok(gone)
}

fn read(text: &str) -> Request {
    let mut lines = text.split("\r\n");
    let path = lines
        .next()
        .and_then(|line| line.split(' ').nth(1))
        .unwrap_or("/");
    let from = lines
        .filter_map(|line| {
            line.to_ascii_lowercase()
                .strip_prefix("range: bytes=")
                .map(str::to_owned)
        })
        .find_map(|range| range.trim_end_matches('-').parse().ok());
    Request {
        path: path.trim_start_matches('/').to_owned(),
        from: from.unwrap_or(0),
        sent: 0,
    }
}

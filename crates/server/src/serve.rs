//! Serving: the routes, and beside them the loop that publishes what waits.

use crate::{
    City, Error, Result, clock,
    petition::{self, engine, gateway::Gateway, sender, upload},
    publish,
    routes::{self, Health, Shared},
    store::queue,
};
use axum_server::{Handle, accept::NoDelayAcceptor};
use hyper_util::rt::TokioTimer;
use std::{future::Future, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    net::TcpListener,
    sync::{Notify, watch},
    time::Instant,
};

/// How often the queue is looked at. Other processes fill it too, so a wake-up inside this one is not enough.
const POLL: Duration = Duration::from_secs(1);
/// A queue that never falls quiet is published all the same after this many debounces.
const MAX_DEBOUNCES: i64 = 10;
/// How long a slow client may delay the end, and after it what is being done. A service manager kills after 90 s, and a
/// person waits for less.
pub const LAST_WORDS: Duration = Duration::from_secs(5);
/// Letters that cannot be advanced and are named in the log one by one.
const MOST_TOLD: usize = 20;
/// How often old objects are looked for.
const SWEEP: Duration = Duration::from_secs(3600);
/// Messages are looked for so often: somebody waits for a code.
const SENDING: Duration = Duration::from_secs(2);

/// A server that has its port.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    shared: Shared,
    gateway: Gateway,
    wake: Arc<Notify>,
}

impl Server {
    /// Takes the port.
    ///
    /// # Errors
    /// The address is wrong or taken.
    pub async fn bind(city: City) -> Result<Self> {
        let gateway = Gateway::of(&city.config)?;
        let listen = &city.config.listen;
        let listener = TcpListener::bind(listen)
            .await
            .map_err(|e| Error::usage(format!("cannot listen on {listen}: {e}")))?;
        Ok(Self {
            listener,
            shared: Shared::new(city),
            gateway,
            wake: Arc::default(),
        })
    }

    /// Where it listens, with the real port when 0 was asked for.
    ///
    /// # Errors
    /// The operating system does not say.
    pub fn address(&self) -> Result<SocketAddr> {
        self.listener
            .local_addr()
            .map_err(Error::io("read the listening address"))
    }

    /// Wakes the publisher of this process at once.
    pub fn wake(&self) -> Arc<Notify> {
        self.wake.clone()
    }

    /// Serves and publishes until `stop` is done; requests that are under way then have [`LAST_WORDS`] to finish.
    ///
    /// # Errors
    /// The listener fails.
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> Result<()> {
        let (ends, ending) = watch::channel(false);
        let (city, health) = (self.shared.city.clone(), self.shared.health.clone());
        let work = [
            tokio::spawn(publish_until(ending.clone(), city, health, self.wake)),
            tokio::spawn(watch_letters(ending.clone(), self.shared.clone())),
            tokio::spawn(send_messages(ending, self.shared.clone(), self.gateway)),
        ];
        let patience = Duration::from_secs(self.shared.city.config.patience_s);
        let routes = routes::router(self.shared).into_make_service_with_connect_info::<SocketAddr>();
        let listener = self.listener.into_std().map_err(Error::io("serve"))?;
        let handle = Handle::new();
        // Answers are written at once. Held back until the one before was acknowledged, an object took 40 ms on a
        // connection that asks for the next: headers and body are two writes. A socket that refuses is merely slow.
        let mut server = axum_server::from_tcp(listener)
            .map_err(Error::io("serve"))?
            .acceptor(NoDelayAcceptor::new())
            .handle(handle.clone());
        // Who sends a letter a minute holds a connection for ever, unless somebody counts the seconds.
        let mut http = server.http_builder().http1();
        http.timer(TokioTimer::new()).header_read_timeout(patience);
        let end = tokio::spawn(async move {
            stop.await;
            handle.graceful_shutdown(Some(LAST_WORDS));
        });
        let served = server.serve(routes).await;
        end.abort();
        // What is being published is brought to its end: a server that comes after this one would wait for half a minute
        // until our right to publish runs out. Stopping between two steps is what a crash would do, and is survived.
        let _ = ends.send(true);
        let last = Instant::now() + LAST_WORDS;
        for mut task in work {
            if tokio::time::timeout_at(last, &mut task).await.is_err() {
                task.abort();
                let _ = task.await;
            }
        }
        served.map_err(Error::io("serve"))
    }
}

/// Told when the server ends.
type Ending = watch::Receiver<bool>;

/// Waits for this, unless the server ends first; answers whether it goes on.
async fn goes_on(ending: &mut Ending, pause: impl Future) -> bool {
    tokio::select! {
        biased;
        _ = ending.wait_for(|ends| *ends) => false,
        _ = pause => true,
    }
}

async fn publish_until(mut ending: Ending, city: City, health: Arc<Health>, wake: Arc<Notify>) {
    let mut chores = Chores::default();
    // What a crash left is repaired before the first poll.
    let mut round = first_round(&city).await;
    loop {
        let well = round.is_ok();
        let news = health.note(well);
        if let Err(error) = &round
            && news
        {
            // Once, not every second: the next line about it is when it works again.
            tracing::error!(%error, "publishing fails");
        } else if news {
            tracing::info!("publishing works again");
        }
        if !goes_on(&mut ending, tokio::time::timeout(POLL, wake.notified())).await {
            return;
        }
        round = match one_round(&city).await {
            Ok(()) => chores.round(&city).await,
            failed => failed,
        };
    }
}

/// What is done beside publishing, each in its own time.
#[derive(Default)]
struct Chores {
    swept: Option<Instant>,
    tries: u32,
    /// When an erasure is tried again, and why it could not be finished.
    unfinished: Option<(Instant, String)>,
}

impl Chores {
    async fn round(&mut self, city: &City) -> Result<()> {
        self.erase(city).await?;
        if self.swept.is_none_or(|at| at.elapsed() >= SWEEP) {
            self.swept = Some(Instant::now());
            publish::sweep(city, clock::now()).await?;
        }
        Ok(())
    }

    /// Tries again, after a longer pause each time, what a redaction could not finish; the server is unwell until it
    /// is done.
    async fn erase(&mut self, city: &City) -> Result<()> {
        let idle = queue::pressure(city.store.read()).await?.is_none();
        if !idle || !publish::is_erasing(city).await? {
            (self.tries, self.unfinished) = (0, None);
            return Ok(());
        }
        if let Some((at, why)) = &self.unfinished
            && Instant::now() < *at
        {
            return Err(Error::io("finish an erasure")(std::io::Error::other(why.clone())));
        }
        let finished = publish::finish_erasing(city, clock::now()).await;
        if let Err(e) = &finished {
            let pause = Duration::from_secs(1 << self.tries.min(6));
            self.tries = self.tries.saturating_add(1);
            self.unfinished = Some((Instant::now() + pause, e.to_string()));
        }
        finished
    }
}

/// Empties the outbox of messages, beside the engine: a gateway that hangs makes no deadline late.
async fn send_messages(mut ending: Ending, shared: Shared, gateway: Gateway) {
    let mut well = true;
    loop {
        let round = sender::round(&shared.city, &gateway, clock::now()).await;
        if let Err(error) = &round
            && well
        {
            tracing::error!(%error, "sending messages fails");
        }
        well = round.is_ok();
        let more = round.is_ok_and(|sent| sent.is_full());
        let pause = if more { Duration::ZERO } else { SENDING };
        if !goes_on(&mut ending, tokio::time::sleep(pause)).await {
            return;
        }
    }
}

/// The engine of the letters, and what sweeps up after them.
async fn watch_letters(mut ending: Ending, shared: Shared) {
    let mut swept: Option<Instant> = None;
    loop {
        let round = letters_round(&shared, &mut swept).await;
        let news = shared.health.note_watching(round.is_ok());
        if let Err(error) = &round
            && news
        {
            tracing::error!(%error, "watching letters fails");
        }
        if !goes_on(&mut ending, tokio::time::sleep(engine::PERIOD)).await {
            return;
        }
    }
}

async fn letters_round(shared: &Shared, swept: &mut Option<Instant>) -> Result<()> {
    let (city, now) = (&shared.city, clock::now());
    petition::set_up(city, now).await?;
    petition::recovery::hash_phones(city).await?;
    let mut scanned = engine::scan(city, now).await?;
    let stuck = std::mem::take(&mut scanned.stuck);
    if scanned != engine::Scanned::default() {
        let (missed, closed, moved) = (scanned.missed, scanned.closed, scanned.moved);
        tracing::info!(missed, closed, moved, "letters");
    }
    // Once, not every fifteen seconds, and no flood when something is wrong with them all.
    let news = shared.health.note_stuck(stuck);
    if !news.is_empty() {
        tracing::error!(
            letters = news.len(),
            "letters cannot be advanced; the others go on"
        );
    }
    for stuck in news.iter().take(MOST_TOLD) {
        tracing::error!(
            letter = stuck.letter,
            why = stuck.why,
            "a letter cannot be advanced"
        );
    }
    if swept.is_none_or(|at| at.elapsed() >= SWEEP) {
        *swept = Some(Instant::now());
        // What cannot be mended must not keep deadlines from being looked at; it is tried again with the next sweep.
        if let Err(error) = petition::public::mend(city, now).await {
            tracing::error!(%error, "public records of before cannot be mended");
        }
        upload::sweep(city, now).await?;
        shared.limits.sweep();
        shared.tries.sweep(now);
        shared.codes.sweep(now);
    }
    Ok(())
}

async fn first_round(city: &City) -> Result<()> {
    let published = publish::publish(city, clock::now()).await?;
    log(&published);
    Ok(())
}

/// Publishes if the queue has come to rest, and renews the head if it is due.
async fn one_round(city: &City) -> Result<()> {
    let now = clock::now();
    if let Some((waiting, first, last)) = queue::pressure(city.store.read()).await? {
        let debounce = i64::try_from(city.config.debounce_ms).unwrap_or(i64::MAX);
        let now_ms = now.as_millisecond();
        let quiet = now_ms.saturating_sub(last) >= debounce;
        let long = now_ms.saturating_sub(first) >= debounce.saturating_mul(MAX_DEBOUNCES);
        if waiting > 0 && (quiet || long) {
            log(&publish::publish(city, now).await?);
        }
    }
    publish::renew_if_due(city, now).await
}

fn log(published: &publish::Published) {
    if !published.operations.is_empty() {
        let operations: usize = published.operations.values().sum();
        tracing::info!(ver = published.ver, operations, "published");
    }
}

//! The desktop's notification service, played on the session's bus: notes down what it is asked to show, and clicks.
//!
//! `org.freedesktop.Notifications`, Desktop Notifications Specification 1.2. A test machine has no desktop that owns
//! the name; where one does, the test cannot have it and says so.

use anyhow::{Context, Result, bail};
use daemon::Daemon;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::time::sleep;
use zbus::{Connection, connection};

const PLACE: &str = "/org/freedesktop/Notifications";

/// What was to be shown.
#[derive(Debug, Clone)]
pub struct Notified {
    /// Its number.
    pub id: u32,
    /// The first line.
    pub summary: String,
    /// The rest, in the specification's markup.
    pub body: String,
    /// Names of what it offers.
    pub actions: Vec<String>,
}

/// The service, for as long as this lives.
pub struct Service {
    bus: Connection,
    shown: Arc<Mutex<Vec<Notified>>>,
}

impl Service {
    /// Takes the name on the session's bus.
    ///
    /// # Errors
    /// When there is no bus, or a desktop has the name.
    pub async fn start() -> Result<Self> {
        let shown = Arc::<Mutex<Vec<Notified>>>::default();
        let daemon = Daemon {
            shown: Arc::clone(&shown),
            last: 0,
        };
        let bus = connection::Builder::session()?
            .name("org.freedesktop.Notifications")?
            .serve_at(PLACE, daemon)?
            .build()
            .await
            .context("a session bus that nobody else shows notifications on")?;
        Ok(Self { bus, shown })
    }

    /// Waits for the next one.
    ///
    /// # Errors
    /// When none comes in time.
    pub async fn next(&self) -> Result<Notified> {
        for _ in 0..300 {
            {
                let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
                if !shown.is_empty() {
                    return Ok(shown.remove(0));
                }
            }
            sleep(Duration::from_millis(100)).await;
        }
        bail!("nothing was told")
    }

    /// Clicks on it.
    ///
    /// # Errors
    /// The bus's.
    pub async fn click(&self, one: &Notified) -> Result<()> {
        let place = self.bus.object_server().interface::<_, Daemon>(PLACE).await?;
        Daemon::action_invoked(place.signal_emitter(), one.id, "default").await?;
        Ok(())
    }
}

/// In a module of its own: what the macro writes beside it is public, and explained by the specification.
mod daemon {
    use super::Notified;
    use std::{
        collections::HashMap,
        sync::{Arc, Mutex, PoisonError},
    };
    use zbus::{interface, object_server::SignalEmitter, zvariant::OwnedValue};

    pub(super) struct Daemon {
        pub(super) shown: Arc<Mutex<Vec<Notified>>>,
        pub(super) last: u32,
    }

    #[interface(name = "org.freedesktop.Notifications")]
    impl Daemon {
        #[expect(clippy::too_many_arguments, reason = "the specification's")]
        fn notify(
            &mut self,
            _app_name: String,
            _replaces: u32,
            _icon: String,
            summary: String,
            body: String,
            actions: Vec<String>,
            _hints: HashMap<String, OwnedValue>,
            _expires_ms: i32,
        ) -> u32 {
            self.last += 1;
            let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
            shown.push(Notified {
                id: self.last,
                summary,
                body,
                actions,
            });
            self.last
        }

        fn get_capabilities(&self) -> Vec<String> {
            ["body", "body-markup", "actions"].map(str::to_owned).to_vec()
        }

        fn get_server_information(&self) -> (String, String, String, String) {
            ("test".into(), "weimenhu".into(), "1".into(), "1.2".into())
        }

        fn close_notification(&self, _id: u32) {}

        /// It was clicked, or one of its buttons.
        #[zbus(signal)]
        pub(super) async fn action_invoked(
            emitter: &SignalEmitter<'_>,
            id: u32,
            action_key: &str,
        ) -> zbus::Result<()>;
    }
}

//! Which devices are connected, so that they can be asked.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::mpsc;

use super::exchange::Asked;

/// A connection of a device.
struct Session {
    connection: u64,
    asks: mpsc::Sender<Asked>,
}

/// The connections of every device, the newest last.
#[derive(Default)]
pub(super) struct Sessions(Mutex<HashMap<String, Vec<Session>>>);

impl Sessions {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Vec<Session>>> {
        // Nothing in here can be half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A device spoke on a connection. False where it has too many already.
    pub(super) fn join(&self, mn: &str, connection: u64, asks: &mpsc::Sender<Asked>, at_most: usize) -> bool {
        let mut sessions = self.lock();
        let own = sessions.entry(mn.to_owned()).or_default();
        if at_most <= own.len() {
            return false;
        }
        own.push(Session { connection, asks: asks.clone() });
        true
    }

    /// A connection ended.
    pub(super) fn leave<'m>(&self, mns: impl Iterator<Item = &'m String>, connection: u64) {
        let mut sessions = self.lock();
        for mn in mns {
            if let Some(own) = sessions.get_mut(mn) {
                own.retain(|session| session.connection != connection);
                if own.is_empty() {
                    sessions.remove(mn);
                }
            }
        }
    }

    /// The newest connection of a device.
    pub(super) fn newest(&self, mn: &str) -> Option<mpsc::Sender<Asked>> {
        self.lock().get(mn).and_then(|own| own.last()).map(|session| session.asks.clone())
    }

    /// The devices that are connected, by MN.
    pub(super) fn connected(&self) -> Vec<String> {
        let mut mns: Vec<String> = self.lock().keys().cloned().collect();
        mns.sort_unstable();
        mns
    }
}

//! Sending what stands in the outbox: mail into a folder or to a mail server, signed messages to webhooks.
//!
//! ```text
//! outbox ─▶ claimed ─▶ folder (ID.eml) | mail server | webhook ─▶ sent
//!    ▲                                                  │
//!    └──── a pause that grows, then given up ◀── failed ┘
//! ```
//!
//! Errors say what happened and never to whom: they are kept and logged, and an address belongs to a person.

mod mail;
mod webhook;

use std::fmt;
use std::io::ErrorKind;
use std::path::PathBuf;

use facts::outbox::Queued;
use facts::{FactsError, Store};
use lettre::message::Mailbox;
use serde::Serialize;

pub use webhook::{SIGNATURE_HEADER, TIMESTAMP_HEADER, signature};

/// Pauses after the first attempt that failed, the second and so on, in seconds: 1 minute, 5 minutes, half an hour, 2 and
/// 12 hours. They ride out a restart, a broken line and a night; after the last the letter is given up.
pub const PAUSES_S: [i64; 5] = [60, 5 * 60, 30 * 60, 2 * 3600, 12 * 3600];
/// How long a claim on a letter holds, in seconds; longer than any attempt can take.
pub const CLAIM_S: i64 = 10 * 60;
/// Letters that one round tries at most, so that a round ends.
const BATCH: usize = 50;

/// Where mail goes.
#[derive(Debug, Clone)]
pub enum Sink {
    /// Into a folder, a file `ID.eml` each, for a mail program of the city to take from there.
    Folder(PathBuf),
    /// To a mail server, without TLS: meant for a relay on the same machine or in the same guarded network.
    Smtp {
        /// Its name or address.
        host: String,
        /// Its port.
        port: u16,
        /// The login, where it asks for one.
        login: Option<Login>,
    },
}

/// A login of a mail server.
#[derive(Debug, Clone)]
pub struct Login {
    /// The user.
    pub user: String,
    /// The password.
    pub password: Secret,
}

/// A text that is never printed.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Keeps a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A webhook: an address and the secret that signs what is sent there.
#[derive(Debug, Clone)]
pub struct Hook {
    url: String,
    secret: Secret,
}

impl Hook {
    /// A webhook; its address must be one this program can reach.
    pub fn new(url: &str, secret: Secret) -> Result<Self, OfficeError> {
        webhook::check(url)?;
        if secret.0.is_empty() {
            return Err(OfficeError::NoSecret(url.to_owned()));
        }
        Ok(Self { url: url.to_owned(), secret })
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }
}

/// Everything that is needed to send letters.
#[derive(Debug, Clone)]
pub struct Office {
    from: Mailbox,
    sink: Sink,
    hooks: Vec<Hook>,
}

/// Settings that cannot be sent with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OfficeError {
    /// Mail cannot come from there.
    #[error("`{0}` is not an address that mail can come from (expected one such as `清流 <qingliu@example.org>`)")]
    From(String),
    /// TLS is not spoken.
    #[error("webhook `{0}`: https is not spoken here (expected http://…, such as that of a proxy on this machine which adds TLS)")]
    Https(String),
    /// It is no address of a webhook.
    #[error("webhook `{0}` cannot be reached (expected an address such as http://127.0.0.1:9000/hook)")]
    Url(String),
    /// There is nothing to sign with.
    #[error("webhook `{0}` has no secret (expected one: what is sent is signed with it)")]
    NoSecret(String),
}

/// Why one letter was not sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The recipient's address, or what the letter says, makes no mail.
    #[error("the recipient's address cannot be read (expected one such as name@example.org)")]
    Address,
    /// A webhook that was taken out of the settings.
    #[error("no webhook of this address is in the settings any more")]
    NoHook,
    /// The folder says no.
    #[error("the folder of letters cannot be written: {0}")]
    Folder(ErrorKind),
    /// The mail server says no.
    #[error("the mail server answered {0}")]
    MailAnswer(String),
    /// The mail server cannot do what the letter needs.
    #[error("the mail server does not offer what the letter needs (a way to log in, or addresses beyond ASCII)")]
    MailOffer,
    /// The mail server is not there.
    #[error("the mail server could not be reached")]
    MailUnreachable,
    /// The webhook says no.
    #[error("the webhook answered {0}")]
    HookAnswer(u16),
    /// The webhook takes too long.
    #[error("the webhook did not answer in time")]
    HookTimeout,
    /// The webhook is not there.
    #[error("the webhook could not be reached")]
    HookUnreachable,
}

impl Failure {
    /// Whether trying again cannot help.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Address)
    }
}

/// What a round of sending did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Delivered {
    /// Letters that were sent.
    pub sent: usize,
    /// Letters that failed and are tried again.
    pub failed: usize,
    /// Letters that were given up.
    pub given_up: usize,
}

impl Office {
    /// An office that sends mail from an address into a sink, and messages to webhooks.
    pub fn new(from: &str, sink: Sink, hooks: Vec<Hook>) -> Result<Self, OfficeError> {
        let from: Mailbox = from.parse().map_err(|_| OfficeError::From(from.to_owned()))?;
        Ok(Self { from, sink, hooks })
    }

    /// Addresses of the webhooks.
    pub fn hooks(&self) -> Vec<&str> {
        self.hooks.iter().map(Hook::url).collect()
    }

    /// Sends one letter; `now` is signed with what goes to a webhook.
    pub fn send(&self, letter: &Queued, now: i64) -> Result<(), Failure> {
        let Some(address) = letter.recipient.strip_prefix("mailto:") else {
            let hook = self.hooks.iter().find(|hook| hook.url == letter.recipient).ok_or(Failure::NoHook)?;
            return webhook::post(&hook.url, &hook.secret.0, &letter.body, now);
        };
        let message = mail::message(&self.from, address, letter)?;
        match &self.sink {
            Sink::Folder(folder) => mail::keep(folder, letter.id, &message),
            Sink::Smtp { host, port, login } => {
                let login = login.as_ref().map(|login| (login.user.as_str(), login.password.0.as_str()));
                mail::send(host, *port, login, &message)
            }
        }
    }
}

/// When a letter is tried again that had failed `attempts` times before it failed now; none where it is given up.
pub fn next_attempt(attempts: i64, now: i64) -> Option<i64> {
    let pause = PAUSES_S.get(usize::try_from(attempts).ok()?)?;
    Some(now.saturating_add(*pause))
}

/// Sends what is due, a letter after the other; `stop` ends it between two of them.
///
/// A letter is noted as sent right after it was. Where the program stops in just that moment it is sent once more when
/// its claim has run out: as the same file, or under the same id for whoever receives it.
pub fn deliver(store: &Store, office: &Office, clock: &dyn Fn() -> i64, stop: &dyn Fn() -> bool) -> Result<Delivered, FactsError> {
    let mut done = Delivered::default();
    for letter in store.outbox_due(clock(), BATCH)? {
        if stop() {
            break;
        }
        let now = clock();
        if !store.outbox_claim(&letter, now.saturating_add(CLAIM_S))? {
            continue;
        }
        let Err(failure) = office.send(&letter, now) else {
            store.outbox_sent(letter.id, clock())?;
            done.sent += 1;
            continue;
        };
        let next = if failure.is_final() { None } else { next_attempt(letter.attempts, clock()) };
        store.outbox_failed(letter.id, &failure.to_string(), next)?;
        match next {
            Some(_) => done.failed += 1,
            None => done.given_up += 1,
        }
    }
    Ok(done)
}

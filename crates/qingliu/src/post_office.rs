//! The post office: `[mail]` and `[[webhook]]` of `qingliu.toml`, and the thread of `serve` that queues what is to be told and
//! sends what is due.

use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

use act::outbox::{Delivered, Hook, Login, Office, Secret, Sink};
use act::{announce, outbox, reminders};
use anyhow::{Context as _, Result, bail};
use facts::Store;
use jiff::civil::Date;
use plan::Plan;
use serde::{Deserialize, Serialize};

use crate::folder::{Folder, now};

/// How often the thread looks.
const EVERY: Duration = Duration::from_secs(60);
/// The folder of letters, in the store's folder.
const LETTERS: &str = "outbox";
/// The port of mail servers.
const SMTP_PORT: u16 = 25;

/// `[mail]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct MailSettings {
    /// Whom mail comes from.
    from: String,
    /// Where it goes.
    sink: SinkKind,
    /// The mail server.
    host: String,
    /// Its port.
    port: u16,
    /// Who logs in there; nobody where it is empty.
    user: String,
    /// The variable of the environment that holds the password.
    password_env: String,
    /// Whether the password may cross a network: there is no TLS.
    plain_password: bool,
    /// Address of the portal, before the paths in letters.
    site: String,
}

/// Where mail goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SinkKind {
    /// Into the folder `outbox` beside the store.
    Folder,
    /// To a mail server.
    Smtp,
}

impl Default for MailSettings {
    fn default() -> Self {
        Self {
            from: "qingliu@localhost".to_owned(),
            sink: SinkKind::Folder,
            host: "localhost".to_owned(),
            port: SMTP_PORT,
            user: String::new(),
            password_env: String::new(),
            plain_password: false,
            site: String::new(),
        }
    }
}

/// `[[webhook]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WebhookSettings {
    /// Its address.
    url: String,
    /// The variable of the environment that holds the secret.
    secret_env: String,
}

/// Settings that can be sent with.
#[derive(Debug)]
pub(crate) struct PostOffice {
    office: Office,
    site: String,
}

/// What a round did.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(crate) struct Report {
    /// Reminders that were queued.
    pub(crate) reminders: usize,
    /// Messages to webhooks that were queued.
    pub(crate) announcements: usize,
    /// Letters that were sent, failed or were given up.
    #[serde(flatten)]
    pub(crate) delivered: Delivered,
}

impl PostOffice {
    /// Reads the settings of a store's folder; what cannot be sent with is told here and not at night.
    pub(crate) fn open(folder: &Folder) -> Result<Self> {
        Self::of(&folder.path, &folder.settings.mail, &folder.settings.webhook)
    }

    fn of(path: &Path, mail: &MailSettings, webhooks: &[WebhookSettings]) -> Result<Self> {
        let sink = match mail.sink {
            SinkKind::Folder => Sink::Folder(path.join(LETTERS)),
            SinkKind::Smtp => Sink::Smtp { host: mail.host.clone(), port: mail.port, login: login(mail)? },
        };
        let mut hooks = Vec::new();
        for hook in webhooks {
            let secret = variable(&hook.secret_env).with_context(|| format!("qingliu.toml: webhook `{}`: secret_env", hook.url))?;
            hooks.push(Hook::new(&hook.url, secret).context("qingliu.toml")?);
        }
        let office = Office::new(&mail.from, sink, hooks).context("qingliu.toml: mail.from")?;
        Ok(Self { office, site: mail.site.clone() })
    }
}

fn login(mail: &MailSettings) -> Result<Option<Login>> {
    if mail.user.is_empty() {
        return Ok(None);
    }
    let here = matches!(mail.host.as_str(), "localhost" | "127.0.0.1" | "::1");
    if !here && !mail.plain_password {
        bail!(
            "qingliu.toml: mail.host: the password for `{}` would cross the network unencrypted, for TLS is not spoken here (expected a relay on this machine, or plain_password = true where the network is guarded)",
            mail.host
        );
    }
    let password = variable(&mail.password_env).context("qingliu.toml: mail.password_env")?;
    Ok(Some(Login { user: mail.user.clone(), password }))
}

/// A secret from the environment, so that it stands in no file.
fn variable(name: &str) -> Result<Secret> {
    match std::env::var(name) {
        Ok(value) if !value.is_empty() => Ok(Secret::new(value)),
        _ => bail!("the environment has no `{name}` (expected a variable that holds the secret)"),
    }
}

/// Queues what is to be told on a day, and sends what is due.
pub(crate) fn run_once(
    store: &Store,
    plan: &Plan,
    post: &PostOffice,
    today: Date,
    clock: &dyn Fn() -> i64,
    stop: &dyn Fn() -> bool,
) -> Result<Report> {
    let reminders = reminders::remind(store, plan, &post.site, today, clock())?;
    let announcements = announce::announce(store, plan, &post.office.hooks(), clock())?;
    let delivered = outbox::deliver(store, &post.office, clock, stop)?;
    Ok(Report { reminders, announcements, delivered })
}

/// Today in Shanghai.
pub(crate) fn today() -> Date {
    facts::time::day_of(now()).unwrap_or(Date::MIN)
}

/// The thread beside the server. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Running {
    stopping: Arc<AtomicBool>,
    wake: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Starts the thread: a round now and every minute, on a store and a plan of its own.
pub(crate) fn start(folder: &Folder) -> Result<Running> {
    let post = PostOffice::open(folder)?;
    let store = Store::open(folder.store.path())?;
    let mut plan = plan::load(&folder.files).map_err(|problems| anyhow::anyhow!("the plan pack has problems:\n{problems}"))?;
    let stopping = Arc::new(AtomicBool::new(false));
    let (wake, asleep) = mpsc::channel::<()>();
    let told = Arc::clone(&stopping);
    let rounds = move || {
        let stop = || told.load(Ordering::Relaxed);
        loop {
            plan.set_day(today());
            round(&store, &plan, &post, &stop);
            if stop() || !matches!(asleep.recv_timeout(EVERY), Err(RecvTimeoutError::Timeout)) {
                break;
            }
        }
    };
    let thread = std::thread::Builder::new().name("post office".to_owned()).spawn(rounds)?;
    Ok(Running { stopping, wake: Some(wake), thread: Some(thread) })
}

/// A round whose failure does not end the next.
fn round(store: &Store, plan: &Plan, post: &PostOffice, stop: &dyn Fn() -> bool) {
    match panic::catch_unwind(AssertUnwindSafe(|| run_once(store, plan, post, today(), &now, stop))) {
        Ok(Ok(report)) => {
            let Report { reminders, announcements, delivered: Delivered { sent, failed, given_up } } = report;
            if reminders + announcements + sent + failed + given_up != 0 {
                tracing::info!(
                    reminders,
                    announcements,
                    sent,
                    failed,
                    given_up,
                    "outbox: {} queued, {sent} sent, {failed} to be tried again, {given_up} given up",
                    reminders + announcements
                );
            }
        }
        Ok(Err(error)) => tracing::error!("the outbox is tried again in a minute: {error:#}"),
        Err(_) => tracing::error!("a round of the outbox broke off; the next comes in a minute"),
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stopping.store(true, Ordering::Relaxed);
        self.wake = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread of the outbox broke off");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Both {
        #[serde(default)]
        mail: MailSettings,
        #[serde(default)]
        webhook: Vec<WebhookSettings>,
    }

    /// What the settings say is wrong with them; nothing where they are fine.
    fn told(settings: &str) -> String {
        let both: Both = match toml::from_str(settings) {
            Ok(both) => both,
            Err(error) => return error.message().to_owned(),
        };
        PostOffice::of(Path::new("store"), &both.mail, &both.webhook).map_or_else(|error| format!("{error:#}"), |_| String::new())
    }

    #[test]
    fn settings_that_cannot_be_sent_with_are_told_at_the_start() {
        let cases = [
            ("", ""),
            ("mail.sink = \"smtp\"\nmail.host = \"mail.example.org\"", ""),
            ("mail.from = \"nobody\"", "qingliu.toml: mail.from: `nobody` is not an address"),
            ("mail.sink = \"pigeon\"", "unknown variant `pigeon`"),
            ("mail.sink = \"smtp\"\nmail.host = \"mail.example.org\"\nmail.user = \"u\"", "would cross the network unencrypted"),
            ("mail.sink = \"smtp\"\nmail.user = \"u\"\nmail.password_env = \"QINGLIU_NOT_THERE\"", "has no `QINGLIU_NOT_THERE`"),
            ("webhook = [{ url = \"https://example.org/x\", secret_env = \"PATH\" }]", "https is not spoken here"),
            ("webhook = [{ url = \"example.org\", secret_env = \"PATH\" }]", "cannot be reached"),
            ("webhook = [{ url = \"http://localhost/x\", secret_env = \"QINGLIU_NOT_THERE\" }]", "has no `QINGLIU_NOT_THERE`"),
            ("webhook = [{ url = \"http://localhost/x\", secret_env = \"PATH\" }]", ""),
        ];
        for (settings, expected) in cases {
            let told = told(settings);
            assert!(told.contains(expected) && expected.is_empty() == told.is_empty(), "{settings}: {told}");
        }
    }
}

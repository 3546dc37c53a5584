//! A letter as mail: written to RFC 5322 in UTF-8, kept in a folder or handed to a mail server.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use facts::merkle::sha256_hex;
use facts::outbox::Queued;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::{Address, SmtpTransport, Transport as _};

use super::Failure;

/// How long the mail server may take for each of its answers.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Characters of a hash that make an id of a message.
const ID_LETTERS: usize = 32;

/// The message of a letter. The same letter gives the same message, with the same id, whenever it is sent.
pub(super) fn message(from: &Mailbox, address: &str, letter: &Queued) -> Result<Message, Failure> {
    let to: Address = address.parse().map_err(|_| Failure::Address)?;
    let date = UNIX_EPOCH + Duration::from_secs(u64::try_from(letter.queued_at).unwrap_or_default());
    let hash = sha256_hex(format!("{} {} {}", letter.key, letter.id, letter.queued_at).as_bytes());
    let id = format!("<{}@{}>", hash.get(..ID_LETTERS).unwrap_or(&hash), from.email.domain());
    let subject: String = letter.subject.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let automatic = HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
    Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .date(date)
        .message_id(Some(id))
        .subject(subject)
        .raw_header(automatic)
        .singlepart(SinglePart::plain(letter.body.clone()))
        .map_err(|_| Failure::Address)
}

/// Keeps a message as `ID.eml`. It is whole or not there; keeping it again replaces it by the same.
pub(super) fn keep(folder: &Path, id: i64, message: &Message) -> Result<(), Failure> {
    let write = || -> io::Result<()> {
        fs::create_dir_all(folder)?;
        let part = folder.join(format!("{id}.eml.part"));
        let mut file = File::create(&part)?;
        file.write_all(&message.formatted())?;
        file.sync_all()?;
        fs::rename(&part, folder.join(format!("{id}.eml")))
    };
    write().map_err(|error| Failure::Folder(error.kind()))
}

/// Hands a message to a mail server.
pub(super) fn send(host: &str, port: u16, login: Option<(&str, &str)>, message: &Message) -> Result<(), Failure> {
    let mut server = SmtpTransport::builder_dangerous(host).port(port).timeout(Some(TIMEOUT));
    if let Some((user, password)) = login {
        server = server.credentials(Credentials::new(user.to_owned(), password.to_owned()));
    }
    match server.build().send(message) {
        Ok(_) => Ok(()),
        // What the server says beside its code may name the recipient.
        Err(error) => Err(match error.status() {
            Some(code) => Failure::MailAnswer(code.to_string()),
            None if error.is_client() => Failure::MailOffer,
            None => Failure::MailUnreachable,
        }),
    }
}

//! A message to a webhook: JSON over HTTP, signed, so that the receiver knows who sent it and when.
//!
//! The receiver takes the value of `Qingliu-Timestamp`, a point and the body as they came, works out HMAC-SHA256 of that with
//! the shared secret, and compares it with `Qingliu-Signature`. A timestamp that is old means that somebody sends it again.

use std::time::Duration;

use facts::merkle::hex;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use ureq::Agent;

use super::{Failure, OfficeError};

/// The header with the signature: `sha256=` and the hexadecimal digits.
pub const SIGNATURE_HEADER: &str = "Qingliu-Signature";
/// The header with the instant of sending, in seconds since 1970. It is signed too.
pub const TIMESTAMP_HEADER: &str = "Qingliu-Timestamp";
/// How long a webhook may take, from looking up its name to its answer.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The signature of a body that is sent at an instant.
pub fn signature(secret: &str, timestamp: i64, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(timestamp.to_string().as_bytes());
    mac.update(b".");
    mac.update(body.as_bytes());
    format!("sha256={}", hex(&mac.finalize().into_bytes()))
}

/// Whether an address is one that can be posted to.
pub(super) fn check(url: &str) -> Result<(), OfficeError> {
    let lower = url.to_ascii_lowercase();
    if lower.starts_with("https://") {
        return Err(OfficeError::Https(url.to_owned()));
    }
    let host = url.strip_prefix("http://").and_then(|rest| rest.split(['/', '?', '#']).next());
    let printable = url.chars().all(|c| c.is_ascii_graphic());
    if printable && host.is_some_and(|host| !host.is_empty() && !host.contains('@')) {
        return Ok(());
    }
    Err(OfficeError::Url(url.to_owned()))
}

/// Posts a body. Anything but a success is a failure; redirections are not followed.
pub(super) fn post(url: &str, secret: &str, body: &str, now: i64) -> Result<(), Failure> {
    let agent: Agent = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(None)
        .timeout_global(Some(TIMEOUT))
        .user_agent("qingliu")
        .build()
        .new_agent();
    let answer = agent
        .post(url)
        .header("Content-Type", "application/json; charset=utf-8")
        .header(TIMESTAMP_HEADER, now.to_string())
        .header(SIGNATURE_HEADER, signature(secret, now, body))
        .send(body);
    match answer {
        Ok(answer) if answer.status().is_success() => Ok(()),
        Ok(answer) => Err(Failure::HookAnswer(answer.status().as_u16())),
        Err(ureq::Error::Timeout(_)) => Err(Failure::HookTimeout),
        Err(_) => Err(Failure::HookUnreachable),
    }
}

//! The outbox: letters reach a folder, a mail server and webhooks; what fails is tried again at its time, and a restart in
//! the middle loses nothing and sends nothing twice.
#![allow(clippy::unwrap_used, missing_docs)]

mod post;

use std::cell::Cell;
use std::path::PathBuf;

use act::outbox::{CLAIM_S, Delivered, Failure, Hook, Office, PAUSES_S, SIGNATURE_HEADER, Secret, Sink, TIMESTAMP_HEADER, deliver};
use facts::Store;
use facts::outbox::{Letter, LetterState, Queued};
use post::{Mail, header_of, mail_server, next, webhook};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

/// 2018-10-02, 09:00 in Shanghai.
const NOW: i64 = 1_538_442_000;
const SECRET: &str = "a secret that both know";

struct World {
    store: Store,
    folder: TempDir,
}

fn world() -> World {
    let folder = tempfile::tempdir().unwrap();
    World { store: Store::create(&folder.path().join("facts.db")).unwrap(), folder }
}

impl World {
    fn letters(&self) -> PathBuf {
        self.folder.path().join("outbox")
    }

    fn to_folder(&self) -> Office {
        Office::new("清流 <qingliu@example.org>", Sink::Folder(self.letters()), Vec::new()).unwrap()
    }

    fn files(&self) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.letters()) else { return Vec::new() };
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn restarted(self) -> Self {
        drop(self.store);
        Self { store: Store::open(&self.folder.path().join("facts.db")).unwrap(), folder: self.folder }
    }

    fn only(&self) -> Queued {
        self.store.outbox(2).unwrap().remove(0)
    }
}

fn mail(key: &str, to: &str) -> Letter {
    Letter {
        key: key.to_owned(),
        recipient: format!("mailto:{to}"),
        subject: "期限提醒:2018-12-31,还有90天 / Reminder: due 2018-12-31, 90 days left".to_owned(),
        body: "1.1.1 全部取缔不符合国家产业政策的生产项目\n期限:2018-12-31。\n.\nA line with a point alone stands above.\n".to_owned(),
    }
}

fn posted(key: &str, url: &str) -> Letter {
    let body = r#"{"id":"verdict/1","event":"promise_failing","subject":"断面"}"#.to_owned();
    Letter { key: key.to_owned(), recipient: url.to_owned(), subject: "verdict/1".to_owned(), body }
}

fn round(store: &Store, office: &Office, now: i64) -> Delivered {
    deliver(store, office, &|| now, &|| false).unwrap()
}

fn sent(sent: usize) -> Delivered {
    Delivered { sent, ..Delivered::default() }
}

#[test]
fn a_letter_becomes_a_file_that_reads_back() {
    let world = world();
    let letter = mail("reminder/1", "li@example.org");
    assert_eq!(world.store.queue(std::slice::from_ref(&letter), NOW).unwrap(), 1);
    assert_eq!(round(&world.store, &world.to_folder(), NOW + 60), sent(1));
    assert_eq!(world.files(), ["1.eml"]);
    let read = Mail::read(&std::fs::read(world.letters().join("1.eml")).unwrap());
    assert_eq!(read.header("To"), "li@example.org");
    assert!(read.header("From").ends_with("<qingliu@example.org>") && read.header("From").contains("清流"), "{}", read.header("From"));
    assert_eq!(read.header("Date"), "Tue, 02 Oct 2018 01:00:00 +0000");
    assert_eq!(read.header("Subject"), letter.subject);
    assert_eq!(read.header("MIME-Version"), "1.0");
    assert_eq!(read.header("Content-Type"), "text/plain; charset=utf-8");
    assert_eq!(read.header("Auto-Submitted"), "auto-generated");
    assert!(read.header("Message-ID").ends_with("@example.org>"));
    assert_eq!(read.body.trim_end(), letter.body.trim_end());
    let kept = world.only();
    assert_eq!((kept.state(), kept.sent_at, kept.attempts), (LetterState::Sent, Some(NOW + 60), 0));
}

#[test]
fn the_same_thing_is_queued_once() {
    let world = world();
    let (first, second) = (mail("reminder/1", "li@example.org"), mail("reminder/2", "li@example.org"));
    assert_eq!(world.store.queue(&[first.clone(), first.clone()], NOW).unwrap(), 1);
    assert_eq!(round(&world.store, &world.to_folder(), NOW), sent(1));
    let world = world.restarted();
    assert_eq!(world.store.queue(&[first, second], NOW + 1).unwrap(), 1);
    assert_eq!(round(&world.store, &world.to_folder(), NOW + 1), sent(1));
    assert_eq!(world.files(), ["1.eml", "2.eml"]);
}

#[test]
fn a_restart_in_the_middle_loses_nothing_and_sends_nothing_twice() {
    let world = world();
    world.store.queue(&[mail("a", "li@example.org"), mail("b", "wang@example.org")], NOW).unwrap();
    let due = world.store.outbox_due(NOW, 10).unwrap();
    // One letter was claimed and written, and the program stopped before it noted so.
    assert!(world.store.outbox_claim(&due[0], NOW + CLAIM_S).unwrap());
    world.to_folder().send(&due[0], NOW).unwrap();
    let world = world.restarted();
    // Whoever saw the letter before the claim does not get it any more.
    assert!(!world.store.outbox_claim(&due[0], NOW + CLAIM_S + 1).unwrap());
    assert_eq!(round(&world.store, &world.to_folder(), NOW + 1), sent(1));
    let before = std::fs::read(world.letters().join("1.eml")).unwrap();
    assert_eq!(round(&world.store, &world.to_folder(), NOW + CLAIM_S - 1), sent(0));
    assert_eq!(round(&world.store, &world.to_folder(), NOW + CLAIM_S), sent(1));
    // It is the same file under the same name, and there is no third.
    assert_eq!(std::fs::read(world.letters().join("1.eml")).unwrap(), before);
    assert_eq!(world.files(), ["1.eml", "2.eml"]);
    let world = world.restarted();
    assert_eq!(round(&world.store, &world.to_folder(), NOW + 10 * CLAIM_S), sent(0));
}

#[test]
fn the_end_of_the_server_stops_a_round_between_two_letters() {
    let world = world();
    world.store.queue(&[mail("a", "li@example.org"), mail("b", "wang@example.org")], NOW).unwrap();
    let asked = Cell::new(0);
    let stop = || asked.replace(asked.get() + 1) == 1;
    assert_eq!(deliver(&world.store, &world.to_folder(), &|| NOW, &stop).unwrap(), sent(1));
    assert_eq!(round(&world.store, &world.to_folder(), NOW), sent(1));
}

/// HMAC-SHA256 as RFC 2104 writes it down, so that the signature is not checked with what made it.
fn hmac(secret: &str, text: &str) -> String {
    let mut key = [0_u8; 64];
    key[..secret.len()].copy_from_slice(secret.as_bytes());
    let hash = |pad: u8, rest: &[u8]| {
        let mut hash = Sha256::new();
        hash.update(key.map(|byte| byte ^ pad));
        hash.update(rest);
        hash.finalize().to_vec()
    };
    hash(0x5c, &hash(0x36, text.as_bytes())).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_webhook_can_tell_who_sent_a_message_and_when() {
    let world = world();
    let (url, heard) = webhook(&[200]);
    let office =
        Office::new("qingliu@localhost", Sink::Folder(world.letters()), vec![Hook::new(&url, Secret::new(SECRET)).unwrap()]).unwrap();
    let letter = posted("webhook/1/verdict/1", &url);
    world.store.queue(std::slice::from_ref(&letter), NOW).unwrap();
    assert_eq!(round(&world.store, &office, NOW + 5), sent(1));
    let (head, body) = next(&heard);
    assert!(head.starts_with("POST /hook HTTP/1.1\r\n"), "{head}");
    assert_eq!(body, letter.body);
    assert_eq!(header_of(&head, "content-type"), "application/json; charset=utf-8");
    assert_eq!(header_of(&head, TIMESTAMP_HEADER), (NOW + 5).to_string());
    let expected = |timestamp: i64, body: &str| format!("sha256={}", hmac(SECRET, &format!("{timestamp}.{body}")));
    assert_eq!(header_of(&head, SIGNATURE_HEADER), expected(NOW + 5, &body));
    // Another instant or another body has another signature.
    assert_ne!(header_of(&head, SIGNATURE_HEADER), expected(NOW + 6, &body));
    assert_ne!(header_of(&head, SIGNATURE_HEADER), expected(NOW + 5, &body.replace("断面", "河段")));
}

#[test]
fn a_webhook_that_fails_is_tried_at_its_times_and_then_given_up() {
    let world = world();
    let (url, heard) = webhook(&[500; 6]);
    let office =
        Office::new("qingliu@localhost", Sink::Folder(world.letters()), vec![Hook::new(&url, Secret::new(SECRET)).unwrap()]).unwrap();
    world.store.queue(&[posted("webhook/1", &url)], NOW).unwrap();
    let failed = Delivered { failed: 1, ..Delivered::default() };
    assert_eq!(round(&world.store, &office, NOW), failed);
    let mut now = NOW;
    for (place, pause) in PAUSES_S.into_iter().enumerate() {
        let kept = world.only();
        assert_eq!(
            (kept.state(), kept.next_at, kept.last_error.as_str()),
            (LetterState::Waiting, Some(now + pause), "the webhook answered 500")
        );
        assert_eq!(round(&world.store, &office, now + pause - 1), Delivered::default(), "pause {place}");
        now += pause;
        let expected = if place == 4 { Delivered { given_up: 1, ..Delivered::default() } } else { failed };
        assert_eq!(round(&world.store, &office, now), expected, "pause {place}");
    }
    assert_eq!((world.only().state(), world.only().attempts), (LetterState::GivenUp, 6));
    assert_eq!(round(&world.store, &office, i64::MAX), Delivered::default());
    assert_eq!(heard.iter().take(6).count(), 6);
}

#[test]
fn a_message_that_failed_goes_out_when_the_webhook_is_back() {
    let world = world();
    let (url, heard) = webhook(&[500, 302, 200]);
    let office =
        Office::new("qingliu@localhost", Sink::Folder(world.letters()), vec![Hook::new(&url, Secret::new(SECRET)).unwrap()]).unwrap();
    world.store.queue(&[posted("webhook/1", &url)], NOW).unwrap();
    let rounds = [NOW, NOW + 60, NOW + 60 + 300, NOW + 60 + 300 + 1].map(|now| round(&world.store, &office, now));
    let failed = Delivered { failed: 1, ..Delivered::default() };
    assert_eq!(rounds, [failed, failed, sent(1), sent(0)]);
    let bodies: Vec<String> = (0..3).map(|_| next(&heard).1).collect();
    assert!(bodies.iter().all(|body| *body == bodies[0]));
}

#[test]
fn mail_is_handed_to_a_server_with_the_same_content() {
    let world = world();
    let (port, heard) = mail_server(&["250 recipient ok"]);
    let sink = Sink::Smtp { host: "127.0.0.1".to_owned(), port, login: None };
    let office = Office::new("qingliu@example.org", sink, Vec::new()).unwrap();
    let letter = mail("reminder/1", "li@example.org");
    world.store.queue(std::slice::from_ref(&letter), NOW).unwrap();
    assert_eq!(round(&world.store, &office, NOW), sent(1));
    let (commands, content) = next(&heard);
    assert_eq!(commands[1..4], ["MAIL FROM:<qingliu@example.org>", "RCPT TO:<li@example.org>", "DATA"]);
    let read = Mail::read(content.as_bytes());
    assert_eq!((read.header("Subject"), read.body.trim_end()), (letter.subject.as_str(), letter.body.trim_end()));
}

#[test]
fn what_a_mail_server_says_of_a_recipient_is_kept_nowhere() {
    let world = world();
    let (port, heard) = mail_server(&["550 5.1.1 <li@example.org>: user unknown"]);
    let sink = Sink::Smtp { host: "127.0.0.1".to_owned(), port, login: None };
    let office = Office::new("qingliu@example.org", sink, Vec::new()).unwrap();
    world.store.queue(&[mail("reminder/1", "li@example.org")], NOW).unwrap();
    assert_eq!(round(&world.store, &office, NOW), Delivered { failed: 1, ..Delivered::default() });
    next(&heard);
    let kept = world.only();
    assert_eq!((kept.last_error.as_str(), kept.shown_recipient().as_str()), ("the mail server answered 550", "mail"));
    // Nobody listens there any more.
    assert_eq!(round(&world.store, &office, NOW + 60), Delivered { failed: 1, ..Delivered::default() });
    assert_eq!(world.only().last_error, "the mail server could not be reached");
}

#[test]
fn an_address_that_is_none_is_given_up_at_once_and_not_repeated_in_the_error() {
    let world = world();
    world.store.queue(&[mail("reminder/1", "li at example.org")], NOW).unwrap();
    assert_eq!(round(&world.store, &world.to_folder(), NOW), Delivered { given_up: 1, ..Delivered::default() });
    assert_eq!(world.only().last_error, Failure::Address.to_string());
    assert!(!world.only().last_error.contains("li at"));
}

#[test]
fn webhooks_that_cannot_be_reached_or_are_not_known_are_told() {
    let refused = |url: &str, secret: &str| Hook::new(url, Secret::new(secret)).unwrap_err().to_string();
    assert!(refused("https://example.org/hook", SECRET).contains("https is not spoken here"));
    assert!(refused("ftp://example.org/hook", SECRET).contains("cannot be reached"));
    assert!(refused("http:///hook", SECRET).contains("cannot be reached"));
    assert!(refused("http://example.org/hook", "").contains("has no secret"));
    assert_eq!(format!("{:?}", Secret::new(SECRET)), "Secret(…)");
    let world = world();
    world.store.queue(&[posted("webhook/1", "http://example.org/hook?key=hidden")], NOW).unwrap();
    assert_eq!(round(&world.store, &world.to_folder(), NOW), Delivered { failed: 1, ..Delivered::default() });
    assert_eq!((world.only().last_error, world.only().shown_recipient()), (Failure::NoHook.to_string(), "http://example.org".to_owned()));
}

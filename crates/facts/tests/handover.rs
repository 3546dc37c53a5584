//! When somebody leaves or is away: what was bound to the person ends or moves, and the ledger names both who acted and for whom.
#![allow(clippy::unwrap_used, missing_docs)]

use facts::account::stood_in_for;
use facts::ledger::{signed_by, standing_in};
use facts::outbox::{Letter, LetterState};
use facts::{Account, AccountError, Change, NewAccount, Store};
use jiff::civil::date;

const NOW: i64 = 1_617_600_000;

fn change(who: &str) -> Change {
    Change { who: who.to_owned(), at: NOW, why: "test".to_owned() }
}

fn store(people: &[(&str, &str)]) -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(&folder.path().join("facts.db")).unwrap();
    for (name, subject) in people {
        let new = NewAccount {
            name: (*name).to_owned(),
            display: (*name).to_owned(),
            unit: "epb".to_owned(),
            role: "officer".to_owned(),
            subject: (*subject).to_owned(),
            email: format!("{name}@example.org"),
        };
        store.add_account(&new, "a long enough password", &change("admin")).unwrap();
    }
    (folder, store)
}

fn letter(key: &str, to: &str) -> Letter {
    Letter { key: key.to_owned(), recipient: format!("mailto:{to}@example.org"), subject: String::new(), body: String::new() }
}

#[test]
fn what_was_bound_to_a_person_ends_or_goes_to_the_successor() {
    let (_folder, store) = store(&[("zhang", ""), ("li", ""), ("wang", ""), ("firm", "enterprise/f-1")]);
    let feed = store.make_token("zhang", "calendar", "", NOW + 1000, &change("zhang")).unwrap();
    store.set_absence("wang", "zhang", "2021-04-01", "2021-04-30", &change("wang")).unwrap();
    store.set_absence("li", "zhang", "2021-05-01", "", &change("li")).unwrap();
    let queued = ["reminder/a/T-7/zhang", "reminder/b/T-7/zhang", "reminder/b/T-7/li", "reminder/c/T-7/notzhang"];
    let letters: Vec<Letter> = queued.iter().map(|key| letter(key, key.rsplit('/').next().unwrap())).collect();
    store.queue(&letters, NOW).unwrap();

    for unfit in ["zhang", "nobody", "firm"] {
        assert!(matches!(store.hand_over("zhang", Some(unfit), &change("admin")), Err(AccountError::Heir { .. })), "{unfit}");
    }
    let done = store.hand_over("zhang", Some("li"), &change("admin")).unwrap();
    assert_eq!((done.ended, done.letters_moved, done.letters_ended), (1, 1, 1));
    assert_eq!(done.deputy_of, ["li", "wang"]);
    assert!(store.entered("calendar", &feed, NOW).unwrap().is_none());
    let deputy = |name: &str| store.account(name).unwrap().unwrap().deputy;
    assert_eq!((deputy("wang"), deputy("li")), ("li".to_owned(), String::new()), "nobody stands in for oneself");
    let closed = store.account("zhang").unwrap().unwrap();
    assert!(closed.closed && closed.email.is_empty());

    let outbox = store.outbox(10).unwrap();
    let found = |key: &str| outbox.iter().find(|own| own.key == key).unwrap();
    assert_eq!(found("reminder/a/T-7/li").recipient, "mailto:li@example.org");
    let ended = found("reminder/b/T-7/zhang");
    assert_eq!((ended.state(), ended.recipient.as_str()), (LetterState::GivenUp, "mailto:"));
    assert_eq!(found("reminder/c/T-7/notzhang").state(), LetterState::Waiting);

    let told = store.ledger_of("account/zhang").unwrap().pop().unwrap();
    let what: serde_json::Value = serde_json::from_str(&told.what).unwrap();
    assert_eq!((&what["closed"], &what["successor"], &what["deputy_of"][1]), (&true.into(), &"li".into(), &"wang".into()));
    assert!(store.ledger_of("account/wang").unwrap().pop().unwrap().what.contains("account/zhang closed"));
    assert!(matches!(store.hand_over("zhang", None, &change("admin")), Err(AccountError::Unknown(_))), "closed once");
    assert!(store.verify().unwrap().is_empty());
}

#[test]
fn without_a_successor_nobody_stands_in_and_no_letter_goes_out() {
    let (_folder, store) = store(&[("zhang", ""), ("wang", "")]);
    store.set_absence("wang", "zhang", "2021-04-01", "", &change("wang")).unwrap();
    store.queue(&[letter("reminder/a/T-7/zhang", "zhang")], NOW).unwrap();
    store.close_account("zhang", &change("admin")).unwrap();
    assert_eq!(store.account("wang").unwrap().unwrap().deputy, "");
    assert!(store.outbox_due(NOW, 10).unwrap().is_empty());
}

#[test]
fn the_ledger_names_who_acted_and_for_whom() {
    assert_eq!(signed_by(&standing_in("li", "zhang")), ("li", Some("zhang")));
    for plain in ["li", "qingliu user", "a (for b", "(for b"] {
        assert_eq!(signed_by(plain), (plain, None));
    }
    let (_folder, store) = store(&[("zhang", ""), ("li", "")]);
    store.set_totp("zhang", &change(&standing_in("li", "zhang"))).unwrap();
    let row = store.ledger_of("account/zhang").unwrap().pop().unwrap();
    assert_eq!((row.who.as_str(), row.stood_in_for().as_deref()), ("li", Some("zhang")));
    assert!(store.verify().unwrap().is_empty());
}

#[test]
fn somebody_stands_in_while_the_other_is_away_and_no_longer() {
    let person = |name: &str, deputy: &str, from: &str, to: &str| Account {
        name: name.to_owned(),
        display: name.to_owned(),
        unit: "epb".to_owned(),
        role: "officer".to_owned(),
        subject: String::new(),
        email: String::new(),
        totp: false,
        deputy: deputy.to_owned(),
        away_from: from.to_owned(),
        away_to: to.to_owned(),
        closed: false,
    };
    let accounts = [
        person("a", "b", "2021-04-01", "2021-04-10"),
        person("b", "c", "2021-04-05", "2021-04-06"),
        person("c", "a", "2021-04-06", "2021-04-06"),
        person("d", "", "2021-04-01", ""),
    ];
    let of = |deputy: &str, day| stood_in_for(&accounts, deputy, day).iter().map(|own| own.name.as_str()).collect::<Vec<_>>().join(" ");
    let cases = [
        ("b", date(2021, 3, 31), ""),
        ("b", date(2021, 4, 1), "a"),
        ("b", date(2021, 4, 10), "a"),
        ("b", date(2021, 4, 11), ""),
        ("c", date(2021, 4, 4), ""),
        // Who is stood in for by somebody who is away too goes on to that one's deputy.
        ("c", date(2021, 4, 5), "b a"),
        // A circle of people who are all away ends.
        ("c", date(2021, 4, 6), "b a"),
        ("d", date(2021, 4, 5), ""),
    ];
    for (deputy, day, expected) in cases {
        assert_eq!(of(deputy, day), expected, "{deputy} on {day}");
    }
}

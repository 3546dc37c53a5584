//! The first pack somebody writes: what goes wrong in it is said where it is, and what to do.
#![allow(clippy::unwrap_used, missing_docs)]

use std::path::Path;
use std::process::{Command, Output, Stdio};

const FILES: [(&str, &str); 6] = [
    (
        "plan.toml",
        "schema = 1\nid = \"x\"\ntitle = { zh = \"方案\" }\ncity = \"city\"\nissuer = \"city\"\nissue_year = 2016\n[[unit]]\nid = \"city\"\nkind = \"city\"\nname = { zh = \"市\" }\n",
    ),
    ("roles.toml", "[[role]]\nid = \"officer\"\ntitle = { zh = \"经办人\" }\nscope = \"all\"\ncan = [\"edit\"]\n"),
    (
        "registers/well.toml",
        "kind = \"well\"\ntitle = { zh = \"井\" }\nowner = \"city\"\n[[field]]\nid = \"name_zh\"\ntype = \"text\"\nlabel = { zh = \"名称\" }\npublic = true\n",
    ),
    (
        "rules/closed.toml",
        "id = \"closed\"\ntitle = { zh = \"关闭\" }\nclause = { zh = \"…\" }\nsubject = \"well\"\ngrain = \"as_of\"\nsql = \"SELECT id AS subject, 'pass' AS outcome, CAST(NULL AS VARCHAR) AS reason FROM well\"\n[card]\nwhat = { zh = \"…\" }\nwhy = { zh = \"…\" }\nexample = { zh = \"…\" }\nlimits = { zh = \"…\" }\nsure = \"known\"\n[sentence]\npass = { zh = \"…\" }\nfail = { zh = \"…\" }\nundetermined = { zh = \"…\" }\n",
    ),
    (
        "indicators/I01.toml",
        "id = \"I01\"\nname = { zh = \"…\" }\nunit = { zh = \"%\" }\nclause = \"…\"\nowner = \"city\"\ndirection = \"up\"\nsql = \"SELECT 'city' AS unit, '2020' AS period, 1 AS value\"\n",
    ),
    ("calendar.toml", "[[year]]\nyear = 2016\nsource = { zh = \"通知\" }\nsure = \"known\"\nholidays = [\"2016-01-01\"]\n"),
];

/// The pack in a folder, with files that differ from it or are added to it.
fn pack(folder: &Path, other: &[(&str, &[u8])]) {
    let own = FILES.iter().map(|(path, text)| (*path, text.as_bytes()));
    for (path, bytes) in own.chain(other.iter().copied()) {
        let file = folder.join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, bytes).unwrap();
    }
}

/// Exit code and everything that was printed; nothing can be typed.
fn run(args: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qingliu"));
    command.env_remove("QINGLIU_DATA").env_remove("RUST_BACKTRACE").stdin(Stdio::null());
    let Output { status, stdout, stderr } = command.args(args).output().unwrap();
    (status.code().unwrap_or(-1), format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr)))
}

#[test]
fn what_is_wrong_with_a_first_pack_is_said_where_it_is() {
    let gbk: &[u8] = b"title = { zh = \"\xb7\xbd\xb0\xb8\" }\n";
    let twice: &[u8] =
        "[[year]]\nyear = 2016\nsource = { zh = \"通知\" }\nsure = \"known\"\nholidays = [\"2016-01-01\", \"2016-01-01\"]\n".as_bytes();
    let wrong_key: &[u8] = b"[[year]]\nyear = 2016\nhollidays = []\n";
    let no_number: &[u8] = FILES[4].1.replace("1 AS value", "CAST('x' AS DECIMAL(10, 2)) AS value").leak().as_bytes();
    let no_number_rule: &[u8] =
        FILES[3].1.replace("FROM well", "FROM well CROSS JOIN clock WHERE CAST('x' AS DECIMAL(10, 2)) > 0").leak().as_bytes();
    let reading: &[u8] = "as_of = 2020-12-31\nentry = [{ kind = \"well\", id = \"w\", fields = { name_zh = \"井\" } }]\nreadings = [{ place = \"w\", months = \"2020-01\", values = { ph = \"7\" } }]\nexpect = [{ rule = \"closed\", subject = \"w\", outcome = \"pass\" }]\n".as_bytes();
    let sound: &[u8] = "as_of = 2020-12-31\nentry = [{ kind = \"well\", id = \"w\", fields = { name_zh = \"井\" } }]\nexpect = [{ rule = \"closed\", subject = \"w\", outcome = \"pass\" }]\n".as_bytes();
    type Case<'a> = (&'a str, &'a str, Option<(&'a str, &'a [u8])>, i32, &'a [&'a str]);
    let cases: [Case<'_>; 9] = [
        ("a sound pack", "check", None, 0, &["no problem found"]),
        ("a pack in GBK", "check", Some(("plan.toml", gbk)), 4, &["plan.toml: the text is GBK (expected UTF-8"]),
        ("a calendar with a day twice", "check", Some(("calendar.toml", twice)), 4, &["/calendar.toml: 2016: 2016-01-01 is listed twice"]),
        ("a calendar with a wrong key", "check", Some(("calendar.toml", wrong_key)), 4, &["/calendar.toml:3: unknown field `hollidays`"]),
        ("an indicator that cannot be worked out", "check", Some(("indicators/I01.toml", no_number)), 4, &["/indicators/I01.toml: sql: "]),
        (
            "a rule that can be planned, but not run",
            "check",
            Some(("rules/closed.toml", no_number_rule)),
            4,
            &["/rules/closed.toml: sql: "],
        ),
        ("no tests", "test", None, 0, &["no finding is expected, so nothing was tested", "hint: a file tests/NAME.toml"]),
        ("a test that holds", "test", Some(("tests/w.toml", sound)), 0, &["1 findings expected, 0 failed"]),
        ("a place that takes no readings", "test", Some(("tests/w.toml", reading)), 1, &["it is an entry of `well`", "place = true"]),
    ];
    for (what, command, other, code, said) in cases {
        let folder = tempfile::tempdir().unwrap();
        pack(folder.path(), other.as_slice());
        let (found, told) = run(&["plan", command, folder.path().to_str().unwrap()]);
        assert_eq!(found, code, "{what}: {told}");
        assert!(said.iter().all(|part| told.contains(part)), "{what}: {told}");
    }
}

#[test]
fn an_account_that_cannot_be_is_refused_before_a_password_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let (from, data) = (folder.path().join("pack"), folder.path().join("data"));
    pack(&from, &[]);
    let (from, data) = (from.to_str().unwrap(), data.to_str().unwrap());
    assert_eq!(run(&["init", "--pack", from, "--data", data]).0, 0);
    for (name, unit, role, said) in [
        ("Wang Xiaoming", "city", "officer", "cannot name an account"),
        ("wang", "county", "officer", "`county` is not a unit of the plan"),
        ("wang", "city", "chief", "`chief` is not a role"),
        ("wang", "city", "officer", "no password was given"),
    ] {
        let (code, told) = run(&["user", "add", name, "--data", data, "--unit", unit, "--role", role]);
        assert!(code == 1 && told.contains(said), "{name} {unit} {role}: {told}");
    }
}

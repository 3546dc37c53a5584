//! The real program: what people type, what it prints, its exit codes, and what is left after it was killed.
#![allow(clippy::unwrap_used, missing_docs)]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qingliu"));
    command.current_dir(root()).env_remove("QINGLIU_DATA").env_remove("RUST_BACKTRACE");
    command
}

fn run(args: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } = program().args(args).output().unwrap();
    (status.code().unwrap_or(-1), String::from_utf8_lossy(&stdout).into_owned(), String::from_utf8_lossy(&stderr).into_owned())
}

fn ok(args: &[&str]) -> String {
    let (code, out, err) = run(args);
    assert_eq!(code, 0, "{args:?}\n{out}\n{err}");
    out
}

/// A demonstration folder, loaded and judged.
fn demo() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("demo").display().to_string();
    ok(&["demo", "--data", &data, "--no-serve"]);
    (folder, data)
}

#[test]
fn the_demonstration_is_made_once_verified_and_asked() {
    let (_folder, data) = demo();
    let again = ok(&["demo", "--data", &data, "--no-serve"]);
    assert_eq!(again.lines().count(), 1, "a second start loads and judges nothing: {again}");
    assert!(ok(&["verify", "--data", &data]).starts_with("the ledger holds: "));

    // A model of the river over the registers: kept under an id, and the same when it runs again.
    let steady: serde_json::Value =
        serde_json::from_str(&ok(&["model", "steady", "--set", "item=nh3n", "--json", "--data", &data])).unwrap();
    assert!(steady["result"].to_string().contains("\"made_up\":true"), "{steady}");
    let kept = steady["run"].as_str().unwrap();
    ok(&["model", "replay", kept, "--data", &data]);
    let (code, _, err) = run(&["model", "steady", "--set", "item=nobody", "--data", &data]);
    assert!(code != 0 && err.contains("nobody"), "{err}");

    let verdicts = ok(&["export", "verdicts", "--data", &data]);
    let line = verdicts.lines().find(|line| line.contains(",section-attainment-year,section,hg-heli,2019,fail,")).unwrap();
    let id = line.split(',').next().unwrap();
    let why = ok(&["why", id, "--data", &data, "--lang", "en"]);
    assert!(
        why.contains("missed its target, class IV")
            && why.contains("GB 3838-2002 table 1, no. 7")
            && why.contains("[made-up demonstration data]"),
        "{why}"
    );
    let tree: serde_json::Value = serde_json::from_str(&ok(&["why", id, "--data", &data, "--json"])).unwrap();
    assert_eq!(tree["verdict"]["outcome"], "fail");

    let rows: serde_json::Value = serde_json::from_str(&ok(&[
        "sql",
        "SELECT class FROM section_classes WHERE section = 'hg-heli' AND grain = 'year' AND period = '2019'",
        "--data",
        &data,
        "--format",
        "json",
    ]))
    .unwrap();
    assert_eq!(rows[0]["class"], "V");
    let (code, _, err) = run(&["why", "0123456789abcdef", "--data", &data]);
    assert_eq!((code, err.contains("there is no verdict")), (1, true), "{err}");

    // What is exported can be imported unchanged.
    for kind in ["water_body", "section", "section_target", "function_zone", "groundwater_point"] {
        let file = _folder.path().join(format!("{kind}.csv"));
        std::fs::write(&file, ok(&["export", "register", "--register", kind, "--data", &data])).unwrap();
        let told = ok(&["import", "--register", kind, "--data", &data, file.to_str().unwrap()]);
        assert!(told.contains(" 0 new or changed"), "{told}");
    }
    assert!(ok(&["verify", "--data", &data]).contains("nothing altered"));
}

#[test]
fn classes_of_the_national_stations_agree_with_the_official_ones() {
    let daily = "data/surface_water_cn/cnemc_daily.csv.gz";
    let told: serde_json::Value = serde_json::from_str(&ok(&[
        "assess",
        "--value",
        "raw",
        "--sections",
        "data/surface_water_cn/sections.csv",
        "--format",
        "json",
        "--summary",
        daily,
    ]))
    .unwrap();
    let (rows, agreeing) = (told["agreement"]["rows"].as_u64().unwrap(), told["agreement"]["agreeing"].as_u64().unwrap());
    assert_eq!(rows, 11_879);
    assert!(rows * 999 <= agreeing * 1000, "{agreeing} of {rows}");
    let differing = told["agreement"]["differing"].as_array().unwrap();
    assert_eq!(differing.len() as u64, rows - agreeing);
    assert!(
        differing.iter().all(|row| row["why"].as_str().is_some_and(|why| why.contains("items, "))),
        "each row that differs is explained"
    );
}

#[test]
fn small_questions_need_no_store() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("samples.csv");
    std::fs::write(&file, "section,time,body,氨氮(mg/L),w21011,do_mgl,class_official\n甲,2020-08-03,river,1.20,0.05,8.1,Ⅳ\n乙,2020-08-03,lake,0.3,0.06,8.1,Ⅲ\n丙,2020-08-03,river,--,*,1.5,劣Ⅴ\n").unwrap();
    let path = file.to_str().unwrap();
    let parts = [
        ok(&["assess", path]),
        ok(&["assess", path, "--format", "csv"]),
        ok(&[
            "sql",
            "--no-store",
            "SELECT gb3838_class('nh3n', '1.2', 'river') AS class, gb3838_limit('nh3n', 'III', 'river') AS limit_iii",
        ]),
    ];
    insta::assert_snapshot!(parts.join("\n"));
}

#[test]
fn bad_input_gets_a_message_and_an_exit_code_and_nothing_is_kept() {
    let (folder, data) = demo();
    let count = || ok(&["sql", "SELECT count(*) AS n FROM observations", "--data", &data, "--format", "csv"]);
    let before = count();
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.display().to_string()
    };
    let pack = folder.path().join("pack");
    std::fs::create_dir_all(&pack).unwrap();
    std::fs::write(pack.join("plan.toml"), "schema = 1\ntitel = \"x\"\n").unwrap();
    let zeros = folder.path().join("zeros.csv");
    std::fs::File::create(&zeros).unwrap().set_len(1 << 30).unwrap();
    let mut book = std::fs::read(root().join("data/surface_water_cn/sections.csv")).unwrap();
    book.splice(0..0, *b"PK\x03\x04");
    let at = |rest: &[&str]| -> (i32, String) {
        let (code, out, err) = run(rest);
        (code, format!("{out}{err}").replace(folder.path().to_str().unwrap(), "…"))
    };
    let cases = [
        ("a wrong unit", at(&["import", "--data", &data, &file("unit.csv", b"section,time,do_ntu\nhg-heli,2020-08-03,8\n")])),
        (
            "a negative concentration",
            at(&["import", "--data", &data, &file("negative.csv", b"section,time,nh3n_mgl\nhg-heli,2021-04-01,-3\n")]),
        ),
        (
            "a class that does not exist",
            at(&["import", "--data", &data, &file("class.csv", "section,time,ph,class_official\nhg-heli,2021-04-01,7,Ⅷ\n".as_bytes())]),
        ),
        ("1 GB of zeros", at(&["import", "--data", &data, zeros.to_str().unwrap()])),
        ("a broken Excel file", at(&["import", "--data", &data, &file("book.xlsx", &book)])),
        ("a file that is not there", at(&["import", "--data", &data, "nowhere.csv"])),
        (
            "a register entry of the wrong kind",
            at(&[
                "import",
                "--data",
                &data,
                "--register",
                "section_target",
                &file("target.csv", b"id,section,year,class,mark\nx,hg-heli,2022,IX,assumed\n"),
            ]),
        ),
        ("a register that does not exist", at(&["import", "--data", &data, "--register", "wells", &file("w.csv", b"id\n")])),
        ("a pack with a wrong key", at(&["plan", "check", pack.to_str().unwrap()])),
        ("no store", at(&["judge", "--data", &folder.path().join("nothing").display().to_string()])),
        ("a private field", at(&["sql", "SELECT contact FROM station", "--data", &data])),
        ("a query that writes", at(&["sql", "DROP TABLE section", "--data", &data])),
    ];
    assert_eq!(before, count());
    insta::assert_snapshot!(cases.map(|(what, (code, told))| format!("# {what} (exit {code})\n{}", told.trim_end())).join("\n\n"));
}

#[test]
fn an_import_that_is_killed_leaves_all_or_nothing_and_can_be_run_again() {
    let (folder, data) = demo();
    let mut csv = String::from("place,time,item,value\n");
    for hour in 0..60_000 {
        let (day, hour) = (hour / 24, hour % 24);
        csv.push_str(&format!("hg-heli,{}-{:02}-{:02} {hour:02}:00,nh3n,0.{hour}\n", 2000 + day / 336, day % 336 / 28 + 1, day % 28 + 1));
    }
    let file = folder.path().join("large.csv");
    std::fs::File::create(&file).unwrap().write_all(csv.as_bytes()).unwrap();
    let count =
        || -> u64 { ok(&["export", "observations", "--data", &data]).lines().filter(|line| line.contains(",kill-test,")).count() as u64 };
    for delay in [30, 120, 400, 900] {
        let mut child = program()
            .args(["import", "--data", &data, "--source", "kill-test", file.to_str().unwrap()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(delay));
        child.kill().unwrap();
        child.wait().unwrap();
        let kept = count();
        assert!(kept == 0 || kept == 60_000, "{kept} of 60 000 after {delay} ms");
        assert!(ok(&["verify", "--data", &data]).contains("nothing altered"));
    }
    ok(&["import", "--data", &data, "--source", "kill-test", file.to_str().unwrap()]);
    assert_eq!(count(), 60_000);
    let again = ok(&["import", "--data", &data, "--source", "kill-test", file.to_str().unwrap()]);
    assert!(
        again.contains("0 new observations") && again.contains("60000 known already") && again.contains("nothing new to keep"),
        "{again}"
    );
}

#[test]
fn help_tells_what_each_command_is_for() {
    let pages = ["", "assess", "import", "plan check"].map(|command| {
        let args: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
        ok(&args)
    });
    insta::assert_snapshot!(pages.join("\n---\n"));
    for shell in ["bash", "zsh", "fish"] {
        assert!(ok(&["completions", shell]).contains("qingliu"));
    }
}

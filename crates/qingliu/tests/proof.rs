//! Heads and proofs as people use them: made by the program, checked by the script of the documentation.
#![allow(clippy::unwrap_used, clippy::print_stderr, missing_docs)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const PLAN: &str = "schema = 1\nid = \"x\"\ntitle = { zh = \"方案\" }\ncity = \"city\"\nissuer = \"city\"\nissue_year = 2016\n[[unit]]\nid = \"city\"\nkind = \"city\"\nname = { zh = \"市\" }\n";
const WELL: &str = "kind = \"well\"\ntitle = { zh = \"井\" }\nowner = \"city\"\nplace = true\n[[field]]\nid = \"name_zh\"\ntype = \"text\"\nlabel = { zh = \"名称\" }\npublic = true\n";

/// Alters one byte of one of the two files at a time; prints those with which the proof still holds.
const EVERY_BYTE: &str = r#"
import sys
sys.path.insert(0, sys.argv[1])
import check_proof
files = [open(path, "rb").read() for path in sys.argv[2:4]]
check_proof.check(*files)
for which in (0, 1):
    for place in range(len(files[which])):
        altered = bytearray(files[which])
        altered[place] ^= 1
        both = list(files)
        both[which] = bytes(altered)
        try:
            check_proof.check(*both)
            print(f"file {which}, byte {place}: {both[which][max(0, place - 20):place + 20]}")
        except ValueError:
            pass
"#;

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

fn told(Output { status, stdout, stderr }: Output) -> (i32, String) {
    (status.code().unwrap_or(-1), format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr)))
}

fn has_python() -> bool {
    let found = Command::new("python3").arg("--version").output().is_ok_and(|out| out.status.success());
    if !found {
        eprintln!("python3 is not here: the script of the documentation was not tried");
    }
    found
}

/// The script of the documentation over two files; it leaves nothing behind.
fn script(proof: &Path, head: &Path) -> (i32, String) {
    told(Command::new("python3").arg("-B").arg(docs().join("check_proof.py")).args([proof, head]).output().unwrap())
}

/// A store with one well.
struct World {
    folder: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let world = Self { folder: tempfile::tempdir().unwrap() };
        std::fs::create_dir_all(world.path("pack/registers")).unwrap();
        std::fs::write(world.path("pack/plan.toml"), PLAN).unwrap();
        std::fs::write(world.path("pack/registers/well.toml"), WELL).unwrap();
        world.ok(&["init", "--pack", world.path("pack").to_str().unwrap()]);
        world.import("wells.csv", "id,name_zh\nw,一号井\n", &["--register", "well"]);
        world
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, args: &[&str]) -> (i32, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_qingliu"));
        command.current_dir(self.folder.path()).env("QINGLIU_DATA", self.path("data")).env_remove("RUST_BACKTRACE");
        told(command.args(args).output().unwrap())
    }

    fn ok(&self, args: &[&str]) -> String {
        let (code, out) = self.run(args);
        assert_eq!(code, 0, "{args:?}\n{out}");
        out
    }

    fn import(&self, name: &str, csv: &str, more: &[&str]) {
        std::fs::write(self.path(name), csv).unwrap();
        self.ok(&[&["import", name][..], more].concat());
    }
}

/// The first observation of the first series, at eight on 3 August 2020 in Shanghai.
const FIRST: &str = "1-1596412800-1";

fn readings(day: u8) -> String {
    let rows: String = (0..9).map(|row| format!("w,2020-08-{day:02} {:02}:00,7.{row},0.1{row}\n", 8 + row)).collect();
    format!("place,time,ph,nh3n_mgl\n{rows}")
}

#[test]
fn a_proof_and_a_head_are_checked_by_the_script_without_the_store() {
    let world = World::new();
    world.import("a.csv", &readings(3), &[]);
    let told = world.ok(&["head", "--out", "head.json"]);
    assert!(told.contains("ledger row 2 of ") && told.contains(", batches of observations: 1"), "{told}");
    assert_eq!(world.ok(&["head", "--json"]).trim_end(), std::fs::read_to_string(world.path("head.json")).unwrap());
    let told = world.ok(&["prove", FIRST, "--out", "proof.json"]);
    assert!(told.contains("came with ledger row 2"), "{told}");
    std::fs::write(world.path("public.json"), world.ok(&["prove", FIRST, "--public", "--head", "head.json"])).unwrap();
    assert!(!std::fs::read_to_string(world.path("public.json")).unwrap().contains("who"), "nobody is named in public");
    if !has_python() {
        return;
    }
    for proof in ["proof.json", "public.json"] {
        let (code, told) = script(&world.path(proof), &world.path("head.json"));
        assert!(code == 0 && told.starts_with("the proof holds: w ph = 7.0 "), "{proof}: {told}");
        let every_byte =
            Command::new("python3").args(["-B", "-c", EVERY_BYTE]).arg(docs()).args([world.path(proof), world.path("head.json")]).output();
        assert_eq!(self::told(every_byte.unwrap()), (0, String::new()), "{proof}: a byte was altered and the proof held");
    }
    let (code, told) = script(&world.path("head.json"), &world.path("head.json"));
    assert!(code == 1 && told.starts_with("the proof does not hold: "), "{told}");
}

#[test]
fn a_head_that_was_kept_is_held_against_a_ledger_that_went_on() {
    let world = World::new();
    world.import("a.csv", &readings(3), &[]);
    world.ok(&["head", "--out", "then.json"]);
    world.import("b.csv", &readings(4), &[]);
    world.ok(&["head", "--out", "now.json"]);
    let told = world.ok(&["verify", "--head", "then.json", "--head", "now.json"]);
    let lines: Vec<&str> = told.lines().collect();
    assert!(lines[0].starts_with("the ledger holds: 3 rows"), "{told}");
    assert!(lines[1].contains("row 2 with hash") && lines[2].contains("row 3 with hash"), "{told}");

    // What came later does not stand in it, and a proof for one head is none for another.
    let (code, told) = world.run(&["prove", "1-1596499200-1", "--head", "then.json"]);
    assert!(code == 1 && told.contains("came with row 3 of the ledger"), "{told}");
    world.ok(&["prove", "1-1596499200-1", "--out", "proof.json"]);
    if has_python() {
        assert_eq!(script(&world.path("proof.json"), &world.path("now.json")).0, 0);
        assert_eq!(script(&world.path("proof.json"), &world.path("then.json")).0, 1);
    }

    // A head that states something else is found to differ.
    let text = std::fs::read_to_string(world.path("then.json")).unwrap();
    let head: serde_json::Value = serde_json::from_str(&text).unwrap();
    let hash = head["row_hash"].as_str().unwrap();
    std::fs::write(world.path("other.json"), text.replace(hash, &"0".repeat(64))).unwrap();
    let (code, told) = world.run(&["verify", "--head", "other.json"]);
    assert!(code == 4 && told.contains("row 2 is not the one it states"), "{told}");
    let (code, told) = world.run(&["verify", "--head", "a.csv"]);
    assert!(code == 1 && told.contains("no head of a ledger"), "{told}");
    let (code, told) = world.run(&["prove", "x"]);
    assert!(code == 1 && told.contains("names no observation"), "{told}");
}

//! Dated numbers, shared questions, names of who may see a field, and encodings: each refused with what was expected.
#![allow(clippy::unwrap_used, missing_docs)]

use plan::{PackFiles, load};

const HEAD: &str = "schema = 1\nid = \"x\"\ntitle = { zh = \"测试\" }\ncity = \"city\"\nissuer = \"city\"\nissue_year = 2016\n\n[[unit]]\nid = \"city\"\nkind = \"city\"\nname = { zh = \"市\" }\n";
const REST: &str = "[card]\nwhat = { zh = \"…\" }\nwhy = { zh = \"…\" }\nexample = { zh = \"…\" }\nlimits = { zh = \"…\" }\nsure = \"known\"\n[sentence]\npass = { zh = \"…\" }\nfail = { zh = \"…\" }\nundetermined = { zh = \"…\" }\n";

fn said(files: &[(&str, String)]) -> String {
    let mut pack = PackFiles::default();
    pack.insert("plan.toml", HEAD);
    for (path, text) in files {
        pack.insert(*path, text.as_str());
    }
    match load(&pack) {
        Ok(_) => "sound".to_owned(),
        Err(problems) => problems.to_string(),
    }
}

fn rule(id: &str, more: &str, numbers: &str) -> (String, String) {
    let text = format!(
        "id = \"{id}\"\ntitle = {{ zh = \"规则\" }}\nsubject = \"unit\"\nclause = {{ zh = \"条款{id}\" }}\n{more}\nsql = \"SELECT $n AS n\"\n{REST}{numbers}"
    );
    (format!("rules/{id}.toml"), text)
}

fn number(value: &str, from: &str) -> String {
    format!("[[parameter]]\nname = \"n\"\nvalue = \"{value}\"\nsource = {{ zh = \"…\" }}\nsure = \"known\"\n{from}\n")
}

#[test]
fn a_number_has_one_value_on_each_day() {
    let year = "grain = \"year\"";
    let cases = [
        ("two days", number("1", "") + &number("2", "from = 2020-01-01") + &number("3", "from = \"2021-01-01\""), "sound"),
        (
            "the same day twice",
            number("1", "from = 2020-01-01") + &number("2", "from = \"2020-01-01\""),
            "rules/a.toml:1: parameter.from: `n` has two values from 2020-01-01 (expected another `from` for each value of a name)",
        ),
        (
            "twice from ever",
            number("1", "") + &number("2", ""),
            "rules/a.toml:1: parameter.from: `n` has two values without a day (expected another `from` for each value of a name)",
        ),
    ];
    for (what, numbers, expected) in cases {
        let (path, text) = rule("a", year, &numbers);
        assert_eq!(said(&[(path.as_str(), text)]), expected, "{what}");
    }
    for wrong in ["from = \"2020-13-01\"", "from = 2020", "from = 2020-01-01T00:00:00"] {
        let (path, text) = rule("a", year, &number("1", wrong));
        let told = said(&[(path.as_str(), text)]);
        assert!(told.starts_with("rules/a.toml:") && told.contains(": from: ") && told.contains("such as 20"), "{told}");
    }
}

#[test]
fn rules_of_one_question_are_comparable_and_rest_on_the_same_numbers() {
    let (asks, by_day) = ("grain = \"year\"\nquestion = \"q\"", "grain = \"as_of\"\nquestion = \"q\"");
    let cases = [
        ("alike", Some(asks), number("1", ""), number("1", ""), "sound"),
        (
            "alone",
            None,
            number("1", ""),
            number("1", ""),
            "no other rule answers `q` (expected the same question in another, or none here)",
        ),
        (
            "unlike periods",
            Some(by_day),
            number("1", ""),
            number("1", ""),
            "speaks of unit by as_of, but `a` of unit by year (expected the same in both)",
        ),
        (
            "another number",
            Some(asks),
            number("1", ""),
            number("2", ""),
            "$n is 2 in `b` (条款b), but 1 in `a` (条款a) (expected one number, ",
        ),
        (
            "another number from some day on",
            Some(asks),
            number("1", ""),
            number("1", "") + &number("3", "from = 2020-01-01"),
            "$n is 3 in `b` (条款b), but 1 in `a` (条款a)",
        ),
        ("numbers of other times", Some(asks), number("1", "from = 2020-01-01"), number("1", "from = 2021-01-01"), "sound"),
    ];
    for (what, other, ours, theirs, expected) in cases {
        let (one, two) = (rule("a", asks, &ours), rule("b", other.unwrap_or("grain = \"year\""), &theirs));
        let told = said(&[(one.0.as_str(), one.1), (two.0.as_str(), two.1)]);
        let place = if other.is_some() { "rules/b.toml:" } else { "rules/a.toml:" };
        assert!(told == expected || (told.starts_with(place) && told.contains(expected) && told.lines().count() == 1), "{what}: {told}");
    }
}

#[test]
fn whoever_may_see_a_field_must_be_a_unit() {
    let register = |unit: &str| {
        format!(
            "kind = \"well\"\ntitle = {{ zh = \"井\" }}\nowner = \"city\"\n[[field]]\nid = \"name_zh\"\ntype = \"text\"\nlabel = {{ zh = \"名称\" }}\nseen_by = [\"{unit}\"]\n"
        )
    };
    assert_eq!(said(&[("registers/well.toml", register("city"))]), "sound");
    let told = said(&[("registers/well.toml", register("nobody"))]);
    assert_eq!(told, "registers/well.toml:8: seen_by: `nobody` is not defined (expected the id of a unit)");
}

#[test]
fn a_file_that_is_not_utf_8_says_what_it_seems_to_be() {
    let gbk: &[u8] = b"title = { zh = \"\xca\xd0\" }\n";
    let utf_16: &[u8] = b"\xff\xfei\x00d\x00";
    let neither: &[u8] = b"\xff\xff\xff";
    let cases = [
        ("plan.toml", gbk, "plan.toml: the text is GBK (expected UTF-8; save the file again in that encoding)"),
        ("plan.toml", utf_16, "plan.toml: the text is UTF-16LE (expected UTF-8; save the file again in that encoding)"),
        ("plan.toml", neither, "plan.toml: the text is neither UTF-8 nor GBK (expected UTF-8; save the file again in that encoding)"),
    ];
    for (path, bytes, expected) in cases {
        let mut files = PackFiles::default();
        files.insert_bytes(path, bytes);
        assert_eq!(load(&files).unwrap_err().to_string(), expected);
    }
    let mut files = PackFiles::default();
    files.insert("plan.toml", HEAD);
    files.insert_bytes("map/picture.png", &[0xff, 0xd8]);
    files.insert_bytes("demo/places.csv", gbk);
    assert!(load(&files).is_ok(), "pictures and tables are read elsewhere");
    files.insert_bytes("registers/well.toml", gbk);
    assert!(load(&files).unwrap_err().to_string().starts_with("registers/well.toml: the text is GBK"));
}

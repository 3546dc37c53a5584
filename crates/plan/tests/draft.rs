//! A plan document becomes a draft: how much of the broken copy of a real plan is found, that nothing wrong is certain, and
//! what hostile files are told.
#![allow(clippy::unwrap_used, missing_docs)]

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::path::Path;

use plan::draft::{Comparison, Doubt, Draft, Kind, compare, draft, read};
use plan::{Modality, PackFiles, Plan, load};

const WEB_COPY: &str = include_str!("draft/hegang-web-copy.txt");

fn curated() -> Plan {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plans/hegang");
    let mut files = PackFiles::default();
    let mut folders = vec![dir.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                files.insert(path.strip_prefix(&dir).unwrap().to_string_lossy().into_owned(), text);
            }
        }
    }
    load(&files).unwrap()
}

fn drafted(name: &str, bytes: &[u8]) -> Draft {
    draft(&read(name, bytes).unwrap())
}

fn refused(name: &str, bytes: &[u8]) -> String {
    read(name, bytes).unwrap_err().to_string()
}

/// The files of a draft as the pack's own reader sees them.
fn packed(draft: &Draft) -> Plan {
    let mut files = PackFiles::default();
    for (path, text) in draft.files() {
        files.insert(path, text);
    }
    load(&files).unwrap_or_else(|problems| panic!("{problems}"))
}

/// What a comparison says, so that a failing test shows it.
fn told(comparison: &Comparison) -> String {
    let mut told = String::new();
    for (kind, score) in comparison.scores() {
        let (expected, right, drafted, sure) = (score.expected, score.right, score.drafted, score.sure);
        let _ = writeln!(told, "{kind}: {right} of {expected} right, {drafted} drafted, {sure} of them sure");
        for own in &score.missed {
            let _ = writeln!(told, "  missed: {own}");
        }
        for own in &score.sure_but_wrong {
            let _ = writeln!(told, "  sure but wrong: {own}");
        }
    }
    told
}

#[test]
fn of_the_broken_web_copy_nearly_all_is_found_and_nothing_wrong_is_certain() {
    let comparison = compare(&drafted("copy.txt", WEB_COPY.as_bytes()), &curated());
    let told = told(&comparison);
    assert_eq!(comparison.tasks.expected, 64, "{told}");
    assert_eq!(comparison.leads.expected, 67, "{told}");
    assert_eq!(comparison.participants.expected, 198, "{told}");
    assert_eq!(comparison.deadlines.expected, 46, "{told}");
    assert!(comparison.tasks.reaches(95), "{told}");
    assert!(comparison.leads.reaches(95), "{told}");
    assert!(comparison.participants.reaches(90), "{told}");
    assert!(comparison.deadlines.reaches(90), "{told}");
    for (kind, score) in comparison.scores() {
        assert!(score.sure_but_wrong.is_empty(), "{kind}\n{told}");
    }
    // Doubting everything would be no answer either.
    assert!(comparison.tasks.expected * 9 <= comparison.tasks.sure * 10, "{told}");
    assert!(comparison.leads.expected * 9 <= comparison.leads.sure * 10, "{told}");
    assert!(comparison.deadlines.expected <= comparison.deadlines.sure * 2, "{told}");
}

#[test]
fn what_the_web_copy_lost_is_listed_as_unsure_with_its_place_and_a_reason() {
    let draft = drafted("copy.txt", WEB_COPY.as_bytes());
    let unsure = draft.unsure();
    let doubted = |of: &str, doubt: Doubt| unsure.iter().any(|item| item.of == of && item.ground.doubts.contains(&doubt));
    assert!(doubted("9.3", Doubt::HigherLevel), "a ministry among the departments of a city");
    assert!(doubted("3.2.1", Doubt::NumbersTogether), "17 39、3.");
    assert!(doubted("2.3.2", Doubt::UnitLost), "20。以上");
    assert!(doubted("8.2.1", Doubt::ClassLost), "达到或优于 类");
    assert!(doubted("8.3", Doubt::OtherLevel), "3 could follow 8.2.2");
    assert!(doubted("7.3.3", Doubt::NoHeading), "the task without a number");
    assert!(doubted("1.1.2", Doubt::SharedDate), "one date before six clauses");
    assert!(doubted("3.3", Doubt::TitleEnd), "a title with a character destroyed");
    for item in unsure.iter().filter(|item| !item.of.is_empty()) {
        assert!(item.ground.place.is_some() && !item.ground.doubts.is_empty(), "{item:?}");
    }
}

#[test]
fn a_lost_number_offers_its_readings_and_no_value() {
    let draft = drafted("copy.txt", WEB_COPY.as_bytes());
    let task = draft.tasks().find(|task| task.id == "3.2.1").unwrap();
    let target = task.targets.first().unwrap();
    assert_eq!((target.value.as_str(), target.year), ("", Some(2020)));
    assert!(target.candidates.contains(&"17、39.3".to_owned()), "{:?}", target.candidates);
}

#[test]
fn the_draft_of_the_web_copy_is_a_sound_pack_in_which_doubt_is_marked() {
    let draft = drafted("copy.txt", WEB_COPY.as_bytes());
    let plan = packed(&draft);
    assert_eq!(plan.tasks.len(), 64);
    let curated = curated();
    assert_eq!(plan.head.title.zh, curated.head.title.zh);
    assert_eq!(plan.unit_name(plan.city(), "zh"), curated.unit_name(curated.city(), "zh"));
    assert_eq!(plan.head.goal.first().unwrap().year, 2020);
    let written: usize = plan.tasks.iter().flat_map(|task| &task.deadline).filter(|own| own.uncertain).count();
    let doubtful = draft.tasks().flat_map(|task| &task.deadlines).filter(|own| !own.ground.sure()).count();
    assert_eq!(written, doubtful);
    let rural = plan.task("1.3.3").unwrap();
    assert_eq!(rural.responsible.len(), 4, "the four counties the text names");
    assert!(plan.task("1.1.2").unwrap().responsible.iter().any(|own| own.get_ref() == "all"));
    assert_eq!(plan.task("7.4.2").unwrap().assist.len(), 1);
    let province = plan.task("4.3.2").unwrap();
    assert!(province.deadline.iter().all(|own| own.modality == Modality::Context), "the dates of the province bind nobody here");
}

#[test]
fn a_consequence_in_doubt_is_not_in_the_pack_but_in_the_list() {
    let draft = drafted("copy.txt", WEB_COPY.as_bytes());
    let plan = packed(&draft);
    let in_pack = plan.tasks.iter().map(|task| task.consequence.len()).sum::<usize>();
    let sure = draft.tasks().flat_map(|task| &task.consequences).filter(|own| own.ground.sure()).count();
    let all = draft.tasks().flat_map(|task| &task.consequences).count();
    assert_eq!(in_pack, sure);
    assert!(sure < all);
    let list = draft.files().into_iter().find(|(path, _)| path == "draft/unsure.toml").unwrap().1;
    assert!(list.contains("suspend_approval"));
}

#[test]
fn the_review_page_shows_the_whole_source_beside_the_draft_and_loads_nothing() {
    let draft = drafted("copy.txt", WEB_COPY.as_bytes());
    let page = draft.files().into_iter().find(|(path, _)| path == "review.html").unwrap().1;
    let mut text = String::new();
    let cells = page.split("<pre>").skip(1).filter_map(|cell| cell.split_once("</pre>"));
    cells.for_each(|(cell, _)| text.push_str(&cell.replace("<mark>", "").replace("</mark>", "")));
    assert_eq!(text.trim_end(), WEB_COPY.trim_end());
    assert!(page.contains("<mark>") && page.contains("id=\"t-1.1.1\""));
    for outside in ["<script", "http:", "https:", " src=", "@import", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
}

const SIMPLIFIED: &str = "某某市2018年度水污染防治重点工作实施方案
为做好2018年水污染防治工作，制定本方案。
一、工作目标
到2020年，全市主要断面优良比例达到55%以上。
二、重点任务
1.加快城镇污水处理设施建设。2018年10月底前，完成污水处理厂提标改造；到2020年，城市污水处理率达到95%以上。（市住建局牵头，市发改委、市生态环境局参与，各县（市）区政府负责落实。以下均需各县（市）区政府落实，不再列出）
2.整治黑臭水体。9月底前完成排查。
牵头单位：市城管局
配合单位：市水务局、北山管理局
3.加强监测。每季度向社会公布水质状况。（市生态环境局负责）
三、保障措施
（一）强化考核。对未通过年度考核的，约谈有关负责人。
";

#[test]
fn a_simplified_text_with_sound_punctuation_is_read_by_its_marks() {
    let draft = drafted("plan.txt", SIMPLIFIED.as_bytes());
    assert!(draft.head.punctuation_trusted);
    assert_eq!((draft.head.city.value.as_str(), draft.head.issue_year.value), ("某某市", 2018));
    let tasks: Vec<(&str, &str)> = draft.tasks().map(|task| (task.id.as_str(), task.title.value.as_str())).collect();
    assert_eq!(tasks, [("1.1", "加快城镇污水处理设施建设"), ("1.2", "整治黑臭水体"), ("1.3", "加强监测"), ("2.1", "强化考核")]);
    let first = draft.tasks().next().unwrap();
    assert_eq!(first.lead.iter().map(|own| own.name.as_str()).collect::<Vec<_>>(), ["住建局"]);
    assert_eq!(first.participants.iter().map(|own| own.name.as_str()).collect::<Vec<_>>(), ["发改委", "生态环境局"]);
    assert_eq!(first.responsible, ["all"]);
    let dates: Vec<(String, bool)> = first.deadlines.iter().map(|own| (own.date.to_string(), own.ground.sure())).collect();
    assert_eq!(dates, [("2018-10-31".to_owned(), true), ("2020-12-31".to_owned(), true)]);
    let target = first.targets.first().unwrap();
    assert_eq!((target.value.as_str(), target.unit.as_str(), target.year, target.ground.sure()), ("95", "%", Some(2020), true));
    packed(&draft);
}

#[test]
fn a_year_that_is_not_said_and_a_department_nobody_knows_are_doubted() {
    let draft = drafted("plan.txt", SIMPLIFIED.as_bytes());
    let second = draft.tasks().nth(1).unwrap();
    let deadline = second.deadlines.first().unwrap();
    assert_eq!((deadline.date.to_string().as_str(), deadline.ground.doubts.as_slice()), ("2018-09-30", &[Doubt::NoYear][..]));
    let assist: Vec<(&str, bool)> = second.assist.iter().map(|own| (own.name.as_str(), own.ground.sure())).collect();
    assert_eq!(assist, [("水务局", true), ("北山管理局", false)]);
}

#[test]
fn the_encodings_of_chinese_files_are_read_alike() {
    let wanted: Vec<String> = drafted("plan.txt", SIMPLIFIED.as_bytes()).tasks().map(|task| task.title.value.clone()).collect();
    let mut utf16 = vec![0xff, 0xfe];
    utf16.extend(SIMPLIFIED.encode_utf16().flat_map(u16::to_le_bytes));
    let (gbk, _, failed) = encoding_rs::GBK.encode(SIMPLIFIED);
    assert!(!failed);
    for bytes in [utf16.as_slice(), &*gbk] {
        let titles: Vec<String> = drafted("plan.txt", bytes).tasks().map(|task| task.title.value.clone()).collect();
        assert_eq!(titles, wanted);
    }
}

#[test]
fn a_web_page_is_read_without_its_menus_and_with_the_rows_of_its_tables() {
    let page = "<!doctype html><html><head><title>某区</title><style>p{}</style></head><body><nav>首页 机构 政策 牵头单位：某某局</nav>\
        <h1>青山区水污染防治行动计划2018年任务清单</h1>\
        <table><tr><th>序号</th><th>项目名称</th><th>主要内容</th><th>计划节点</th><th>牵头部门</th><th>配合部门</th></tr>\
        <tr><td>1</td><td>截污纳管工程</td><td>完成20个小区雨污分流改造</td><td>2018年12月底前</td><td>区水务局</td><td>区财政局</td></tr>\
        <tr><td>2</td><td>河道整治工程</td><td>疏浚3条河道</td><td>2018年10月底前</td><td>区水务局</td><td>区住建局</td></tr></table></body></html>";
    let source = read("list.html", page.as_bytes()).unwrap();
    assert_eq!((source.kind, source.blocks.len()), (Kind::Html, 3));
    let draft = draft(&source);
    let tasks: Vec<(&str, &str, &str)> =
        draft.tasks().map(|task| (task.title.value.as_str(), task.lead[0].name.as_str(), task.assist[0].name.as_str())).collect();
    assert_eq!(tasks, [("截污纳管工程", "水务局", "财政局"), ("河道整治工程", "水务局", "住建局")]);
    packed(&draft);
}

/// A docx with these paragraphs, as a word processor would pack it.
fn docx(paragraphs: &[&str]) -> Vec<u8> {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>",
    );
    for paragraph in paragraphs {
        let _ = write!(xml, "<w:p><w:r><w:t>{}</w:t></w:r></w:p>", paragraph.replace('&', "&amp;"));
    }
    xml.push_str("</w:body></w:document>");
    zipped("word/document.xml", xml.as_bytes())
}

fn zipped(path: &str, bytes: &[u8]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file(path, zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(bytes).unwrap();
    zip.finish().unwrap().into_inner()
}

#[test]
fn a_docx_is_read_paragraph_by_paragraph() {
    let lines: Vec<&str> = SIMPLIFIED.lines().collect();
    let source = read("plan.docx", &docx(&lines)).unwrap();
    assert_eq!((source.kind, source.blocks.len()), (Kind::Docx, lines.len()));
    assert_eq!(draft(&source).tasks().count(), 4);
    let task = draft(&source).tasks().next().unwrap().clone();
    assert_eq!(task.ground.place.unwrap().block, 6, "the sixth paragraph");
}

#[test]
fn files_that_are_no_plan_are_told_what_was_found_and_what_was_expected() {
    let told = [
        refused("empty.txt", b""),
        refused("blank.txt", b" \n\t "),
        refused("plan.pdf", b"%PDF-1.7 \xe2\xe3\xcf\xd3"),
        refused("plan.doc", &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]),
        refused("noise.bin", &[0, 159, 146, 150, 0, 1, 2, 3]),
        refused("english.txt", b"a plan in English"),
        refused("one.txt", "水".repeat(350_000).as_bytes()),
        refused("other.docx", &zipped("xl/workbook.xml", b"<workbook/>")),
        refused("cut.docx", &docx(&["水污染防治工作方案"])[..60]),
        refused("bad.docx", &zipped("word/document.xml", b"<w:document><w:p></w:x>")),
    ];
    assert_eq!(told[0], "empty.txt: the file is empty (expected a plan document: docx, HTML or text)");
    assert!(told[1].contains("the file is empty"), "{}", told[1]);
    assert!(told[2].contains("found a PDF"), "{}", told[2]);
    assert!(told[3].contains("old word processor"), "{}", told[3]);
    assert!(told[4].contains("binary file"), "{}", told[4]);
    assert!(told[5].contains("found 0 different Chinese characters"), "{}", told[5]);
    assert!(told[6].contains("found 1 different Chinese characters"), "{}", told[6]);
    assert!(told[7].contains("word/document.xml"), "{}", told[7]);
    assert!(told[8].contains("the docx cannot be read"), "{}", told[8]);
    assert!(told[9].contains("the docx cannot be read"), "{}", told[9]);
}

#[test]
fn a_small_docx_that_unpacks_to_more_than_any_plan_is_refused() {
    let bomb = zipped("word/document.xml", &vec![b' '; 64 << 20]);
    assert!(bomb.len() < 1 << 20);
    let told = refused("bomb.docx", &bomb);
    assert!(told.contains("word/document.xml has more than"), "{told}");
}

#[test]
fn hostile_texts_give_a_draft_or_an_error_and_never_a_panic() {
    let some = "一二三四五六七八九十百千万水污染防治工作方案环保局牵头";
    for unit in [
        "局",
        "1 ",
        "一 ",
        "到2020年",
        "2020年底前达到1%",
        "环保局牵头,",
        "（",
        "（环保局",
        "□?(ā)",
        "牵头单位：",
        "每年公布,",
        "类",
        "\n",
        "0.0.0",
        "&<>\"",
    ] {
        let text = format!("{some}\n{}\n{some}", unit.repeat(3_000));
        let draft = drafted("hostile.txt", text.as_bytes());
        packed(&draft);
    }
}

#[test]
fn markup_in_a_plan_stays_text_on_the_review_page_and_in_the_pack() {
    let text = SIMPLIFIED.replace("整治黑臭水体", "整治<script>alert(\"1\")</script>\\水体");
    let draft = drafted("plan.txt", text.as_bytes());
    let page = draft.files().into_iter().find(|(path, _)| path == "review.html").unwrap().1;
    assert!(!page.contains("<script"));
    packed(&draft);
}

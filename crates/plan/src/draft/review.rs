//! A page with the source on one side and the draft on the other; it needs nothing but itself.

use std::fmt::Write as _;

use super::items::{Item, ItemKind};
use super::model::{Draft, DraftTask, Place};

const STYLE: &str = "body{font:16px/1.6 system-ui,sans-serif;margin:0 auto;max-width:80rem;padding:1rem;color:#1a1a1a;background:#fff}\
h1{font-size:1.4rem}h2{font-size:1.15rem;margin:2rem 0 .5rem}table{border-collapse:collapse;width:100%;table-layout:fixed}\
td,th{border:1px solid #767676;padding:.5rem;vertical-align:top;text-align:left;overflow-wrap:anywhere}\
ul{margin:.3rem 0;padding-left:1.2rem}.no{border-left:.3rem solid #b00020;padding-left:.4rem}.why{color:#8a0016}\
mark{background:#ffe08a;color:inherit}.yes{color:#14532d}details{margin-top:.5rem}pre{white-space:pre-wrap;font:inherit;margin:0}\
@media(max-width:48rem){table,tbody,tr,td{display:block}thead{display:none}}";

/// The page.
pub(super) fn page(draft: &Draft) -> String {
    let source = Text::new(&draft.blocks);
    let unsure = draft.unsure();
    let mut page = String::new();
    let title = escaped(&draft.head.title.value);
    let _ = write!(
        page,
        "<!doctype html>\n<html lang=\"zh\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>核对 {title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>核对草稿 <span lang=\"en\">Review of a draft</span>: {title}</h1>\n"
    );
    summary(&mut page, draft, unsure.len());
    let _ = writeln!(page, "<h2 id=\"unsure\">存疑 <span lang=\"en\">In doubt</span> ({})</h2>\n<ul>", unsure.len());
    for item in &unsure {
        let _ = writeln!(page, "<li><a href=\"#{}\">{}</a> {}</li>", anchor(&item.of), shown(&item.of), line(item));
    }
    page.push_str(
        "</ul>\n<h2>原文与草稿 <span lang=\"en\">Source and draft</span></h2>\n<table>\n<thead><tr><th scope=\"col\">原文 \
         <span lang=\"en\">source</span></th><th scope=\"col\">草稿 <span lang=\"en\">draft</span></th></tr></thead>\n<tbody>\n",
    );
    rows(&mut page, draft, &source);
    page.push_str("</tbody>\n</table>\n</body>\n</html>\n");
    page
}

fn summary(page: &mut String, draft: &Draft, unsure: usize) {
    let head = &draft.head;
    let count = |of: fn(&DraftTask) -> usize| draft.tasks().map(of).sum::<usize>();
    let _ = writeln!(
        page,
        "<p>{} 项任务,{} 个期限,{} 个指标,{} 项义务,{} 项后果;<strong>{unsure} 处存疑</strong>。\
         <span lang=\"en\">{} tasks, {} dates, {} numbers, {} duties, {} consequences; <strong>{unsure} in doubt</strong>.</span></p>",
        draft.tasks().count(),
        count(|task| task.deadlines.len()),
        count(|task| task.targets.len()),
        count(|task| task.duties.len()),
        count(|task| task.consequences.len()),
        draft.tasks().count(),
        count(|task| task.deadlines.len()),
        count(|task| task.targets.len()),
        count(|task| task.duties.len()),
        count(|task| task.consequences.len()),
    );
    let notes = [
        (
            usize::from(!head.punctuation_trusted),
            "标点混乱,按责任部门和编号顺序识别",
            "punctuation is random; read by departments and by counting",
        ),
        (head.readings, "处括注拼音已去除", "readings in brackets removed"),
        (head.traditional, "个繁体字已转为简体", "characters turned from the old form"),
        (head.lost, "处文字缺失,以 □ 表示", "places where characters are lost, shown as □"),
        (
            head.numbered_by_machine,
            "段使用自动编号,编号不在文本中",
            "paragraphs numbered by the word processor, whose numbers are not in the text",
        ),
    ];
    page.push_str("<ul>\n");
    for (n, zh, en) in notes.iter().filter(|(n, ..)| *n != 0) {
        let _ = writeln!(page, "<li>{n} {zh} <span lang=\"en\">{en}</span></li>");
    }
    page.push_str("</ul>\n");
}

/// One row a task; together the rows show the whole source.
fn rows(page: &mut String, draft: &Draft, source: &Text) {
    let places = || draft.tasks().filter_map(|task| Some((task, task.ground.place?)));
    let first = places().next().map_or(source.chars.len(), |(_, place)| source.first(&place));
    let items = draft.items();
    let head: Vec<&Item<'_>> = items.iter().filter(|item| item.kind == ItemKind::Head).collect();
    row(page, "", &source.html(0, first, &[]), &head);
    let mut shown = first;
    for (task, place) in places() {
        let end = source.rest_of_line(source.after(&place)).max(shown);
        let own = task.items();
        let doubtful: Vec<Place> = own.iter().filter(|item| !item.ground.sure()).filter_map(|item| item.ground.place).collect();
        let marks: Vec<(usize, usize)> =
            doubtful.iter().filter(|own| **own != place).map(|own| (source.first(own), source.after(own))).collect();
        row(page, &task.id, &source.html(shown, end, &marks), &own.iter().collect::<Vec<_>>());
        shown = end;
    }
    if shown < source.chars.len() {
        row(page, "-", &source.html(shown, source.chars.len(), &[]), &[]);
    }
}

fn row(page: &mut String, of: &str, source: &str, items: &[&Item<'_>]) {
    let _ = writeln!(page, "<tr id=\"{}\"><td><pre>{source}</pre></td><td><ul>", anchor(of));
    for item in items {
        let _ = writeln!(page, "<li>{}</li>", line(item));
    }
    page.push_str("</ul></td></tr>\n");
}

/// A thing found, whether it is sure, and why not.
fn line(item: &Item<'_>) -> String {
    let said = format!("{} <span lang=\"en\">{}</span>: {}", item.kind.zh(), item.kind.en(), escaped(&item.value));
    if item.ground.sure() {
        return format!("<span class=\"yes\">✓</span> {said}");
    }
    let zh: Vec<&str> = item.ground.doubts.iter().map(|doubt| doubt.zh()).collect();
    let en: Vec<&str> = item.ground.doubts.iter().map(|doubt| doubt.en()).collect();
    let place = item.ground.place.map_or_else(String::new, |place| format!(" ({place})"));
    let why = format!("<span class=\"why\">? {} <span lang=\"en\">{}</span></span>", zh.join(";"), en.join("; "));
    format!("<span class=\"no\">{said}{place} — {why}</span>")
}

fn anchor(of: &str) -> String {
    if of.is_empty() { "plan".to_owned() } else { format!("t-{}", escaped(of)) }
}

fn shown(of: &str) -> String {
    if of.is_empty() { "方案".to_owned() } else { escaped(of) }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The source as characters, a line a paragraph.
struct Text {
    chars: Vec<char>,
    /// The first character of each paragraph.
    begins: Vec<usize>,
}

impl Text {
    fn new(blocks: &[String]) -> Self {
        let mut text = Self { chars: Vec::new(), begins: Vec::new() };
        for block in blocks {
            text.begins.push(text.chars.len());
            text.chars.extend(block.chars());
            text.chars.push('\n');
        }
        text
    }

    fn first(&self, place: &Place) -> usize {
        self.at(place.block, place.from).saturating_sub(1)
    }

    fn after(&self, place: &Place) -> usize {
        self.at(place.to_block, place.to)
    }

    fn at(&self, block: usize, character: usize) -> usize {
        let begin = block.checked_sub(1).and_then(|n| self.begins.get(n)).copied().unwrap_or_default();
        (begin + character).min(self.chars.len())
    }

    /// Where the marks that close a clause end.
    fn rest_of_line(&self, from: usize) -> usize {
        let closing = |c: &&char| !c.is_alphanumeric() && **c != '\n' && **c != '（' && **c != '(';
        from + self.chars.get(from..).unwrap_or_default().iter().take_while(closing).count()
    }

    /// A stretch with what is in doubt marked.
    fn html(&self, from: usize, to: usize, marks: &[(usize, usize)]) -> String {
        let mut html = String::new();
        let mut open = false;
        for (n, c) in self.chars.iter().enumerate().take(to).skip(from) {
            let marked = marks.iter().any(|(from, to)| (*from..*to).contains(&n));
            if marked != open {
                html.push_str(if marked { "<mark>" } else { "</mark>" });
                open = marked;
            }
            html.push_str(&escaped(c.encode_utf8(&mut [0; 4])));
        }
        if open {
            html.push_str("</mark>");
        }
        html
    }
}

//! The paragraphs of a web page.

use scraper::{Html, Node};

use super::read::table_blocks;

/// Elements whose words are no part of the text.
const SKIPPED: [&str; 10] = ["head", "script", "style", "noscript", "template", "nav", "select", "button", "svg", "iframe"];

/// Elements that begin and end a paragraph.
const BLOCKS: [&str; 23] = [
    "p", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "header", "footer", "main", "aside", "br",
    "hr", "dt", "dd", "center", "form",
];

/// What has been read so far.
#[derive(Default)]
struct Page {
    blocks: Vec<String>,
    text: String,
    /// The rows of the outermost table being read.
    rows: Vec<Vec<String>>,
    tables: usize,
    skipped: usize,
}

/// The paragraphs and rows of tables of a page.
pub(super) fn blocks(page: &str) -> Vec<String> {
    let document = Html::parse_document(page);
    let mut page = Page::default();
    // Walked without recursion: a page can be nested deeper than a stack.
    let mut node = document.tree.root();
    'walk: loop {
        match node.value() {
            Node::Text(text) if page.skipped == 0 => page.text.push_str(&text.text),
            Node::Element(element) => page.open(element.name()),
            _ => {}
        }
        if let Some(child) = node.first_child() {
            node = child;
            continue;
        }
        loop {
            if let Node::Element(element) = node.value() {
                page.close(element.name());
            }
            if let Some(next) = node.next_sibling() {
                node = next;
                break;
            }
            let Some(parent) = node.parent() else { break 'walk };
            node = parent;
        }
    }
    page.paragraph();
    page.blocks
}

impl Page {
    fn open(&mut self, tag: &str) {
        if SKIPPED.contains(&tag) {
            self.skipped += 1;
        }
        match tag {
            "table" => {
                self.paragraph();
                self.tables += 1;
            }
            "tr" if self.tables == 1 => self.rows.push(Vec::new()),
            "td" | "th" if self.tables == 1 => {
                if let Some(row) = self.rows.last_mut() {
                    row.push(String::new());
                }
            }
            tag if BLOCKS.contains(&tag) => self.paragraph(),
            _ => {}
        }
    }

    fn close(&mut self, tag: &str) {
        if SKIPPED.contains(&tag) {
            self.skipped = self.skipped.saturating_sub(1);
        }
        match tag {
            "table" => {
                self.paragraph();
                self.tables = self.tables.saturating_sub(1);
                if self.tables == 0 {
                    self.blocks.extend(table_blocks(&std::mem::take(&mut self.rows)));
                }
            }
            "td" | "th" | "tr" => self.paragraph(),
            tag if BLOCKS.contains(&tag) => self.paragraph(),
            _ => {}
        }
    }

    /// Ends the paragraph being read: it goes to the cell, or to the page.
    fn paragraph(&mut self) {
        let text = std::mem::take(&mut self.text);
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.is_empty() {
            return;
        }
        match self.rows.last_mut().and_then(|row| row.last_mut()) {
            Some(cell) if self.tables != 0 => {
                if !cell.is_empty() {
                    cell.push('\n');
                }
                cell.push_str(&text);
            }
            _ => self.blocks.push(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::blocks;

    #[test]
    fn paragraphs_and_rows_are_kept_and_scripts_are_not() {
        let page = "<html><head><title>标题</title><script>var a = '甲';</script></head><body><h1>方案</h1><p>第一段<b>粗</b>体。</p>\
                    <table><tr><th>任务</th><th>牵头部门</th></tr><tr><td>截污</td><td>水务局</td></tr></table><p>最后</p></body></html>";
        assert_eq!(blocks(page), ["方案", "第一段粗体。", "任务：截污；牵头部门：水务局", "最后"]);
    }
}

//! `qingliu why`

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use judge::{Explanation, Verdict, explain, outcome_word};

use crate::cli::WhyArgs;
use crate::folder::Folder;

/// Observations printed under an input; the page and `--json` have them all.
const SHOWN: usize = 6;

pub(crate) fn run(args: WhyArgs) -> Result<ExitCode> {
    let folder = Folder::open(&args.data.data)?;
    let stored = folder.store.verdict(&args.verdict)?;
    let stored = stored.with_context(|| format!("there is no verdict `{}` (qingliu export verdicts lists them)", args.verdict))?;
    let verdict = Verdict::read(&stored.id, &stored.content)?;
    let explanation = explain(&folder.store, &folder.plan, verdict, folder.as_of(None)?)?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&explanation)?);
    } else {
        print!("{}", text(&explanation, &args.lang));
    }
    Ok(ExitCode::SUCCESS)
}

/// The tree as text.
fn text(why: &Explanation, lang: &str) -> String {
    let zh = lang == "zh";
    let verdict = &why.verdict;
    let mut lines = vec![why.sentence.get(lang).to_owned()];
    let mut outcome = outcome_word(verdict.outcome, lang).to_owned();
    if let Some(would_be) = verdict.would_be {
        outcome.push_str(&if zh {
            format!("(目标若经确认:{})", outcome_word(would_be, lang))
        } else {
            format!(" (if the target were confirmed: {})", outcome_word(would_be, lang))
        });
    }
    if verdict.made_up {
        outcome.push_str(if zh { " 【演示用虚构数据】" } else { " [made-up demonstration data]" });
    }
    lines.push(outcome);
    for clause in &why.clauses {
        let title = clause.task.as_ref().map(|task| format!("{task} {}", clause.title.get(lang))).unwrap_or_default();
        let short: String = clause.text.chars().take(60).collect();
        lines.push(format!("├─ {} {title}", if zh { "条款" } else { "clause" }).trim_end().to_owned());
        lines.push(format!("│    {short}{}", if 60 < clause.text.chars().count() { "…" } else { "" }));
    }
    lines.push(format!("├─ {} {} ({})", if zh { "规则" } else { "rule" }, verdict.rule, why.rule_title.get(lang)));
    for parameter in &why.parameters {
        let from = match parameter.from {
            Some(day) if zh => format!("自 {day} 起,"),
            Some(day) => format!("from {day}, "),
            None => String::new(),
        };
        lines.push(format!("│    {} = {} ({from}{}, {})", parameter.name, parameter.value, parameter.source.get(lang), parameter.sure));
    }
    for input in &why.inputs {
        let cells: Vec<String> = input
            .cells
            .iter()
            .filter(|(column, _)| !["place", "from", "to"].contains(&column.as_str()))
            .map(|(column, cell)| format!("{column} {cell}"))
            .collect();
        lines.push(format!("├─ {}", cells.join(" · ")));
        let cited = why
            .citations
            .iter()
            .find(|own| input.cells.get("item") == Some(&own.item) && (own.body.is_none() || own.body.as_ref() == input.cells.get("body")));
        if let Some(own) = cited {
            let cite = &own.citation;
            let table = if zh { format!("表{} 第{}项", cite.table, cite.no) } else { format!("table {}, no. {}", cite.table, cite.no) };
            lines.push(format!("│    {} {table}: {}", cite.standard, own.limits.join(" / ")));
        }
        for row in input.observations.iter().take(SHOWN) {
            let flag = if row.flag.is_empty() { String::new() } else { format!(" [{}]", row.flag) };
            lines.push(format!("│    {} {} {} ({}, {}){flag}", row.time, row.text, row.unit, row.source, row.name));
        }
        if SHOWN < input.observations.len() {
            let more = input.observations.len() - SHOWN;
            lines.push(if zh {
                format!("│    …… 另有 {more} 条观测(--json 列全)")
            } else {
                format!("│    … and {more} more observations (--json lists all)")
            });
        }
    }
    lines.push(format!("└─ id {} · digest {}…", why.id, why.digest.get(..12).unwrap_or_default()));
    lines.join("\n") + "\n"
}

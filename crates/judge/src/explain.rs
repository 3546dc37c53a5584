//! Why? The tree under a verdict: sentence, clause, inputs, observations, tables of the standard.

use std::collections::BTreeMap;

use facts::{Observation, ObservationQuery, Store};
use jiff::civil::Date;
use plan::period::Period;
use plan::schema::in_force;
use plan::{Plan, Text};
use serde::Serialize;
use standards::{Citation, Class, Item};

use crate::session::JudgeError;
use crate::verdict::{Outcome, Verdict};

/// A verdict with everything it rests on.
#[derive(Debug, Serialize)]
pub struct Explanation {
    /// Its id.
    pub id: String,
    /// The verdict.
    pub verdict: Verdict,
    /// Digest of its content.
    pub digest: String,
    /// The name of its subject.
    pub subject_name: Text,
    /// The answer in a sentence.
    pub sentence: Text,
    /// The reason in words.
    pub reason: Option<Text>,
    /// The rule's title.
    pub rule_title: Text,
    /// What the rule does, why, and how sure it is.
    pub card: plan::schema::Card,
    /// The words it applies.
    pub clauses: Vec<Step>,
    /// Numbers the rule uses, as they held at the end of the period.
    pub parameters: Vec<plan::Parameter>,
    /// The inputs with the observations under each.
    pub inputs: Vec<InputRow>,
    /// Rows of the standard that were met.
    pub citations: Vec<ItemCitation>,
    /// The query, for whoever wants to run it.
    pub sql: String,
}

/// A clause: where it stands and what it says.
#[derive(Debug, Serialize)]
pub struct Step {
    /// The task, where it is one.
    pub task: Option<String>,
    /// Its title.
    pub title: Text,
    /// What it says.
    pub text: String,
}

/// An input with what lies under it.
#[derive(Debug, Serialize)]
pub struct InputRow {
    /// The cells, by column.
    pub cells: BTreeMap<String, String>,
    /// The observations it was made of.
    pub observations: Vec<ObservationRow>,
}

/// A single observation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ObservationRow {
    /// Its name: series, time and version.
    pub name: String,
    /// When.
    pub time: String,
    /// The item.
    pub item: String,
    /// As the source printed it.
    pub text: String,
    /// Unit of the text.
    pub unit: String,
    /// In the item's unit.
    pub value: Option<String>,
    /// As published, in the item's unit.
    pub published: Option<String>,
    /// value, below, missing, not_measured.
    pub qualifier: &'static str,
    /// Flag of the source.
    pub flag: String,
    /// Method of analysis.
    pub method: String,
    /// Who reported it.
    pub source: String,
    /// The version; more than 1 for a correction.
    pub version: i64,
    /// Why it was corrected.
    pub reason: String,
    /// The batch it came with.
    pub batch: i64,
    /// Whether it was made up.
    pub made_up: bool,
}

impl From<&Observation> for ObservationRow {
    fn from(row: &Observation) -> Self {
        Self {
            name: row.name(),
            time: facts::time::print(row.time),
            item: row.item.clone(),
            text: row.text.clone(),
            unit: row.unit.clone(),
            value: row.value.map(|value| value.to_string()),
            published: row.published.map(|value| value.to_string()),
            qualifier: row.qualifier.id(),
            flag: row.flag.clone(),
            method: row.method.clone(),
            source: row.source.clone(),
            version: row.version,
            reason: row.reason.clone(),
            batch: row.batch,
            made_up: row.made_up,
        }
    }
}

/// The row of a standard that limits an item, with its limits.
#[derive(Debug, Serialize)]
pub struct ItemCitation {
    /// The item.
    pub item: String,
    /// Where.
    pub citation: Citation,
    /// Limits of classes I to V as printed.
    pub limits: Vec<String>,
    /// River or lake, where it matters.
    pub body: Option<String>,
}

/// Gathers everything a verdict rests on, as known on the day it was made for.
pub fn explain(store: &Store, plan: &Plan, verdict: Verdict, as_of: Date) -> Result<Explanation, JudgeError> {
    let rule = plan.rule(&verdict.rule).ok_or_else(|| JudgeError::Rule {
        place: format!("verdict {}", verdict.id),
        message: format!("its rule `{}` is no longer in the pack", verdict.rule),
    })?;
    let mut inputs = Vec::with_capacity(verdict.inputs.len());
    for cells in &verdict.inputs {
        let observations = observations_under(store, cells, as_of)?;
        inputs.push(InputRow { cells: cells.clone(), observations });
    }
    let names = Names { store, plan };
    let subject_name = names.subject(&verdict.subject_kind, &verdict.subject)?;
    let reason = verdict.reason.as_ref().map(|word| reason_text(rule, word));
    let mut clauses: Vec<Step> = Vec::new();
    for name in &rule.tasks {
        if let Some(task) = plan.task(name.get_ref()) {
            clauses.push(Step { task: Some(name.get_ref().clone()), title: task.title.clone(), text: task.text.clone() });
        }
    }
    if let Some(clause) = &rule.clause {
        clauses.push(Step { task: None, title: Text::default(), text: clause.zh.clone() });
    }
    Ok(Explanation {
        id: verdict.id.clone(),
        digest: facts::merkle::sha256_hex(verdict.content().as_bytes()),
        sentence: sentences(plan, rule, &verdict, &subject_name),
        subject_name: subject_name.clone(),
        reason,
        rule_title: rule.title.clone(),
        card: rule.card.clone(),
        clauses,
        parameters: numbers_of(rule, &verdict),
        citations: citations(rule.cites.as_deref(), &inputs),
        inputs,
        sql: rule.sql.get_ref().trim().to_owned(),
        verdict,
    })
}

/// The numbers a verdict was judged by.
fn numbers_of(rule: &plan::Rule, verdict: &Verdict) -> Vec<plan::Parameter> {
    match verdict.period.parse::<Period>() {
        Ok(period) => in_force(&rule.parameter, period.last()).into_iter().cloned().collect(),
        // A period of the pack's own; such a rule has no dated numbers.
        Err(_) => rule.parameter.clone(),
    }
}

/// The answer of a verdict in a sentence, in both languages.
pub fn sentences(plan: &Plan, rule: &plan::Rule, verdict: &Verdict, subject_name: &Text) -> Text {
    let template = match verdict.outcome {
        Outcome::Pass => &rule.sentence.pass,
        Outcome::Fail => &rule.sentence.fail,
        Outcome::Undetermined => &rule.sentence.undetermined,
        Outcome::NotApplicable => rule.sentence.not_applicable.as_ref().unwrap_or(&rule.sentence.undetermined),
    };
    let reason = verdict.reason.as_ref().map(|word| reason_text(rule, word));
    let fill = |lang: &str| sentence(template.get(lang), verdict, subject_name, reason.as_ref(), plan, lang);
    Text { zh: fill("zh"), en: fill("en") }
}

/// The observations that an input names by `place`, `item`, `from` and `to`.
fn observations_under(store: &Store, cells: &BTreeMap<String, String>, as_of: Date) -> Result<Vec<ObservationRow>, JudgeError> {
    let (Some(place), Some(item)) = (cells.get("place"), cells.get("item")) else { return Ok(Vec::new()) };
    let day = |column: &str| cells.get(column).and_then(|text| text.parse::<Date>().ok());
    let known_at = facts::time::end_of(as_of);
    let query = ObservationQuery {
        place: Some(place.clone()),
        items: vec![item.clone()],
        from: day("from").map(facts::time::start_of),
        to: Some(day("to").map_or(known_at, facts::time::end_of).min(known_at)),
        known_at: Some(known_at),
        all_versions: false,
    };
    Ok(store.observations(&query)?.iter().map(ObservationRow::from).collect())
}

fn citations(standard: Option<&str>, inputs: &[InputRow]) -> Vec<ItemCitation> {
    let mut seen = std::collections::BTreeSet::new();
    let mut found = Vec::new();
    for cells in inputs.iter().map(|input| &input.cells) {
        let Some(item) = cells.get("item").and_then(|id| Item::by_id(id).ok()) else { continue };
        let body = cells.get("body").cloned();
        if !seen.insert((item, body.clone())) {
            continue;
        }
        let classes = &Class::ALL[..5];
        match standard {
            Some("gb3838") => {
                let kind = body.as_deref().and_then(|body| body.parse().ok()).unwrap_or(standards::surface::Body::River);
                if let Some(citation) = Citation::gb3838(item) {
                    let limits =
                        classes.iter().filter_map(|class| standards::surface::limit(item, *class, kind)).map(str::to_owned).collect();
                    found.push(ItemCitation { item: item.id().to_owned(), citation, limits, body });
                }
            }
            Some("gbt14848") => {
                if let Some(citation) = Citation::gbt14848(item) {
                    let limits = classes
                        .iter()
                        .filter_map(|class| standards::groundwater::limit(item, *class))
                        .map(|(limit, unit)| format!("{limit} {unit}"))
                        .collect();
                    found.push(ItemCitation { item: item.id().to_owned(), citation, limits, body: None });
                }
            }
            _ => {}
        }
    }
    found
}

/// Names of subjects in both languages.
pub struct Names<'a> {
    /// Where entries are.
    pub store: &'a Store,
    /// The plan.
    pub plan: &'a Plan,
}

impl std::fmt::Debug for Names<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Names")
    }
}

impl Names<'_> {
    /// What a subject is called.
    pub fn subject(&self, kind: &str, id: &str) -> Result<Text, JudgeError> {
        let own = || Text { zh: id.to_owned(), en: id.to_owned() };
        Ok(match kind {
            "task" => self.plan.task(id).map_or_else(own, |task| task.title.clone()),
            "unit" => self.plan.unit(id).map_or_else(own, |unit| unit.name.clone()),
            "duty" => self.plan.duties.iter().find(|duty| duty.id.get_ref() == id).map_or_else(own, |duty| duty.what.clone()),
            "deadline" => self.deadline(id).map_or_else(own, |deadline| deadline.what.clone()),
            "basin" => own(),
            kind => match self.store.entry(kind, id)? {
                Some(entry) if !entry.get("name_zh").is_empty() => {
                    Text { zh: entry.get("name_zh").to_owned(), en: entry.get("name_en").to_owned() }
                }
                _ => own(),
            },
        })
    }

    fn deadline(&self, id: &str) -> Option<&plan::Deadline> {
        let (task, number) = id.rsplit_once('-')?;
        self.plan.task(task)?.deadline.get(number.parse::<usize>().ok()?.checked_sub(1)?)
    }
}

/// Words for a reason: the rule's own, or those every rule shares.
pub fn reason_text(rule: &plan::Rule, word: &str) -> Text {
    if let Some(text) = rule.reason.get(word) {
        return text.clone();
    }
    let (zh, en) = match word {
        "unconfirmed_target" => ("目标尚未确认", "the target is not yet confirmed"),
        "no_value_yet" => ("规则所用的数值当时尚未生效", "a number that the rule uses did not hold yet"),
        "no_data" => ("没有监测数据", "there is no monitoring data"),
        "no_target" => ("没有设定目标", "no target is set"),
        "too_few_items" => ("评价项目不足", "too few items were measured"),
        "too_few_rounds" => ("监测次数不足", "there are too few rounds of sampling"),
        "period_not_over" => ("评价期未结束", "the period is not over"),
        "no_report" => ("尚无报告或证明材料", "nothing was reported yet"),
        "not_due" => ("尚未到期", "it is not yet due"),
        other => (other, other),
    };
    Text { zh: zh.to_owned(), en: en.to_owned() }
}

/// Fills a sentence: `{column}` is a fact; `{class:class}`, `{deciding:items}`, `{main:pollutants}`, `{unit:unit}` are
/// facts in the words of the language.
fn sentence(template: &str, verdict: &Verdict, subject: &Text, reason: Option<&Text>, plan: &Plan, lang: &str) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((key, tail)) = after.split_once('}') else {
            text.push('{');
            rest = after;
            continue;
        };
        let (name, form) = key.split_once(':').unwrap_or((key, ""));
        let value = match name {
            "subject" => subject.get(lang).to_owned(),
            "period" => verdict.period.clone(),
            "reason" => reason.map_or_else(String::new, |reason| reason.get(lang).to_owned()),
            "would_be" => verdict.would_be.map_or_else(String::new, |outcome| outcome_word(outcome, lang).to_owned()),
            fact => verdict.facts.get(fact).cloned().unwrap_or_else(|| "—".to_owned()),
        };
        text.push_str(&in_words(&value, form, plan, lang));
        rest = tail;
    }
    text.push_str(rest);
    text
}

fn in_words(value: &str, form: &str, plan: &Plan, lang: &str) -> String {
    match form {
        "class" => class_word(value, lang),
        "items" => value.split(',').map(|id| item_word(id, lang)).collect::<Vec<_>>().join(if lang == "zh" { "、" } else { ", " }),
        "pollutants" => {
            let named = value.split(',').map(|part| match part.split_once('(') {
                Some((id, multiple)) => format!("{}({multiple}", item_word(id, lang)),
                None => item_word(part, lang),
            });
            named.collect::<Vec<_>>().join(if lang == "zh" { "、" } else { ", " })
        }
        "unit" => plan.unit_name(value, lang).to_owned(),
        _ => value.to_owned(),
    }
}

/// A class in the words of a language: `Ⅲ类`, `class III`.
pub fn class_word(class: &str, lang: &str) -> String {
    match class.parse::<Class>() {
        Ok(Class::InferiorV) if lang == "en" => "inferior to class V".to_owned(),
        Ok(class) if lang == "en" => format!("class {class}"),
        Ok(class) => format!("{}类", class.zh()),
        Err(_) => class.to_owned(),
    }
}

fn item_word(id: &str, lang: &str) -> String {
    match Item::by_id(id) {
        Ok(item) if lang == "en" => item.en().to_owned(),
        Ok(item) => item.zh().to_owned(),
        Err(_) => id.to_owned(),
    }
}

/// An outcome in the words of a language.
pub fn outcome_word(outcome: Outcome, lang: &str) -> &'static str {
    match (outcome, lang) {
        (Outcome::Pass, "en") => "pass",
        (Outcome::Fail, "en") => "fail",
        (Outcome::Undetermined, "en") => "undetermined",
        (Outcome::NotApplicable, "en") => "not applicable",
        (Outcome::Pass, _) => "达标",
        (Outcome::Fail, _) => "不达标",
        (Outcome::Undetermined, _) => "暂不能判定",
        (Outcome::NotApplicable, _) => "不适用",
    }
}

//! Running the rules and indicators of a pack.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::common::{ParamValues, ScalarValue};
use facts::verdict::JudgementChange;
use facts::{Change, IndicatorValue, Store, StoredVerdict};
use plan::{Grain, Indicator, Plan, Problem, Rule};
use rust_decimal::Decimal;
use serde_json::json;
use sha2::{Digest, Sha256};
use standards::Scaled;

use crate::answer::Answer;
use crate::session::{JudgeError, Session};
use crate::verdict::{Outcome, UNCONFIRMED_TARGET, Verdict, verdict_id};

/// Columns of a rule's query that are not facts of the verdict.
const OWN_COLUMNS: [&str; 6] = ["subject", "period", "outcome", "reason", "assumed", "made_up"];

/// What a judgement gave.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// The verdicts, in the order of rule, subject and period.
    pub verdicts: Vec<Verdict>,
    /// Values of indicators.
    pub values: Vec<IndicatorValue>,
}

impl Judgement {
    /// Keeps it in the store.
    pub fn keep(&self, store: &Store, plan: &Plan, session: &Session, change: &Change) -> Result<JudgementChange, JudgeError> {
        let as_of = session.as_of().to_string();
        let stored: Vec<StoredVerdict> = self
            .verdicts
            .iter()
            .map(|verdict| {
                let content = verdict.content();
                StoredVerdict {
                    id: verdict.id.clone(),
                    version: 0,
                    rule: verdict.rule.clone(),
                    subject: verdict.subject.clone(),
                    period: verdict.period.clone(),
                    outcome: verdict.outcome.id().to_owned(),
                    digest: facts::merkle::sha256_hex(content.as_bytes()),
                    content,
                    as_of: as_of.clone(),
                }
            })
            .collect();
        let with = json!({"pack": plan.digest, "standards": standards::digest(), "as_of": as_of});
        Ok(store.put_judgement(&stored, &self.values, &with, change)?)
    }
}

/// Runs every rule and indicator of the pack. `told` hears the name of each before it runs.
pub async fn judge(session: &Session, plan: &Plan, told: impl Fn(&str)) -> Result<Judgement, JudgeError> {
    let mut verdicts = Vec::new();
    for rule in &plan.rules {
        told(rule.id.get_ref());
        verdicts.extend(run_rule(session, rule).await?);
    }
    let mut values = Vec::new();
    for indicator in &plan.indicators {
        told(indicator.id.get_ref());
        values.extend(run_indicator(session, indicator).await?);
    }
    verdicts.sort_by(|a, b| (&a.rule, &a.subject, &a.period).cmp(&(&b.rule, &b.subject, &b.period)));
    Ok(Judgement { verdicts, values })
}

/// Runs the rules that are asked for and no indicator: what a test of one rule needs.
pub async fn judge_by(session: &Session, plan: &Plan, asked: impl Fn(&str) -> bool) -> Result<Judgement, JudgeError> {
    let mut verdicts = Vec::new();
    for rule in plan.rules.iter().filter(|rule| asked(rule.id.get_ref())) {
        verdicts.extend(run_rule(session, rule).await?);
    }
    Ok(Judgement { verdicts, values: Vec::new() })
}

async fn run_rule(session: &Session, rule: &Rule) -> Result<Vec<Verdict>, JudgeError> {
    let place = format!("rule {}", rule.id.get_ref());
    let wrong = |message: String| JudgeError::Rule { place: place.clone(), message };
    let said = |error: JudgeError| match error {
        JudgeError::Query(_) => wrong(error.to_string()),
        other => other,
    };
    let answer = session.sql_with(rule.sql.get_ref(), parameters(rule)).await.map_err(said)?;
    let mut inputs = match &rule.inputs_sql {
        Some(sql) => grouped(session.sql_with(sql.get_ref(), parameters(rule)).await.map_err(said)?, rule, session).map_err(wrong)?,
        None => BTreeMap::new(),
    };
    let mut seen = BTreeSet::new();
    let digest = rule_digest(rule);
    let mut verdicts = Vec::with_capacity(answer.rows.len());
    for row in 0..answer.rows.len() {
        let mut verdict = read_row(&answer, row, rule, session).map_err(wrong)?;
        let key = (verdict.subject.clone(), verdict.period.clone());
        if !seen.insert(key.clone()) {
            return Err(wrong(format!("two rows for {} in {} (expected one row for each subject and period)", key.0, key.1)));
        }
        verdict.inputs = inputs.remove(&key).unwrap_or_default();
        verdict.rule_digest.clone_from(&digest);
        verdicts.push(verdict);
    }
    Ok(verdicts)
}

fn parameters(rule: &Rule) -> Option<ParamValues> {
    let values: Vec<(&str, ScalarValue)> = rule.parameter.iter().map(|own| (own.name.as_str(), decimal_scalar(own.value))).collect();
    (!values.is_empty()).then(|| values.into())
}

pub(crate) fn decimal_scalar(value: Decimal) -> ScalarValue {
    let scaled = Scaled::from(value);
    ScalarValue::Decimal128(Some(scaled.mantissa), 28, i8::try_from(scaled.scale).unwrap_or(0))
}

fn rule_digest(rule: &Rule) -> String {
    let mut hash = Sha256::new();
    let mut add = |text: &str| {
        hash.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(text.as_bytes());
    };
    add(rule.sql.get_ref());
    add(rule.inputs_sql.as_ref().map_or("", |sql| sql.get_ref()));
    for parameter in &rule.parameter {
        add(&parameter.name);
        add(&parameter.value.to_string());
    }
    facts::merkle::hex(&hash.finalize())
}

fn read_row(answer: &Answer, row: usize, rule: &Rule, session: &Session) -> Result<Verdict, String> {
    let cell = |column: &str| answer.get(row, column);
    let subject = cell("subject").ok_or("a row without a subject")?.to_owned();
    let period = match (cell("period"), rule.grain) {
        (Some(period), _) => period.to_owned(),
        (None, Grain::AsOf) => session.as_of().to_string(),
        (None, _) => return Err(format!("{subject}: a row without a period")),
    };
    let mut outcome: Outcome = cell("outcome").ok_or_else(|| format!("{subject} in {period}: a row without an outcome"))?.parse()?;
    let mut reason = cell("reason").map(str::to_owned);
    let mut would_be = None;
    let assumed = cell("assumed") == Some("true");
    if assumed && matches!(outcome, Outcome::Pass | Outcome::Fail) {
        would_be = Some(outcome);
        outcome = Outcome::Undetermined;
        reason = Some(UNCONFIRMED_TARGET.to_owned());
    }
    if matches!(outcome, Outcome::Undetermined | Outcome::NotApplicable) && reason.is_none() {
        return Err(format!("{subject} in {period}: {outcome} without a reason"));
    }
    let facts = answer
        .columns
        .iter()
        .zip(&answer.rows[row])
        .filter(|(column, _)| !OWN_COLUMNS.contains(&column.as_str()))
        .filter_map(|(column, cell)| Some((column.clone(), cell.clone()?)))
        .collect();
    Ok(Verdict {
        id: verdict_id(rule.id.get_ref(), &subject, &period),
        rule: rule.id.get_ref().clone(),
        rule_digest: String::new(),
        standards_digest: standards::digest().to_owned(),
        subject_kind: rule.subject.get_ref().clone(),
        subject,
        period,
        outcome,
        reason,
        would_be,
        made_up: cell("made_up") == Some("true"),
        facts,
        inputs: Vec::new(),
    })
}

type Inputs = BTreeMap<(String, String), Vec<BTreeMap<String, String>>>;

/// The inputs by subject and period; rows of a group sorted, so that the order of the engine never shows.
fn grouped(answer: Answer, rule: &Rule, session: &Session) -> Result<Inputs, String> {
    let subject = answer.column("subject").ok_or("inputs_sql has no column `subject`")?;
    let period = answer.column("period");
    let mut groups: Inputs = BTreeMap::new();
    for row in answer.rows {
        let key_period = match period.and_then(|column| row[column].clone()) {
            Some(period) => period,
            None if rule.grain == Grain::AsOf => session.as_of().to_string(),
            None => return Err("inputs_sql has a row without a period".to_owned()),
        };
        let Some(key) = row[subject].clone() else { return Err("inputs_sql has a row without a subject".to_owned()) };
        let cells = answer.columns.iter().zip(row).enumerate().filter(|(place, _)| *place != subject && Some(*place) != period);
        let cells: BTreeMap<String, String> = cells.filter_map(|(_, (column, cell))| Some((column.clone(), cell?))).collect();
        groups.entry((key, key_period)).or_default().push(cells);
    }
    groups.values_mut().for_each(|rows| rows.sort_by_key(order_of_inputs));
    Ok(groups)
}

/// Items in the order of the standard's table, then by whatever else is there.
fn order_of_inputs(cells: &BTreeMap<String, String>) -> (usize, Vec<(String, String)>) {
    let item = cells.get("item").and_then(|id| standards::Item::by_id(id).ok()).map_or(usize::MAX, standards::Item::no);
    (item, cells.iter().map(|(column, cell)| (column.clone(), cell.clone())).collect())
}

async fn run_indicator(session: &Session, indicator: &Indicator) -> Result<Vec<IndicatorValue>, JudgeError> {
    let Some(sql) = &indicator.sql else { return Ok(Vec::new()) };
    let place = format!("indicator {}", indicator.id.get_ref());
    let wrong = |message: String| JudgeError::Rule { place: place.clone(), message };
    let answer = session.sql(sql.get_ref()).await.map_err(|error| match error {
        JudgeError::Query(_) => wrong(error.to_string()),
        other => other,
    })?;
    let mut values: Vec<IndicatorValue> = Vec::with_capacity(answer.rows.len());
    for row in 0..answer.rows.len() {
        let need = |column: &str| answer.get(row, column).map(str::to_owned).ok_or_else(|| wrong(format!("a row without `{column}`")));
        let value = answer.get(row, "value").map(standards::decimal).transpose().map_err(|error| wrong(error.to_string()))?;
        let value = value
            .map(|value| indicator.digits.map_or(value.normalize(), |digits| standards::rounding::half_even(value, digits)).to_string());
        values.push(IndicatorValue {
            indicator: indicator.id.get_ref().clone(),
            unit: need("unit")?,
            period: need("period")?,
            value,
            made_up: answer.get(row, "made_up") == Some("true"),
        });
    }
    values.sort_by(|a, b| (&a.unit, &a.period).cmp(&(&b.unit, &b.period)));
    Ok(values)
}

/// Names in braces in a rule's sentences that nothing fills.
fn unknown_names(rule: &Rule, columns: &[String]) -> Vec<String> {
    let own = &rule.sentence;
    let texts = [Some(&own.pass), Some(&own.fail), Some(&own.undetermined), own.not_applicable.as_ref()];
    let mut unknown: Vec<String> = Vec::new();
    for text in texts.into_iter().flatten().flat_map(|text| [&text.zh, &text.en]) {
        for name in text.split('{').skip(1).filter_map(|rest| rest.split_once('}')) {
            // `{class:class}` names the column and in whose words it is said.
            let name = name.0.split(':').next().unwrap_or_default();
            let known = ["subject", "period", "reason"].contains(&name) || columns.iter().any(|column| column == name);
            if !known && !unknown.iter().any(|own| own == name) {
                unknown.push(name.to_owned());
            }
        }
    }
    unknown
}

/// Plans every query of a pack without any fact, and says what does not fit.
pub async fn check_pack(plan: &Plan) -> Result<Vec<Problem>, JudgeError> {
    let session = Session::without_facts(plan).await?;
    let mut problems = Vec::new();
    let mut say = |file: String, key: &str, message: String| problems.push(Problem { file, line: 0, key: key.to_owned(), message });
    for rule in &plan.rules {
        let file = format!("rules/{}.toml", rule.id.get_ref());
        let queries = [("sql", Some(&rule.sql), &["subject", "outcome"][..]), ("inputs_sql", rule.inputs_sql.as_ref(), &["subject"][..])];
        for (key, sql, needed) in queries {
            let Some(sql) = sql else { continue };
            match session.plan_only(sql.get_ref(), parameters(rule)).await {
                Ok(columns) => {
                    for name in unknown_names(rule, &columns).into_iter().filter(|_| key == "sql") {
                        say(
                            file.clone(),
                            "sentence",
                            format!(
                                "`{{{name}}}` is no column of the rule's query (expected one of subject, period, reason, {})",
                                columns.join(", ")
                            ),
                        );
                    }
                    let period = (rule.grain != Grain::AsOf).then_some("period");
                    for column in needed.iter().copied().chain(period).filter(|column| !columns.iter().any(|own| own == column)) {
                        say(file.clone(), key, format!("gives {} (expected a column `{column}` too)", columns.join(", ")));
                    }
                }
                Err(error) => say(file.clone(), key, error.to_string()),
            }
        }
    }
    for indicator in &plan.indicators {
        let Some(sql) = &indicator.sql else { continue };
        let file = format!("indicators/{}.toml", indicator.id.get_ref());
        match session.plan_only(sql.get_ref(), None).await {
            Ok(columns) => {
                for column in ["unit", "period", "value"].into_iter().filter(|column| !columns.iter().any(|own| own == column)) {
                    say(file.clone(), "sql", format!("gives {} (expected a column `{column}` too)", columns.join(", ")));
                }
            }
            Err(error) => say(file, "sql", error.to_string()),
        }
    }
    Ok(problems)
}

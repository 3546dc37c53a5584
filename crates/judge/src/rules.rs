//! Running the rules and indicators of a pack.

mod check;
mod contradiction;

use std::collections::{BTreeMap, BTreeSet};

use datafusion::common::{ParamValues, ScalarValue};
use facts::verdict::JudgementChange;
use facts::{Change, IndicatorValue, Store, StoredVerdict};
use plan::period::Period;
use plan::schema::{Stretch, stretches};
use plan::{Grain, Indicator, Plan, Rule};
use rust_decimal::Decimal;
use serde_json::json;
use sha2::{Digest, Sha256};
use standards::Scaled;

use crate::answer::Answer;
use crate::session::{JudgeError, Session};
use crate::verdict::{NO_VALUE_YET, Outcome, UNCONFIRMED_TARGET, Verdict, verdict_id};

pub use check::check_pack;

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
    contradiction::refuse(plan, &verdicts)?;
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
    contradiction::refuse(plan, &verdicts)?;
    Ok(Judgement { verdicts, values: Vec::new() })
}

/// Runs a rule once for each stretch of time in which its numbers stay as they are. A row counts in the stretch in which
/// the last day of its period lies, so that each period is judged by the numbers of its own time.
async fn run_rule(session: &Session, rule: &Rule) -> Result<Vec<Verdict>, JudgeError> {
    let mut verdicts = Vec::new();
    for stretch in stretches(&rule.parameter) {
        verdicts.extend(run_stretch(session, rule, &stretch).await?);
    }
    Ok(verdicts)
}

async fn run_stretch(session: &Session, rule: &Rule, stretch: &Stretch<'_>) -> Result<Vec<Verdict>, JudgeError> {
    let place = format!("rule {}", rule.id.get_ref());
    let wrong = |message: String| JudgeError::Rule { place: place.clone(), message };
    let said = |error: JudgeError| match error {
        JudgeError::Query(_) => wrong(error.to_string()),
        other => other,
    };
    let answer = session.sql_with(rule.sql.get_ref(), parameters(stretch)).await.map_err(said)?;
    let mut inputs = match &rule.inputs_sql {
        Some(sql) => grouped(session.sql_with(sql.get_ref(), parameters(stretch)).await.map_err(said)?, rule, session).map_err(wrong)?,
        None => BTreeMap::new(),
    };
    let mut seen = BTreeSet::new();
    let digest = rule_digest(rule, stretch);
    let doubt = Doubt::of(&answer, rule, stretch);
    let mut verdicts = Vec::with_capacity(answer.rows.len());
    for row in 0..answer.rows.len() {
        let key = key_of(&answer, row, rule, session).map_err(wrong)?;
        if !is_of(stretch, &key.1).map_err(wrong)? {
            continue;
        }
        if !seen.insert(key.clone()) {
            return Err(wrong(format!("two rows for {} in {} (expected one row for each subject and period)", key.0, key.1)));
        }
        let mut verdict = read_row(&answer, row, rule, doubt, key.clone()).map_err(wrong)?;
        verdict.inputs = inputs.remove(&key).unwrap_or_default();
        verdict.rule_digest.clone_from(&digest);
        verdicts.push(verdict);
    }
    Ok(verdicts)
}

/// Whether a period is judged by the numbers of a stretch: its last day lies in it.
fn is_of(stretch: &Stretch<'_>, period: &str) -> Result<bool, String> {
    if stretch.is_always() {
        return Ok(true);
    }
    period
        .parse::<Period>()
        .map(|period| stretch.holds(period.last()))
        .map_err(|error| format!("{error}, so no dated number is known for it"))
}

/// The values of a stretch; NULL for a number that has none yet.
fn parameters(stretch: &Stretch<'_>) -> Option<ParamValues> {
    let valued = stretch.in_force.iter().map(|own| (own.name.as_str(), decimal_scalar(own.value)));
    let none = stretch.not_yet.iter().map(|own| (own.name.as_str(), no_value_like(own.value)));
    let values: Vec<(&str, ScalarValue)> = valued.chain(none).collect();
    (!values.is_empty()).then(|| values.into())
}

fn no_value_like(value: Decimal) -> ScalarValue {
    ScalarValue::Decimal128(None, 28, i8::try_from(Scaled::from(value).scale).unwrap_or(0))
}

pub(crate) fn decimal_scalar(value: Decimal) -> ScalarValue {
    let scaled = Scaled::from(value);
    ScalarValue::Decimal128(Some(scaled.mantissa), 28, i8::try_from(scaled.scale).unwrap_or(0))
}

fn rule_digest(rule: &Rule, stretch: &Stretch<'_>) -> String {
    let mut hash = Sha256::new();
    let mut add = |text: &str| {
        hash.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(text.as_bytes());
    };
    add(rule.sql.get_ref());
    add(rule.inputs_sql.as_ref().map_or("", |sql| sql.get_ref()));
    // Only the numbers of its own time: a value that holds from another day on makes no new version of this verdict.
    for parameter in &stretch.in_force {
        add(&parameter.name);
        add(&parameter.value.to_string());
    }
    facts::merkle::hex(&hash.finalize())
}

/// Subject and period of a row.
fn key_of(answer: &Answer, row: usize, rule: &Rule, session: &Session) -> Result<(String, String), String> {
    let subject = answer.get(row, "subject").ok_or("a row without a subject")?.to_owned();
    let period = match (answer.get(row, "period"), rule.grain) {
        (Some(period), _) => period.to_owned(),
        (None, Grain::AsOf) => session.as_of().to_string(),
        (None, _) => return Err(format!("{subject}: a row without a period")),
    };
    Ok((subject, period))
}

/// What stands in the way of a conclusion in every row of a stretch.
#[derive(Clone, Copy)]
struct Doubt {
    /// The query rests on a number that has no value yet, and does not ask for it.
    lacking: bool,
    /// Nobody confirmed a number that the query uses, and the query says nothing of it.
    unsaid: bool,
}

impl Doubt {
    fn of(answer: &Answer, rule: &Rule, stretch: &Stretch<'_>) -> Self {
        let lacking = stretch.not_yet.iter().any(|own| rule.uses(&own.name) && !rule.asks_for_value(&own.name));
        let open = || stretch.in_force.iter().any(|own| own.is_open() && rule.uses(&own.name));
        Self { lacking, unsaid: answer.column("assumed").is_none() && open() }
    }
}

fn read_row(answer: &Answer, row: usize, rule: &Rule, doubt: Doubt, key: (String, String)) -> Result<Verdict, String> {
    let cell = |column: &str| answer.get(row, column);
    let (subject, period) = key;
    let mut outcome: Outcome = match cell("outcome") {
        Some(word) => word.parse()?,
        None if doubt.lacking => Outcome::Undetermined,
        None => return Err(format!("{subject} in {period}: a row without an outcome")),
    };
    let mut reason = cell("reason").map(str::to_owned);
    let mut would_be = None;
    let assumed = doubt.unsaid || cell("assumed") == Some("true");
    if doubt.lacking && (matches!(outcome, Outcome::Pass | Outcome::Fail) || reason.is_none()) {
        outcome = Outcome::Undetermined;
        reason = Some(NO_VALUE_YET.to_owned());
    } else if assumed && matches!(outcome, Outcome::Pass | Outcome::Fail) {
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

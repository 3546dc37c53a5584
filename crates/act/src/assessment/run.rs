//! Filling the sheets: the queries of an assessment over verdicts and registers, and which verdicts each row rests on.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;
use judge::{Answer, Given, JudgeError, Outcome, Session, Verdict};
use plan::period::Period;
use plan::schema::{Assessment, ScoreItem, in_force};
use plan::{Plan, Problem};
use rust_decimal::Decimal;

use super::{Amount, BadShare, Evidence, Found, Scored, VetoFound, rank, score_unit};

/// Verdicts of a year that say something, with the county their subject lies in. Rules that are as of a day count for the
/// year of that day and for the year before, which is the one that is assessed then.
const OF_YEAR: &str = "SELECT county AS unit, rule, subject, period FROM verdicts \
    WHERE county IS NOT NULL AND outcome <> 'not_applicable' AND CASE WHEN grain = 'as_of' THEN year IN ($year, $next_year) ELSE year = $year END \
    ORDER BY county, rule, subject, period";

/// Columns a query for amounts gives: one set or the other.
static AMOUNTS: [&[&str]; 2] = [&["unit", "ok", "total"], &["unit", "score"]];
/// Columns a query for verdicts gives.
static EVIDENCE: [&[&str]; 1] = [&["unit", "rule", "subject", "period"]];
/// Columns a query for what gives the lowest grade gives.
static VETO: [&[&str]; 1] = [&["unit", "reason"]];

/// Why an assessment cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The query cannot be planned or run.
    #[error(transparent)]
    Judge(#[from] JudgeError),
    /// A query gives what it may not give.
    #[error("{place}: {message}")]
    Row {
        /// The assessment and the item.
        place: String,
        /// What is wrong and what was expected.
        message: String,
    },
    /// An amount that no item can have.
    #[error(transparent)]
    Share(#[from] BadShare),
}

/// What is found, by unit and item.
type ByUnit = BTreeMap<String, BTreeMap<String, Found>>;

/// Scores a year. The session has the verdicts as a table ([`Session::with_verdicts`]).
pub async fn score_year(
    session: &Session,
    plan: &Plan,
    assessment: &Assessment,
    year: i16,
    verdicts: &[&Verdict],
) -> Result<Scored, RunError> {
    let (this, next) = (format!("{year:04}"), format!("{:04}", i32::from(year) + 1));
    let given = given(assessment, &this, &next);
    let evidence: HashMap<&str, &Verdict> = verdicts.iter().map(|verdict| (verdict.id.as_str(), *verdict)).collect();
    let of_year = rows_of_evidence(&session.sql_given(OF_YEAR, &given).await?, &evidence, "verdicts")?;
    let mut found = ByUnit::new();
    let items: Vec<&ScoreItem> = assessment.items().collect();
    for item in items {
        let place = format!("assessment {}, item {}", assessment.id.get_ref(), item.id.get_ref());
        let of_item = match assessment.queries(item) {
            Some((amounts, rests_on)) => {
                let mut given = given.clone();
                given.push(("item", Given::Text(item.id.get_ref())));
                let amounts = session.sql_given(amounts, &given).await?;
                let rests_on = rows_of_evidence(&session.sql_given(rests_on, &given).await?, &evidence, &place)?;
                asked(&amounts, rests_on, &place)?
            }
            None => counted(item, &of_year),
        };
        for (unit, own) in of_item {
            found.entry(unit).or_default().insert(item.id.get_ref().clone(), own);
        }
    }
    let mut vetoes = vetoes(session, assessment, &given, &evidence).await?;
    let nothing = BTreeMap::new();
    let mut units = Vec::new();
    for unit in plan.head.unit.iter().filter(|unit| assessment.covers(unit)) {
        let id = unit.id.get_ref();
        let own = found.get(id).unwrap_or(&nothing);
        units.push(score_unit(assessment, year, id, own, vetoes.remove(id).unwrap_or_default())?);
    }
    rank(assessment, &mut units);
    Ok(Scored { assessment: assessment.id.get_ref().clone(), year, as_of: session.as_of().to_string(), pack: plan.digest.clone(), units })
}

/// Values for the names of the queries: numbers as they hold at the end of the year.
fn given<'a>(assessment: &'a Assessment, year: &'a str, next_year: &'a str) -> Vec<(&'a str, Given<'a>)> {
    let last_day = year.parse::<Period>().map_or(Date::MAX, Period::last);
    let own = in_force(&assessment.parameter, last_day).into_iter().map(|own| (own.name.as_str(), Given::Number(own.value)));
    [("year", Given::Text(year)), ("next_year", Given::Text(next_year))].into_iter().chain(own).collect()
}

/// Passing and failing verdicts of the item's rules, by unit. Those that say neither stand beside them and count nothing.
fn counted(item: &ScoreItem, of_year: &BTreeMap<String, Vec<Evidence>>) -> BTreeMap<String, Found> {
    let rules: BTreeSet<&str> = item.rules.iter().map(|rule| rule.get_ref().as_str()).collect();
    let of_unit = |all: &[Evidence]| {
        let evidence: Vec<Evidence> = all.iter().filter(|own| rules.contains(own.rule.as_str())).cloned().collect();
        let count = |outcome: Outcome| Decimal::from(evidence.iter().filter(|own| own.said() == outcome).count());
        let (ok, failed) = (count(Outcome::Pass), count(Outcome::Fail));
        Found { amount: Some(Amount::Share { ok, total: ok + failed }), deducted: 0, evidence }
    };
    of_year.iter().map(|(unit, all)| (unit.clone(), of_unit(all))).filter(|(_, found)| !found.evidence.is_empty()).collect()
}

/// What the item's own queries gave.
fn asked(amounts: &Answer, mut rests_on: BTreeMap<String, Vec<Evidence>>, place: &str) -> Result<BTreeMap<String, Found>, RunError> {
    let wrong = |message: String| RunError::Row { place: place.to_owned(), message };
    let mut found: BTreeMap<String, Found> = BTreeMap::new();
    for row in 0..amounts.rows.len() {
        let Some(unit) = amounts.get(row, "unit") else { continue };
        let number = |column: &str| {
            let cell = amounts.get(row, column).map(standards::decimal).transpose();
            cell.map_err(|error| wrong(format!("{unit}, `{column}`: {error}")))
        };
        let amount = match (number("score")?, number("ok")?, number("total")?) {
            (Some(score), _, _) => Some(Amount::Score(score)),
            (None, Some(ok), Some(total)) => Some(Amount::Share { ok, total }),
            (None, _, _) => None,
        };
        let evidence = rests_on.remove(unit).unwrap_or_default();
        let counts = match &amount {
            Some(Amount::Share { total, .. }) => !total.is_zero(),
            Some(Amount::Score(_)) => true,
            None => false,
        };
        if counts && evidence.is_empty() {
            return Err(wrong(format!("{unit}: a row that rests on no verdict (expected some from evidence_sql)")));
        }
        let deducted = amounts.get(row, "deducted").and_then(|count| count.parse().ok()).unwrap_or(0);
        if found.insert(unit.to_owned(), Found { amount, deducted, evidence }).is_some() {
            return Err(wrong(format!("two rows for {unit} (expected one for each unit)")));
        }
    }
    for (unit, evidence) in rests_on {
        found.entry(unit).or_insert_with(|| Found { evidence, ..Found::default() });
    }
    Ok(found)
}

/// Rows `unit, rule, subject, period` as verdicts, each once.
fn rows_of_evidence(answer: &Answer, verdicts: &HashMap<&str, &Verdict>, place: &str) -> Result<BTreeMap<String, Vec<Evidence>>, RunError> {
    let mut found: BTreeMap<String, BTreeMap<String, Evidence>> = BTreeMap::new();
    for row in 0..answer.rows.len() {
        let Some(unit) = answer.get(row, "unit") else { continue };
        let Some(evidence) = evidence(answer, row, verdicts, place)? else { continue };
        found.entry(unit.to_owned()).or_default().insert(evidence.verdict.clone(), evidence);
    }
    let sorted = |of_unit: BTreeMap<String, Evidence>| {
        let mut evidence: Vec<Evidence> = of_unit.into_values().collect();
        evidence.sort_by(|a, b| (&a.rule, &a.subject, &a.period).cmp(&(&b.rule, &b.subject, &b.period)));
        evidence
    };
    Ok(found.into_iter().map(|(unit, of_unit)| (unit, sorted(of_unit))).collect())
}

/// The verdict a row names; none where it names none.
fn evidence(answer: &Answer, row: usize, verdicts: &HashMap<&str, &Verdict>, place: &str) -> Result<Option<Evidence>, RunError> {
    let cell = |column: &str| answer.get(row, column);
    let (Some(rule), Some(subject), Some(period)) = (cell("rule"), cell("subject"), cell("period")) else { return Ok(None) };
    match verdicts.get(judge::verdict_id(rule, subject, period).as_str()) {
        Some(verdict) => Ok(Some(Evidence::of(verdict))),
        None => Err(RunError::Row { place: place.to_owned(), message: format!("there is no verdict of {rule} on {subject} in {period}") }),
    }
}

async fn vetoes(
    session: &Session,
    assessment: &Assessment,
    given: &[(&str, Given<'_>)],
    verdicts: &HashMap<&str, &Verdict>,
) -> Result<BTreeMap<String, Vec<VetoFound>>, RunError> {
    let mut found: BTreeMap<String, Vec<VetoFound>> = BTreeMap::new();
    let Some(veto) = &assessment.veto else { return Ok(found) };
    let place = format!("assessment {}, veto", assessment.id.get_ref());
    let answer = session.sql_given(veto.sql.get_ref(), given).await?;
    for row in 0..answer.rows.len() {
        let Some(unit) = answer.get(row, "unit") else { continue };
        let reason = answer.get(row, "reason").unwrap_or_default().to_owned();
        found.entry(unit.to_owned()).or_default().push(VetoFound { reason, evidence: evidence(&answer, row, verdicts, &place)? });
    }
    for own in found.values_mut() {
        let key = |veto: &VetoFound| (veto.reason.clone(), veto.evidence.as_ref().map(|own| own.verdict.clone()));
        own.sort_by_key(key);
    }
    Ok(found)
}

/// Plans every query of every assessment without any fact, and says what does not fit.
pub async fn check_assessments(plan: &Plan) -> Result<Vec<Problem>, JudgeError> {
    let mut session = Session::without_facts(plan).await?;
    session.with_verdicts(plan, &[]).await?;
    let mut problems = Vec::new();
    for assessment in &plan.assessments {
        let file = format!("assessments/{}.toml", assessment.id.get_ref());
        // By the last year there is, every number has a value.
        let mut given = given(assessment, "9999", "9999");
        given.push(("item", Given::Text("")));
        let mut queries: Vec<(&str, &str, &[&[&str]])> = Vec::new();
        for item in assessment.items() {
            if let Some((amounts, rests_on)) = assessment.queries(item) {
                queries.push((item.id.get_ref(), amounts, &AMOUNTS));
                queries.push((item.id.get_ref(), rests_on, &EVIDENCE));
            }
        }
        queries.extend(assessment.veto.iter().map(|veto| ("veto", veto.sql.get_ref().as_str(), &VETO[..])));
        for (key, sql, expected) in queries {
            let message = match session.columns_given(sql, &given).await {
                Err(error) => error.to_string(),
                Ok(columns) if expected.iter().any(|needed| needed.iter().all(|name| columns.iter().any(|own| own == name))) => continue,
                Ok(columns) => {
                    let expected: Vec<String> = expected.iter().map(|needed| needed.join(", ")).collect();
                    format!("gives {} (expected {})", columns.join(", "), expected.join(", or "))
                }
            };
            problems.push(Problem { file: file.clone(), line: 0, key: key.to_owned(), message });
        }
    }
    Ok(problems)
}

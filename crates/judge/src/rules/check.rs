//! Whether the queries of a pack can be planned and run, tried without any fact.

use plan::schema::stretches;
use plan::{Grain, Indicator, Plan, Problem, Rule};

use super::{parameters, run_indicator, run_rule};
use crate::session::{JudgeError, Session};

/// Plans and runs every query of a pack without any fact, and says what does not fit.
pub async fn check_pack(plan: &Plan) -> Result<Vec<Problem>, JudgeError> {
    let session = Session::without_facts(plan).await?;
    let mut problems = Vec::new();
    for rule in &plan.rules {
        let said = check_rule(&session, rule).await;
        problems.extend(placed(&format!("rules/{}.toml", rule.id.get_ref()), said));
    }
    for indicator in &plan.indicators {
        let said = check_indicator(&session, indicator).await;
        problems.extend(placed(&format!("indicators/{}.toml", indicator.id.get_ref()), said));
    }
    Ok(problems)
}

/// A key of the file, and what is wrong under it.
type Said = (&'static str, String);

fn placed<'a>(file: &'a str, said: Vec<Said>) -> impl Iterator<Item = Problem> + 'a {
    said.into_iter().map(move |(key, message)| Problem { file: file.to_owned(), line: 0, key: key.to_owned(), message })
}

async fn check_rule(session: &Session, rule: &Rule) -> Vec<Said> {
    let mut said = Vec::new();
    let queries = [("sql", Some(&rule.sql), &["subject", "outcome"][..]), ("inputs_sql", rule.inputs_sql.as_ref(), &["subject"][..])];
    // Every stretch has the same names with values of the same kind; the last has a value for each.
    let stretches = stretches(&rule.parameter);
    for (key, sql, needed) in queries {
        let (Some(sql), Some(stretch)) = (sql, stretches.last()) else { continue };
        match session.plan_only(sql.get_ref(), parameters(stretch)).await {
            Ok(columns) => {
                for name in unknown_names(rule, &columns).into_iter().filter(|_| key == "sql") {
                    let known = columns.join(", ");
                    let message =
                        format!("`{{{name}}}` is no column of the rule's query (expected one of subject, period, reason, {known})");
                    said.push(("sentence", message));
                }
                let period = (rule.grain != Grain::AsOf).then_some("period");
                for column in needed.iter().copied().chain(period).filter(|column| !columns.iter().any(|own| own == column)) {
                    said.push((key, format!("gives {} (expected a column `{column}` too)", columns.join(", "))));
                }
            }
            Err(error) => said.push((key, error.to_string())),
        }
    }
    // Types that do not meet show only when the query is run.
    if said.is_empty()
        && let Err(error) = run_rule(session, rule).await
    {
        said.push(("sql", without_place(error)));
    }
    said
}

async fn check_indicator(session: &Session, indicator: &Indicator) -> Vec<Said> {
    let Some(sql) = &indicator.sql else { return Vec::new() };
    let mut said = Vec::new();
    match session.plan_only(sql.get_ref(), None).await {
        Ok(columns) => {
            for column in ["unit", "period", "value"].into_iter().filter(|column| !columns.iter().any(|own| own == column)) {
                said.push(("sql", format!("gives {} (expected a column `{column}` too)", columns.join(", "))));
            }
        }
        Err(error) => said.push(("sql", error.to_string())),
    }
    if said.is_empty()
        && let Err(error) = run_indicator(session, indicator).await
    {
        said.push(("sql", without_place(error)));
    }
    said
}

/// The file is named already.
fn without_place(error: JudgeError) -> String {
    match error {
        JudgeError::Rule { message, .. } => message,
        other => other.to_string(),
    }
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

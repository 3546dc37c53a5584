//! Queries with `$name` values, for those who know nothing of the engine.

use datafusion::common::{ParamValues, ScalarValue};
use rust_decimal::Decimal;

use crate::answer::Answer;
use crate::rules::decimal_scalar;
use crate::session::{JudgeError, Session};

/// A value for a `$name` of a query.
#[derive(Debug, Clone, Copy)]
pub enum Given<'a> {
    /// A text.
    Text(&'a str),
    /// A decimal number.
    Number(Decimal),
}

impl Session {
    /// Asks a question with values for its names. A value whose name does not stand in the query is left alone.
    pub async fn sql_given(&self, sql: &str, given: &[(&str, Given<'_>)]) -> Result<Answer, JudgeError> {
        self.sql_with(sql, values(given)).await
    }

    /// Plans a query without running it; gives its columns.
    pub async fn columns_given(&self, sql: &str, given: &[(&str, Given<'_>)]) -> Result<Vec<String>, JudgeError> {
        self.plan_only(sql, values(given)).await
    }
}

fn values(given: &[(&str, Given<'_>)]) -> Option<ParamValues> {
    let values: Vec<(&str, ScalarValue)> = given
        .iter()
        .map(|(name, value)| {
            let scalar = match value {
                Given::Text(text) => ScalarValue::Utf8(Some((*text).to_owned())),
                Given::Number(number) => decimal_scalar(*number),
            };
            (*name, scalar)
        })
        .collect();
    (!values.is_empty()).then(|| values.into())
}

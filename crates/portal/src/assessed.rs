//! Results of the yearly assessments as they would be now, worked out with each judgement.

use act::assessment::{Scored, score_year};
use jiff::civil::date;
use judge::{Session, Verdict};

use crate::server::{Portal, PortalError};

/// Results by assessment and year.
#[derive(Debug, Default)]
pub(crate) struct Results(Vec<OfYear>);

#[derive(Debug)]
struct OfYear {
    assessment: String,
    year: i16,
    /// The result, or what is wrong with the assessment's queries: one that is wrong takes no other page with it.
    scored: Result<Scored, String>,
}

impl Results {
    /// Works out every year that is over on the day of the session.
    pub(crate) async fn read(portal: &Portal, session: &mut Session, verdicts: &[&Verdict]) -> Result<Self, PortalError> {
        let mut results = Vec::new();
        if portal.plan.assessments.is_empty() {
            return Ok(Self(results));
        }
        session.with_verdicts(&portal.plan, verdicts).await?;
        for assessment in &portal.plan.assessments {
            for year in years(assessment.from_year, assessment.until_year, session.as_of()) {
                let scored = score_year(session, &portal.plan, assessment, year, verdicts).await.map_err(|error| error.to_string());
                if let Err(error) = &scored {
                    tracing::error!(assessment.id = %assessment.id.get_ref(), year, "an assessment cannot be made: {error}");
                }
                results.push(OfYear { assessment: assessment.id.get_ref().clone(), year, scored });
            }
        }
        Ok(Self(results))
    }

    /// The result of a year; none where the year is not over, or was never assessed.
    pub(crate) fn of(&self, assessment: &str, year: i16) -> Option<Result<&Scored, &str>> {
        let own = self.0.iter().find(|own| own.assessment == assessment && own.year == year)?;
        Some(own.scored.as_ref().map_err(String::as_str))
    }

    /// The years of an assessment, newest first.
    pub(crate) fn years(&self, assessment: &str) -> Vec<i16> {
        let mut years: Vec<i16> = self.0.iter().filter(|own| own.assessment == assessment).map(|own| own.year).collect();
        years.sort_unstable_by(|a, b| b.cmp(a));
        years
    }
}

/// Years that are over on a day, up to the last that is assessed.
fn years(from: i16, until: Option<i16>, as_of: jiff::civil::Date) -> std::ops::RangeInclusive<i16> {
    let over = if date(as_of.year(), 12, 31) <= as_of { as_of.year() } else { as_of.year() - 1 };
    from..=until.map_or(over, |until| until.min(over))
}

//! What the pages are made of: sections, classes, verdicts of the last judgement, held in memory until the next one.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use facts::{Entry, IndicatorValue};
use jiff::civil::Date;
use judge::{Limits, Names, Outcome, Session, Verdict};
use plan::Text;
use plan::period::Period;
use standards::Class;

use crate::server::{Portal, PortalError};

/// Everything pages ask for often.
#[derive(Debug)]
pub(crate) struct Snapshot {
    /// The day it speaks of.
    pub(crate) as_of: Date,
    /// What the judgement was made with; a new judgement has another.
    pub(crate) key: String,
    pub(crate) sections: Vec<Section>,
    pub(crate) by_section: HashMap<String, usize>,
    pub(crate) verdicts: Vec<Judged>,
    pub(crate) by_verdict: HashMap<String, usize>,
    /// Verdicts by rule and subject, in the order of their periods.
    pub(crate) by_subject: HashMap<(String, String), Vec<usize>>,
    pub(crate) values: Vec<IndicatorValue>,
    pub(crate) basins: Vec<BasinRow>,
    /// Results of the yearly assessments as they would be now.
    pub(crate) assessed: crate::assessed::Results,
    /// The last month that was over on the day asked for.
    pub(crate) last_month: Option<String>,
    /// The last year that was over on the day asked for.
    pub(crate) last_year: Option<String>,
    pub(crate) observations: u64,
    /// The sources that gave them.
    pub(crate) sources: Vec<String>,
    /// Base layers of the map, by the name of their file; read once, not for each page.
    pub(crate) layers: Vec<(&'static str, serde_json::Value)>,
    /// Base layers drawn for the frames asked for so far.
    drawings: Mutex<HashMap<String, Arc<str>>>,
}

/// Frames whose drawing is kept: a visitor who filters makes new ones without end.
const DRAWINGS_KEPT: usize = 64;

/// A verdict with its sentence.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) verdict: Verdict,
    pub(crate) subject_name: Text,
    pub(crate) sentence: Text,
    pub(crate) promise: bool,
}

/// A section with its classes and item values.
#[derive(Debug)]
pub(crate) struct Section {
    pub(crate) entry: Entry,
    pub(crate) name: Text,
    pub(crate) water_body: Text,
    pub(crate) county: Text,
    pub(crate) position: Option<(f64, f64)>,
    /// Classes by grain and period.
    pub(crate) classes: BTreeMap<(String, String), ClassOf>,
    /// Values by item, grain and period.
    pub(crate) items: BTreeMap<(String, String, String), ItemOf>,
    /// Targets by year.
    pub(crate) targets: BTreeMap<String, (Class, bool)>,
    /// Trophic state of a lake in its newest month.
    pub(crate) trophic: Option<TrophicOf>,
    /// Trend of the yearly means, by item.
    pub(crate) trends: BTreeMap<String, TrendOf>,
}

/// The trophic state of a lake in a month.
#[derive(Debug, Clone, serde::Serialize)]
pub(crate) struct TrophicOf {
    pub(crate) period: String,
    pub(crate) n_items: String,
    pub(crate) tli: Option<String>,
    /// Only where all five items are there.
    pub(crate) grade: Option<String>,
    pub(crate) made_up: bool,
}

/// The trend of an item over the years that are over.
#[derive(Debug, Clone, serde::Serialize)]
pub(crate) struct TrendOf {
    pub(crate) years: u32,
    /// `rising`, `falling` or `none`; below five years there is none to tell.
    pub(crate) trend: Option<String>,
    pub(crate) spearman_rs: Option<String>,
    pub(crate) sen_slope: Option<String>,
}

/// The class of a section in a period.
#[derive(Debug, Clone)]
pub(crate) struct ClassOf {
    pub(crate) class: Class,
    pub(crate) deciding: String,
    pub(crate) main: String,
    pub(crate) n_items: String,
    pub(crate) enough: bool,
    pub(crate) made_up: bool,
}

/// The value of an item in a period.
#[derive(Debug, Clone)]
pub(crate) struct ItemOf {
    pub(crate) value: String,
    pub(crate) class: Option<Class>,
    pub(crate) readings: String,
}

/// A basin in a period.
#[derive(Debug, Clone, serde::Serialize)]
pub(crate) struct BasinRow {
    pub(crate) basin: String,
    pub(crate) grain: String,
    pub(crate) period: String,
    pub(crate) sections: u32,
    pub(crate) i_iii: u32,
    pub(crate) iv: u32,
    pub(crate) v: u32,
    pub(crate) v_plus: u32,
    pub(crate) i_iii_pct: String,
    /// `shares` or `means`.
    pub(crate) method: String,
    pub(crate) status: Option<String>,
    pub(crate) main_pollutants: String,
    /// Against the same period of the year before, where there is one.
    pub(crate) change: Option<String>,
    pub(crate) made_up: bool,
}

impl Section {
    pub(crate) fn id(&self) -> &str {
        &self.entry.id
    }

    /// Whether it lies in the plan's own city.
    pub(crate) fn own(&self) -> bool {
        !self.entry.get("county").is_empty()
    }

    /// The newest month with a class, no later than the one given.
    pub(crate) fn latest(&self, grain: &str) -> Option<(&str, &ClassOf)> {
        let of_grain = self.classes.iter().filter(|((own, _), class)| own == grain && class.enough);
        of_grain.map(|((_, period), class)| (period.as_str(), class)).next_back()
    }

    pub(crate) fn class_in(&self, grain: &str, period: &str) -> Option<&ClassOf> {
        self.classes.get(&(grain.to_owned(), period.to_owned())).filter(|class| class.enough)
    }
}

impl Snapshot {
    pub(crate) async fn read(portal: &Portal, key: String) -> Result<Self, PortalError> {
        let mut session = Session::open(&portal.store, &portal.plan, portal.settings.as_of, Limits::default()).await?;
        let mut sections = sections(portal)?;
        let by_section: HashMap<String, usize> =
            sections.iter().enumerate().map(|(place, section)| (section.id().to_owned(), place)).collect();
        classes(&session, &mut sections, &by_section).await?;
        lakes_and_trends(&session, &mut sections, &by_section).await?;
        let (verdicts, by_verdict, by_subject) = verdicts(portal)?;
        let over = session.sql("SELECT max(CASE WHEN grain = 'month' THEN period END) AS month, max(CASE WHEN grain = 'year' THEN period END) AS year FROM periods WHERE complete").await?;
        let basins = basins(&session).await?;
        let given: Vec<&Verdict> = verdicts.iter().map(|judged| &judged.verdict).collect();
        let assessed = crate::assessed::Results::read(portal, &mut session, &given).await?;
        Ok(Self {
            as_of: portal.settings.as_of,
            key,
            sections,
            by_section,
            verdicts,
            by_verdict,
            by_subject,
            values: portal.store.indicator_values()?,
            basins,
            assessed,
            last_month: over.get(0, "month").map(str::to_owned),
            last_year: over.get(0, "year").map(str::to_owned),
            observations: portal.store.count_observations()?,
            sources: portal.store.sources()?,
            layers: layers(portal),
            drawings: Mutex::default(),
        })
    }

    pub(crate) fn section(&self, id: &str) -> Option<&Section> {
        self.by_section.get(id).and_then(|place| self.sections.get(*place))
    }

    pub(crate) fn verdict(&self, id: &str) -> Option<&Judged> {
        self.by_verdict.get(id).and_then(|place| self.verdicts.get(*place))
    }

    /// Verdicts of a rule on a subject, oldest first.
    pub(crate) fn of_subject(&self, rule: &str, subject: &str) -> impl DoubleEndedIterator<Item = &Judged> {
        let places = self.by_subject.get(&(rule.to_owned(), subject.to_owned()));
        places.into_iter().flatten().filter_map(|place| self.verdicts.get(*place))
    }

    /// The verdict of a rule on a subject in a period.
    pub(crate) fn verdict_of(&self, rule: &str, subject: &str, period: &str) -> Option<&Judged> {
        self.verdict(&judge::verdict_id(rule, subject, period))
    }

    /// A drawing under its key, made where it is not kept yet.
    pub(crate) fn drawn(&self, key: String, draw: impl FnOnce() -> String) -> Arc<str> {
        if let Some(kept) = self.drawings.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Arc::clone(kept);
        }
        let fresh: Arc<str> = draw().into();
        let mut kept = self.drawings.lock().unwrap_or_else(PoisonError::into_inner);
        if DRAWINGS_KEPT <= kept.len() {
            kept.clear();
        }
        kept.insert(key, Arc::clone(&fresh));
        fresh
    }

    /// What a rule finds of a subject now: its verdict on the newest period that is over, or on the day itself. The year
    /// that still runs says nothing yet.
    pub(crate) fn standing(&self, rule: &str, subject: &str) -> Option<&Judged> {
        self.of_subject(rule, subject).rfind(|judged| self.is_over(&judged.verdict.period))
    }

    fn is_over(&self, period: &str) -> bool {
        period.parse::<Period>().map_or(true, |period| period.last() <= self.as_of)
    }

    /// Subjects of a rule that fail it now.
    pub(crate) fn failing_of(&self, rule: &str) -> Vec<&Judged> {
        let mut newest: BTreeMap<&str, &Judged> = BTreeMap::new();
        for judged in self.verdicts.iter().filter(|judged| judged.verdict.rule == rule && self.is_over(&judged.verdict.period)) {
            newest.insert(&judged.verdict.subject, judged);
        }
        newest.into_values().filter(|judged| judged.verdict.outcome == Outcome::Fail).collect()
    }

    /// Failures of promises, newest period of each subject only.
    pub(crate) fn failing(&self) -> Vec<&Judged> {
        let mut newest: BTreeMap<(&str, &str), &Judged> = BTreeMap::new();
        for judged in
            self.verdicts.iter().filter(|judged| judged.promise && matches!(judged.verdict.outcome, Outcome::Pass | Outcome::Fail))
        {
            newest.insert((&judged.verdict.rule, &judged.verdict.subject), judged);
        }
        newest.into_values().filter(|judged| judged.verdict.outcome == Outcome::Fail).collect()
    }
}

fn sections(portal: &Portal) -> Result<Vec<Section>, PortalError> {
    let known_at = facts::time::end_of(portal.settings.as_of);
    let register = portal.plan.register("section");
    let waters: HashMap<String, Text> = portal
        .store
        .entries_as_of("water_body", known_at)?
        .into_iter()
        .map(|entry| (entry.id.clone(), Text { zh: entry.get("name_zh").to_owned(), en: entry.get("name_en").to_owned() }))
        .collect();
    let mut targets: HashMap<String, BTreeMap<String, (Class, bool)>> = HashMap::new();
    for entry in portal.store.entries_as_of("section_target", known_at)? {
        if let Ok(class) = entry.get("class").parse() {
            let assumed = entry.get("mark") != "confirmed";
            targets.entry(entry.get("section").to_owned()).or_default().insert(entry.get("year").to_owned(), (class, assumed));
        }
    }
    let entries = portal.store.entries_as_of("section", known_at)?;
    Ok(entries
        .into_iter()
        .map(|entry| {
            // Pages are public: what is private is not even in their memory.
            let entry = register.map_or_else(|| entry.clone(), |register| entry.public(register));
            let degrees = |field: &str| entry.get(field).parse::<f64>().ok();
            let county = portal.plan.unit(entry.get("county")).map(|unit| unit.name.clone()).unwrap_or_default();
            Section {
                name: Text { zh: entry.get("name_zh").to_owned(), en: entry.get("name_en").to_owned() },
                water_body: waters.get(entry.get("water_body")).cloned().unwrap_or_default(),
                county,
                position: degrees("longitude").zip(degrees("latitude")),
                classes: BTreeMap::new(),
                items: BTreeMap::new(),
                targets: targets.remove(&entry.id).unwrap_or_default(),
                trophic: None,
                trends: BTreeMap::new(),
                entry,
            }
        })
        .collect())
}

async fn classes(session: &Session, sections: &mut [Section], by_section: &HashMap<String, usize>) -> Result<(), PortalError> {
    let answer = session.sql("SELECT section, grain, period, class, deciding, main_pollutants, n_items, enough, made_up FROM section_classes WHERE grain <> 'day'").await?;
    for row in 0..answer.rows.len() {
        let cell = |column: &str| answer.get(row, column).unwrap_or_default();
        let (Some(place), Ok(class)) = (by_section.get(cell("section")), cell("class").parse()) else { continue };
        let of = ClassOf {
            class,
            deciding: cell("deciding").to_owned(),
            main: cell("main_pollutants").to_owned(),
            n_items: cell("n_items").to_owned(),
            enough: cell("enough") == "true",
            made_up: cell("made_up") == "true",
        };
        sections[*place].classes.insert((cell("grain").to_owned(), cell("period").to_owned()), of);
    }
    let answer = session
        .sql("SELECT section, item, grain, period, value, class, readings FROM section_items WHERE grain IN ('month', 'year')")
        .await?;
    for row in 0..answer.rows.len() {
        let cell = |column: &str| answer.get(row, column).unwrap_or_default();
        let Some(place) = by_section.get(cell("section")) else { continue };
        let of = ItemOf {
            value: cell("value").to_owned(),
            class: answer.get(row, "class").and_then(|class| class.parse().ok()),
            readings: cell("readings").to_owned(),
        };
        sections[*place].items.insert((cell("item").to_owned(), cell("grain").to_owned(), cell("period").to_owned()), of);
    }
    Ok(())
}

async fn lakes_and_trends(session: &Session, sections: &mut [Section], by_section: &HashMap<String, usize>) -> Result<(), PortalError> {
    let own = |answer: &judge::Answer, row: usize, column: &str| answer.get(row, column).map(str::to_owned);
    let answer = session.sql("SELECT section, period, n_items, round_even(tli, 1) AS tli, grade, made_up FROM lake_trophic WHERE grain = 'month' ORDER BY section, period").await?;
    for row in 0..answer.rows.len() {
        let Some(place) = answer.get(row, "section").and_then(|id| by_section.get(id)) else { continue };
        let need = |column: &str| own(&answer, row, column).unwrap_or_default();
        sections[*place].trophic = Some(TrophicOf {
            period: need("period"),
            n_items: need("n_items"),
            tli: own(&answer, row, "tli"),
            grade: own(&answer, row, "grade"),
            made_up: need("made_up") == "true",
        });
    }
    let answer = session.sql("SELECT place, item, years, trend, spearman_rs, sen_slope FROM item_trends").await?;
    for row in 0..answer.rows.len() {
        let Some(place) = answer.get(row, "place").and_then(|id| by_section.get(id)) else { continue };
        let of = TrendOf {
            years: answer.get(row, "years").and_then(|n| n.parse().ok()).unwrap_or(0),
            trend: own(&answer, row, "trend"),
            spearman_rs: own(&answer, row, "spearman_rs"),
            sen_slope: own(&answer, row, "sen_slope"),
        };
        sections[*place].trends.insert(own(&answer, row, "item").unwrap_or_default(), of);
    }
    Ok(())
}

async fn basins(session: &Session) -> Result<Vec<BasinRow>, PortalError> {
    let answer = session.sql("SELECT b.basin, b.grain, b.period, b.sections, b.i_iii, b.iv, b.v, b.v_plus, b.i_iii_pct, b.method, b.status, b.main_pollutants, c.change, b.made_up FROM basin_classes AS b LEFT JOIN basin_changes AS c ON c.basin = b.basin AND c.grain = b.grain AND c.period = b.period ORDER BY b.basin, b.grain, b.period").await?;
    Ok((0..answer.rows.len())
        .map(|row| {
            let cell = |column: &str| answer.get(row, column).unwrap_or_default();
            let n = |column: &str| cell(column).parse().unwrap_or(0);
            BasinRow {
                basin: cell("basin").to_owned(),
                grain: cell("grain").to_owned(),
                period: cell("period").to_owned(),
                sections: n("sections"),
                i_iii: n("i_iii"),
                iv: n("iv"),
                v: n("v"),
                v_plus: n("v_plus"),
                i_iii_pct: cell("i_iii_pct").to_owned(),
                method: cell("method").to_owned(),
                status: answer.get(row, "status").map(str::to_owned),
                main_pollutants: cell("main_pollutants").to_owned(),
                change: answer.get(row, "change").map(str::to_owned),
                made_up: cell("made_up") == "true",
            }
        })
        .collect())
}

/// The layers in the order in which they are drawn; one that the pack does not have is empty.
fn layers(portal: &Portal) -> Vec<(&'static str, serde_json::Value)> {
    let read = |name| {
        let text = portal.files.get(&format!("map/{name}.geojson")).unwrap_or_default();
        (name, serde_json::from_str(text).unwrap_or_default())
    };
    ["outline", "districts", "lakes", "rivers"].map(read).into()
}

type Verdicts = (Vec<Judged>, HashMap<String, usize>, HashMap<(String, String), Vec<usize>>);

fn verdicts(portal: &Portal) -> Result<Verdicts, PortalError> {
    let names = Names { store: &portal.store, plan: &portal.plan };
    let mut verdicts = Vec::new();
    let mut by_verdict: HashMap<String, usize> = HashMap::new();
    let mut by_subject: HashMap<(String, String), Vec<usize>> = HashMap::new();
    let mut known_names: HashMap<(String, String), Text> = HashMap::new();
    for stored in portal.store.verdicts()? {
        let verdict =
            Verdict::read(&stored.id, &stored.content).map_err(|source| PortalError::Verdict { id: stored.id.clone(), source })?;
        let Some(rule) = portal.plan.rule(&verdict.rule) else { continue };
        let key = (verdict.subject_kind.clone(), verdict.subject.clone());
        let subject_name = match known_names.get(&key) {
            Some(name) => name.clone(),
            None => {
                let name = names.subject(&key.0, &key.1)?;
                known_names.insert(key, name.clone());
                name
            }
        };
        let sentence = judge::sentences(&portal.plan, rule, &verdict, &subject_name);
        let place = verdicts.len();
        by_verdict.insert(verdict.id.clone(), place);
        by_subject.entry((verdict.rule.clone(), verdict.subject.clone())).or_default().push(place);
        verdicts.push(Judged { verdict, subject_name, sentence, promise: rule.promise });
    }
    Ok((verdicts, by_verdict, by_subject))
}

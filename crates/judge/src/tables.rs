//! Facts, plan and standards as tables: built in memory from what was known on the day asked for.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Int64Array, RecordBatch, StringArray, StringBuilder, TimestampMicrosecondArray,
};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::common::Result;
use facts::{FactsError, Observation, ObservationQuery, Qualifier, Store};
use jiff::civil::Date;
use plan::period::Period;
use plan::{FieldType, Grain, Plan, Register};
use standards::surface::{self, Body};
use standards::{Class, Decimal, Item, Scaled, groundwater, limit_table};

use crate::catalogue::{ColumnDoc, TableDoc};

mod model_results;
mod needed;
mod results;

use needed::NEEDED;

/// Places of a value in a table.
pub(crate) const VALUE_SCALE: i8 = 12;
/// Places of other decimals, such as degrees.
const FIELD_SCALE: i8 = 6;

/// A table that is being built: name, sentence, columns with their sentences.
pub(crate) struct NewTable {
    pub(crate) doc: TableDoc,
    arrays: Vec<ArrayRef>,
}

impl NewTable {
    pub(crate) fn new(name: &str, doc: &str) -> Self {
        Self { doc: TableDoc { name: name.to_owned(), doc: doc.to_owned(), columns: Vec::new() }, arrays: Vec::new() }
    }

    fn column(mut self, name: &str, doc: &str, array: impl Into<ArrayRef>) -> Self {
        let array = array.into();
        self.doc.columns.push(ColumnDoc { name: name.to_owned(), kind: type_name(array.data_type()), doc: doc.to_owned() });
        self.arrays.push(array);
        self
    }

    pub(crate) fn text(self, name: &str, doc: &str, values: impl IntoIterator<Item = Option<String>>) -> Self {
        let array: StringArray = values.into_iter().collect();
        self.column(name, doc, Arc::new(array) as ArrayRef)
    }

    fn integer(self, name: &str, doc: &str, values: impl IntoIterator<Item = Option<i64>>) -> Self {
        let array: Int64Array = values.into_iter().collect();
        self.column(name, doc, Arc::new(array) as ArrayRef)
    }

    pub(crate) fn boolean(self, name: &str, doc: &str, values: impl IntoIterator<Item = Option<bool>>) -> Self {
        let array: BooleanArray = values.into_iter().collect();
        self.column(name, doc, Arc::new(array) as ArrayRef)
    }

    fn date(self, name: &str, doc: &str, values: impl IntoIterator<Item = Option<Date>>) -> Self {
        let array: Date32Array = values.into_iter().map(|day| day.map(days_since_epoch)).collect();
        self.column(name, doc, Arc::new(array) as ArrayRef)
    }

    fn decimal(self, name: &str, doc: &str, scale: i8, values: impl IntoIterator<Item = Option<Decimal>>) -> Result<Self> {
        let array: Decimal128Array = values.into_iter().map(|value| value.and_then(|value| mantissa(value, scale))).collect();
        let array = array.with_precision_and_scale(28, scale)?;
        Ok(self.column(name, doc, Arc::new(array) as ArrayRef))
    }

    /// The rows, as one batch.
    pub(crate) fn batch(&self) -> Result<RecordBatch> {
        let fields: Vec<Field> = self
            .doc
            .columns
            .iter()
            .zip(&self.arrays)
            .map(|(column, array)| Field::new(&column.name, array.data_type().clone(), true))
            .collect();
        Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), self.arrays.clone())?)
    }
}

/// A type in the words of the documentation.
pub(crate) fn type_name(kind: &DataType) -> String {
    match kind {
        DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8 => "text".to_owned(),
        DataType::Int64 | DataType::UInt64 | DataType::Int32 => "whole number".to_owned(),
        DataType::Boolean => "truth value".to_owned(),
        DataType::Date32 => "day".to_owned(),
        DataType::Timestamp(_, _) => "instant".to_owned(),
        DataType::Decimal128(_, places) => format!("decimal, {places} places"),
        other => other.to_string(),
    }
}

fn days_since_epoch(day: Date) -> i32 {
    let epoch = jiff::civil::date(1970, 1, 1);
    day.since(epoch).map_or(0, |span| span.get_days())
}

fn mantissa(value: Decimal, scale: i8) -> Option<i128> {
    let scaled = Scaled::from(value).round_half_even(u32::from(scale.unsigned_abs()));
    10_i128.checked_pow(u32::from(scale.unsigned_abs()) - scaled.scale)?.checked_mul(scaled.mantissa)
}

/// What the tables are made for.
pub(crate) struct Sources<'a> {
    pub(crate) store: Option<&'a Store>,
    pub(crate) plan: Option<&'a Plan>,
    pub(crate) as_of: Date,
}

/// Every table, in the order of the documentation.
pub(crate) fn all(sources: &Sources<'_>) -> Result<Vec<NewTable>, TableError> {
    let mut tables = Vec::new();
    let known_at = facts::time::end_of(sources.as_of);
    let mut first_day = None;
    if sources.plan.is_some() {
        let mut rows: Vec<Observation> = Vec::new();
        let mut sampled = Vec::new();
        if let Some(store) = sources.store {
            store.each_observation(
                &ObservationQuery { known_at: Some(known_at), to: Some(known_at), ..ObservationQuery::default() },
                |row| rows.push(row),
            )?;
            sampled = store.samples(known_at)?;
        }
        let (observations, first) = observations(&rows)?;
        first_day = first;
        tables.push(observations);
        tables.push(samples(&sampled));
    }
    tables.extend(times(sources.as_of, first_day.unwrap_or(sources.as_of)));
    if let Some(plan) = sources.plan {
        tables.extend(plan_tables(plan));
        for lacking in NEEDED.iter().filter(|needed| plan.register(needed.kind).is_none()) {
            tables.push(lacking.complete(lacking.empty())?);
        }
        for register in &plan.registers {
            let entries = sources.store.map_or_else(|| Ok(Vec::new()), |store| store.entries_as_of(register.kind.get_ref(), known_at))?;
            let table = register_table(register, &entries)?;
            tables.push(match NEEDED.iter().find(|needed| needed.kind == register.kind.get_ref()) {
                Some(needed) => needed.complete(table)?,
                None => table,
            });
        }
        tables.push(results::table(sources)?);
        tables.push(model_results::table(sources)?);
    }
    tables.extend(standard_tables());
    Ok(tables)
}

/// Why the tables cannot be built.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TableError {
    #[error(transparent)]
    Facts(#[from] FactsError),
    #[error(transparent)]
    Engine(#[from] datafusion::common::DataFusionError),
}

fn observations(rows: &[Observation]) -> Result<(NewTable, Option<Date>), TableError> {
    let days: Vec<Option<Date>> = rows.iter().map(|row| facts::time::day_of(row.time)).collect();
    let period = |grain: Grain| days.iter().map(move |day| day.map(|day| Period::of(day, grain).to_string()));
    let own = |pick: fn(&Observation) -> &String| rows.iter().map(move |row| Some(pick(row).clone()));
    let instant = |pick: fn(&Observation) -> i64| {
        let array: TimestampMicrosecondArray = rows.iter().map(|row| pick(row).checked_mul(1_000_000)).collect();
        Arc::new(array.with_timezone("UTC")) as ArrayRef
    };
    let amount = |row: &Observation| match row.qualifier {
        Qualifier::Value => row.value,
        Qualifier::Below => row.value.map(|limit| limit / Decimal::TWO),
        Qualifier::Missing | Qualifier::NotMeasured => None,
    };
    let table =
        NewTable::new("observations", "An observation as it was known on the day asked for: of each series and time the newest version.")
            .text("place", "the section, point or station", own(|row| &row.place))
            .text("item", "the item", own(|row| &row.item))
            .column("time", "when it was taken", instant(|row| row.time))
            .date("date", "its day in Shanghai", days.iter().copied())
            .text("month", "its month, 2020-08", period(Grain::Month))
            .text("year", "its year, 2020", period(Grain::Year))
            .decimal(
                "value",
                "the value in the item's unit, unrounded where the source gives that; the detection limit where it is below",
                VALUE_SCALE,
                rows.iter().map(|row| row.value),
            )?
            .decimal("published", "the value as published, in the item's unit", VALUE_SCALE, rows.iter().map(|row| row.published))?
            .decimal(
                "amount",
                "what enters a mean: the value, or half the detection limit; NULL where nothing was measured",
                VALUE_SCALE,
                rows.iter().map(amount),
            )?
            .text(
                "qualifier",
                "value, below (detection), missing (--) or not_measured (*)",
                rows.iter().map(|row| Some(row.qualifier.id().to_owned())),
            )
            .text("text", "as the source printed it", own(|row| &row.text))
            .text("unit", "unit of the text", own(|row| &row.unit))
            .text("flag", "flag of the source, such as 极值过滤", own(|row| &row.flag))
            .text("method", "method of analysis", own(|row| &row.method))
            .text("source", "who reported it", own(|row| &row.source))
            .column("known_at", "when this version became known", instant(|row| row.known_at))
            .integer("series", "its series: place, item and source", rows.iter().map(|row| Some(row.series)))
            .integer("version", "1, and more for corrections", rows.iter().map(|row| Some(row.version)))
            .boolean("made_up", "whether it was made up for a demonstration", rows.iter().map(|row| Some(row.made_up)));
    let first = days.iter().flatten().min().copied();
    Ok((table, first))
}

fn samples(rows: &[facts::Sample]) -> NewTable {
    let times: TimestampMicrosecondArray = rows.iter().map(|row| row.time.checked_mul(1_000_000)).collect();
    NewTable::new("samples", "What a source says of a whole sample.")
        .text("place", "the section, point or station", rows.iter().map(|row| Some(row.place.clone())))
        .column("time", "when it was taken", Arc::new(times.with_timezone("UTC")) as ArrayRef)
        .date("date", "its day in Shanghai", rows.iter().map(|row| facts::time::day_of(row.time)))
        .text("official_class", "the class the source gave, as it prints it", rows.iter().map(|row| row.official_class.clone()))
        .text("status", "state of the station, as the source prints it", rows.iter().map(|row| Some(row.status.clone())))
        .text("source", "who reported it", rows.iter().map(|row| Some(row.source.clone())))
}

fn times(as_of: Date, first: Date) -> Vec<NewTable> {
    let mut periods: Vec<Period> = Vec::new();
    for grain in [Grain::Month, Grain::Quarter, Grain::Year] {
        let mut period = Period::of(first, grain);
        while period.first() <= as_of {
            periods.push(period);
            let Ok(next) = period.last().tomorrow() else { break };
            period = Period::of(next, grain);
        }
    }
    let months: Vec<Period> = periods.iter().copied().filter(|period| period.grain() == Grain::Month).collect();
    let of_months = |grain: Grain| months.iter().map(move |month| Some(Period::of(month.first(), grain).to_string()));
    let (quarter, year, frozen) = surface::rounds_needed();
    vec![
        NewTable::new("clock", "One row: the day the judgement is made for. Rules ask it instead of the engine's own clock.").date(
            "as_of",
            "the day",
            [Some(as_of)],
        ),
        NewTable::new("periods", "Months, quarters and years from the first observation to the day asked for.")
            .text("grain", "month, quarter or year", periods.iter().map(|period| Some(period.grain().id().to_owned())))
            .text("period", "2020-08, 2020-Q3 or 2020", periods.iter().map(|period| Some(period.to_string())))
            .date("first", "its first day", periods.iter().map(|period| Some(period.first())))
            .date("last", "its last day", periods.iter().map(|period| Some(period.last())))
            .boolean("complete", "whether it is over on the day asked for", periods.iter().map(|period| Some(period.last() <= as_of))),
        NewTable::new("months", "Months with the quarter and year they lie in.")
            .text("month", "2020-08", of_months(Grain::Month))
            .text("quarter", "2020-Q3", of_months(Grain::Quarter))
            .text("year", "2020", of_months(Grain::Year)),
        NewTable::new(
            "rounds_needed",
            "One row: what a section needs before it is judged: items for a class, months for a quarter and a year (assessment method of 2011).",
        )
        .integer("section_items", "of the 21 items, for a class", [Some(i64::from(surface::section_items_needed()))])
        .integer("quarter_months", "for a quarter", [Some(i64::from(quarter))])
        .integer("year_months", "for a year", [Some(i64::from(year))])
        .integer("year_months_frozen", "for a year where ice stops sampling", [Some(i64::from(frozen))]),
    ]
}

fn plan_tables(plan: &Plan) -> Vec<NewTable> {
    let units = &plan.head.unit;
    let tasks = &plan.tasks;
    let deadlines: Vec<(String, &plan::Task, &plan::Deadline)> = tasks
        .iter()
        .flat_map(|task| {
            task.deadline.iter().enumerate().map(move |(n, deadline)| (format!("{}-{}", task.id.get_ref(), n + 1), task, deadline))
        })
        .collect();
    let targets: Vec<(&plan::Indicator, &plan::IndicatorTarget)> =
        plan.indicators.iter().flat_map(|indicator| indicator.target.iter().map(move |target| (indicator, target))).collect();
    let word = |value: &dyn erased::Word| Some(value.word());
    let names = |list: &[plan::schema::Name]| Some(list.iter().map(|name| name.get_ref().as_str()).collect::<Vec<_>>().join(","));
    vec![
        NewTable::new("units", "The city, its counties and districts, departments and other bodies of the plan.")
            .text("id", "its id", units.iter().map(|unit| Some(unit.id.get_ref().clone())))
            .text("kind", "city, county, district, department or actor", units.iter().map(|unit| word(&unit.kind)))
            .text("name_zh", "Chinese name", units.iter().map(|unit| Some(unit.name.zh.clone())))
            .text("name_en", "English name", units.iter().map(|unit| Some(unit.name.en.clone())))
            .text("parent", "the unit above it", units.iter().map(|unit| unit.parent.as_ref().map(|name| name.get_ref().clone()))),
        NewTable::new("tasks", "Tasks of the plan.")
            .text("id", "its number, such as 1.2.3", tasks.iter().map(|task| Some(task.id.get_ref().clone())))
            .text("title_zh", "Chinese title", tasks.iter().map(|task| Some(task.title.zh.clone())))
            .text("title_en", "English title", tasks.iter().map(|task| Some(task.title.en.clone())))
            .text("lead", "departments that lead, separated by commas", tasks.iter().map(|task| names(&task.lead)))
            .text("participants", "departments that take part", tasks.iter().map(|task| names(&task.participants)))
            .text("responsible", "counties and districts responsible; all for every one", tasks.iter().map(|task| names(&task.responsible)))
            .boolean("uncertain", "whether the reading of the clause is in doubt", tasks.iter().map(|task| Some(task.uncertain))),
        NewTable::new("deadlines", "Dates that tasks name.")
            .text(
                "id",
                "the task's number and the place of the date in it, such as 1.1.2-1",
                deadlines.iter().map(|(id, _, _)| Some(id.clone())),
            )
            .text("task", "the task", deadlines.iter().map(|(_, task, _)| Some(task.id.get_ref().clone())))
            .date("date", "the last day", deadlines.iter().map(|(_, _, deadline)| Some(deadline.date.0)))
            .text("modality", "must, aim, basically, about or context", deadlines.iter().map(|(_, _, deadline)| word(&deadline.modality)))
            .text("what_zh", "what is due, as written", deadlines.iter().map(|(_, _, deadline)| Some(deadline.what.zh.clone())))
            .text("what_en", "what is due, in English", deadlines.iter().map(|(_, _, deadline)| Some(deadline.what.en.clone())))
            .boolean(
                "past_at_issue",
                "whether it lay before the plan was issued",
                deadlines.iter().map(|(_, _, deadline)| Some(deadline.past_at_issue)),
            )
            .text(
                "units",
                "units it holds for, where not for all; separated by commas",
                deadlines.iter().map(|(_, _, deadline)| names(&deadline.units)),
            )
            .boolean("uncertain", "whether the date is in doubt", deadlines.iter().map(|(_, _, deadline)| Some(deadline.uncertain))),
        NewTable::new("duties", "What must be published or reported, and how often.")
            .text("id", "its id, such as 9.1-1", plan.duties.iter().map(|duty| Some(duty.id.get_ref().clone())))
            .text("task", "the task", plan.duties.iter().map(|duty| Some(duty.task.get_ref().clone())))
            .text("who", "who owes it, separated by commas", plan.duties.iter().map(|duty| names(&duty.who)))
            .text(
                "period",
                "monthly, quarterly, half_yearly, yearly, once, event or regular",
                plan.duties.iter().map(|duty| word(&duty.period)),
            )
            .text(
                "suggested",
                "the period proposed where the text names none",
                plan.duties.iter().map(|duty| duty.suggested.as_ref().and_then(|every| word(every))),
            )
            .integer("from_year", "from this year on", plan.duties.iter().map(|duty| duty.from.map(i64::from)))
            .text("what_zh", "what, as written", plan.duties.iter().map(|duty| Some(duty.what.zh.clone())))
            .text("what_en", "what, in English", plan.duties.iter().map(|duty| Some(duty.what.en.clone())))
            .text("units", "units it is owed by, where not by all; separated by commas", plan.duties.iter().map(|duty| names(&duty.units)))
            .boolean("period_uncertain", "whether the period is in doubt", plan.duties.iter().map(|duty| Some(duty.period_uncertain)))
            .boolean("publish", "whether it is owed to the public", plan.duties.iter().map(|duty| Some(duty.publish))),
        NewTable::new("indicators", "Indicators of the plan.")
            .text("id", "its id", plan.indicators.iter().map(|indicator| Some(indicator.id.get_ref().clone())))
            .text("name_zh", "Chinese name", plan.indicators.iter().map(|indicator| Some(indicator.name.zh.clone())))
            .text("name_en", "English name", plan.indicators.iter().map(|indicator| Some(indicator.name.en.clone())))
            .text("direction", "up, down or state", plan.indicators.iter().map(|indicator| word(&indicator.direction)))
            .text("owner", "the unit that answers for it", plan.indicators.iter().map(|indicator| Some(indicator.owner.get_ref().clone())))
            .boolean(
                "computed",
                "whether it is worked out from facts",
                plan.indicators.iter().map(|indicator| Some(indicator.sql.is_some())),
            ),
        NewTable::new("indicator_targets", "Targets of indicators by year.")
            .text("indicator", "the indicator", targets.iter().map(|(indicator, _)| Some(indicator.id.get_ref().clone())))
            .integer(
                "year",
                "by the end of this year; NULL where the text gives none",
                targets.iter().map(|(_, target)| target.year.map(i64::from)),
            )
            .text("op", "ge, gt, le, eq, approx, class_at_least or qualitative", targets.iter().map(|(_, target)| word(&target.op)))
            .text(
                "value",
                "the number, the class or the words; empty where the source lost it",
                targets.iter().map(|(_, target)| Some(target.value.clone())),
            )
            .text("units", "units it holds for; all or empty for every one", targets.iter().map(|(_, target)| names(&target.units)))
            .boolean("uncertain", "whether it is in doubt", targets.iter().map(|(_, target)| Some(target.uncertain))),
    ]
}

/// The word an enum of the pack is written with.
mod erased {
    pub(super) trait Word {
        fn word(&self) -> String;
    }

    impl<T: serde::Serialize> Word for T {
        fn word(&self) -> String {
            serde_json::to_value(self).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
        }
    }
}

/// A register, public fields only.
fn register_table(register: &Register, entries: &[facts::Entry]) -> Result<NewTable, TableError> {
    let mut table = NewTable::new(register.kind.get_ref(), &format!("Register: {} ({}).", register.title.en, register.title.zh)).text(
        "id",
        "its id",
        entries.iter().map(|entry| Some(entry.id.clone())),
    );
    for field in register.field.iter().filter(|field| field.public) {
        let id = field.id.get_ref();
        let doc =
            format!("{} ({}){}", field.label.en, field.label.zh, field.unit.as_ref().map(|unit| format!(", {unit}")).unwrap_or_default());
        let cells = || entries.iter().map(|entry| entry.data.get(id).cloned());
        table = match field.kind {
            FieldType::Integer => table.integer(id, &doc, cells().map(|cell| cell.and_then(|cell| cell.parse().ok()))),
            FieldType::Boolean => table.boolean(id, &doc, cells().map(|cell| cell.map(|cell| cell == "true"))),
            FieldType::Date => table.date(id, &doc, cells().map(|cell| cell.and_then(|cell| cell.parse().ok()))),
            FieldType::Decimal | FieldType::Longitude | FieldType::Latitude => {
                let scale = if field.kind == FieldType::Decimal { VALUE_SCALE } else { FIELD_SCALE };
                table.decimal(id, &doc, scale, cells().map(|cell| cell.and_then(|cell| standards::decimal(&cell).ok())))?
            }
            FieldType::Text | FieldType::Choice | FieldType::Reference | FieldType::Geometry | FieldType::Attachment => {
                table.text(id, &doc, cells())
            }
        };
    }
    Ok(table.text("entry_source", "where the entry comes from", entries.iter().map(|entry| Some(entry.source.clone()))).boolean(
        "made_up",
        "whether it was made up for a demonstration",
        entries.iter().map(|entry| Some(entry.made_up)),
    ))
}

fn standard_tables() -> Vec<NewTable> {
    let items: Vec<Item> = Item::all().collect();
    let mut limits: BTreeMap<(u8, u32, &str, u8), (Item, &str)> = BTreeMap::new();
    for item in &items {
        for body in [Body::River, Body::Lake] {
            for class in &Class::ALL[..5] {
                if let (Some((table, no)), Some(limit)) = (surface::place(*item), surface::limit(*item, *class, body)) {
                    limits.insert((table, no, body.id(), class.rank()), (*item, limit));
                }
            }
        }
    }
    let mut all = LimitColumns::default();
    for ((table, no, body, rank), (item, limit)) in &limits {
        let class = Class::from_rank(*rank).map(Class::id).unwrap_or_default();
        all.push("GB 3838-2002", *table, *no, *item, class, body, limit, item.unit(), true);
    }
    for item in items.iter().filter(|item| surface::source_limit(**item).is_some()) {
        if let (Some(cite), Some(limit)) = (standards::Citation::gb3838(*item), surface::source_limit(*item)) {
            all.push("GB 3838-2002", cite.table, cite.no, *item, "", "source", limit, "mg/L", cite.verified);
        }
    }
    for item in groundwater::items() {
        for class in &Class::ALL[..4] {
            if let (Some((table, no)), Some((limit, unit))) = (groundwater::place(item), groundwater::limit(item, *class)) {
                all.push("GB/T 14848-2017", table, no, item, class.id(), "groundwater", limit, unit, true);
            }
        }
    }
    for row in limit_table::rows() {
        all.push(&row.standard, row.table, row.no, row.item, &row.grade, &row.condition, &row.printed, &row.unit, row.verified);
    }
    vec![
        NewTable::new("items", "Every item: one id for one pollutant or property.")
            .text("id", "its id", items.iter().map(|item| Some(item.id().to_owned())))
            .text("name_zh", "Chinese name", items.iter().map(|item| Some(item.zh().to_owned())))
            .text("name_en", "English name", items.iter().map(|item| Some(item.en().to_owned())))
            .text("unit", "the unit its values are kept in", items.iter().map(|item| Some(item.unit().to_owned())))
            .text("codes", "HJ 212 codes, separated by commas", items.iter().map(|item| Some(item.codes().join(","))))
            .boolean(
                "decides_class",
                "whether it is one of the 21 that decide a section's class",
                items.iter().map(|item| Some(surface::decides_class(*item))),
            ),
        all.table(),
    ]
}

/// The columns of `limits`.
#[derive(Default)]
struct LimitColumns {
    standard: StringBuilder,
    table: Vec<Option<i64>>,
    no: Vec<Option<i64>>,
    item: StringBuilder,
    class: StringBuilder,
    condition: StringBuilder,
    printed: StringBuilder,
    unit: StringBuilder,
    verified: Vec<Option<bool>>,
}

impl LimitColumns {
    #[expect(clippy::too_many_arguments, reason = "a row of the table")]
    fn push(
        &mut self,
        standard: &str,
        table: u8,
        no: u32,
        item: Item,
        class: &str,
        condition: &str,
        printed: &str,
        unit: &str,
        verified: bool,
    ) {
        self.standard.append_value(standard);
        self.table.push(Some(i64::from(table)));
        self.no.push(Some(i64::from(no)));
        self.item.append_value(item.id());
        self.class.append_value(class);
        self.condition.append_value(condition);
        self.printed.append_value(printed);
        self.unit.append_value(unit);
        self.verified.push(Some(verified));
    }

    fn table(mut self) -> NewTable {
        NewTable::new("limits", "Every limit of every standard, as printed.")
            .column("standard", "code with edition", Arc::new(self.standard.finish()) as ArrayRef)
            .integer("table_no", "its table", self.table)
            .integer("row_no", "number of the row", self.no)
            .column("item", "the item", Arc::new(self.item.finish()) as ArrayRef)
            .column("class", "class or grade; empty where the table has none", Arc::new(self.class.finish()) as ArrayRef)
            .column(
                "applies_to",
                "river, lake, source, groundwater, an industry, cold water …; empty for all",
                Arc::new(self.condition.finish()) as ArrayRef,
            )
            .column("printed", "the limit as printed: a number, 6~9, ND, -, <1, >3, ≥0.05", Arc::new(self.printed.finish()) as ArrayRef)
            .column("unit", "its unit", Arc::new(self.unit.finish()) as ArrayRef)
            .boolean("verified", "whether a second public source was seen", self.verified)
    }
}

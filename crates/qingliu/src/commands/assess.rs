//! `qingliu assess`: the class of every row of a file, with no store.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use facts::import::open_table;
use serde_json::json;
use standards::column::Column;
use standards::reading::Reading;
use standards::surface::{self, Body, Judged};
use standards::{Class, Decimal, Item, Rounding, unit};

use crate::cli::{AssessArgs, Format, ValueKind, exit};
use crate::table;

/// Rows printed in the comparison; all of them are in CSV and JSON.
const SHOWN: usize = 40;

pub(crate) fn run(args: AssessArgs) -> Result<ExitCode> {
    let lakes = args.sections.as_deref().map(Bodies::read).transpose()?;
    let mut out = Output::new(&args)?;
    let mut agreement = Agreement::default();
    let mut refused = 0_u64;
    let rounding = if args.round { Rounding::Published } else { Rounding::Raw };
    for path in &args.files {
        let file = path.display().to_string();
        let table = open_table(path)?;
        let layout = Layout::read(&file, &table.header, args.value)?;
        for row in table.rows {
            let (line, cells) = row?;
            match layout.assess(&cells, lakes.as_ref(), args.value, rounding) {
                Ok(Some(assessed)) => {
                    agreement.add(&file, line, &assessed);
                    out.row(&assessed)?;
                }
                Ok(None) => {}
                Err(error) => {
                    refused += 1;
                    eprintln!("{file}, row {line}: {error:#}");
                }
            }
        }
    }
    out.finish(&agreement)?;
    Ok(if refused == 0 { ExitCode::SUCCESS } else { ExitCode::from(exit::REFUSED) })
}

/// Which sections are lakes.
struct Bodies(HashMap<(String, String, String), Body>);

impl Bodies {
    fn read(path: &Path) -> Result<Self> {
        let mut reader = csv::Reader::from_path(path).with_context(|| path.display().to_string())?;
        let header = reader.headers()?.clone();
        let column = |names: &[&str]| header.iter().position(|name| names.contains(&name));
        let section = column(&["section", "断面名称"]).with_context(|| format!("{}: no column `section`", path.display()))?;
        let body = column(&["body", "water_type_inferred", "water_type"])
            .with_context(|| format!("{}: no column `body` or `water_type_inferred`", path.display()))?;
        let (province, basin) = (column(&["province", "省份"]), column(&["basin", "流域"]));
        let mut bodies = HashMap::new();
        for (place, record) in reader.records().enumerate() {
            let record = record?;
            let cell = |column: Option<usize>| column.and_then(|column| record.get(column)).unwrap_or_default().to_owned();
            let kind = match record.get(body).unwrap_or_default() {
                "" | "unknown" => Body::River,
                text => text.parse().with_context(|| format!("{}, row {}", path.display(), place + 2))?,
            };
            bodies.insert((cell(province), cell(basin), cell(Some(section))), kind);
        }
        Ok(Self(bodies))
    }

    fn of(&self, province: &str, basin: &str, section: &str) -> Body {
        let key = |province: &str, basin: &str| self.0.get(&(province.to_owned(), basin.to_owned(), section.to_owned())).copied();
        key(province, basin).or_else(|| key("", "")).unwrap_or(Body::River)
    }
}

struct Layout {
    section: Option<usize>,
    time: Option<usize>,
    province: Option<usize>,
    basin: Option<usize>,
    body: Option<usize>,
    official: Option<usize>,
    items: Vec<ItemColumns>,
    width: usize,
}

/// An item with its published and its unrounded column: number and unit.
type ItemColumns = (Item, Option<(usize, &'static str)>, Option<(usize, &'static str)>);

struct Assessed {
    section: String,
    time: String,
    body: Body,
    judged: Option<Judged>,
    official: Option<Class>,
}

impl Layout {
    fn read(file: &str, header: &[String], value: ValueKind) -> Result<Self> {
        let find = |names: &[&str]| header.iter().position(|name| names.contains(&name.trim()));
        let mut items: Vec<ItemColumns> = Vec::new();
        for (place, name) in header.iter().enumerate() {
            let Some(column) = Column::parse(name).with_context(|| file.to_owned())? else { continue };
            if !surface::decides_class(column.item) {
                continue;
            }
            let slot = match items.iter_mut().find(|(item, _, _)| *item == column.item) {
                Some(slot) => slot,
                None => {
                    items.push((column.item, None, None));
                    items.last_mut().context("no columns")?
                }
            };
            *(if column.raw { &mut slot.2 } else { &mut slot.1 }) = Some((place, column.unit));
        }
        if items.is_empty() {
            bail!(
                "{file}: no column of readings that decide a class (expected names such as nh3n, do_mgl or 氨氮(mg/L)); found {}",
                header.join(", ")
            );
        }
        if value == ValueKind::Raw && items.iter().all(|(_, _, raw)| raw.is_none()) {
            bail!("{file}: --value raw, but no column ends in _raw (--value published takes the others)");
        }
        items.sort_by_key(|(item, _, _)| *item);
        Ok(Self {
            section: find(&["section", "place", "断面名称"]),
            time: find(&["time", "监测时间", "采样时间"]),
            province: find(&["province", "省份"]),
            basin: find(&["basin", "流域"]),
            body: find(&["body"]),
            official: find(&["class_official", "水质类别"]),
            items,
            width: header.len(),
        })
    }

    fn assess(&self, cells: &[String], lakes: Option<&Bodies>, value: ValueKind, rounding: Rounding) -> Result<Option<Assessed>> {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return Ok(None);
        }
        if cells.len() != self.width {
            bail!("{} cells (expected {}, as the header has)", cells.len(), self.width);
        }
        let cell = |column: Option<usize>| column.and_then(|column| cells.get(column)).map_or("", |cell| cell.trim());
        let body = match cell(self.body) {
            "" => lakes.map_or(Body::River, |lakes| lakes.of(cell(self.province), cell(self.basin), cell(self.section))),
            text => text.parse()?,
        };
        let mut values: Vec<(Item, Decimal)> = Vec::with_capacity(self.items.len());
        for (item, published, raw) in &self.items {
            let columns = if value == ValueKind::Raw { [*raw, *published] } else { [*published, None] };
            for (place, in_unit) in columns.into_iter().flatten() {
                match Reading::parse(cell(Some(place)), false).with_context(|| item.id().to_owned())? {
                    Reading::Value(number) | Reading::BelowDetection(number) => {
                        values.push((*item, unit::convert(number, in_unit, item.unit())?));
                        break;
                    }
                    Reading::Missing | Reading::NotMeasured => {}
                }
            }
        }
        let official = match cell(self.official) {
            "" | "-" | "--" | "*" => None,
            text => Some(text.parse::<Class>()?),
        };
        let judged = surface::judge_values(&values, body, rounding);
        Ok(Some(Assessed { section: cell(self.section).to_owned(), time: cell(self.time).to_owned(), body, judged, official }))
    }
}

impl Assessed {
    fn class(&self) -> String {
        self.judged.as_ref().map_or_else(|| "—".to_owned(), |judged| judged.class.zh().to_owned())
    }

    fn deciding(&self) -> String {
        let named = |judged: &Judged| judged.deciding.iter().map(|item| item.id()).collect::<Vec<_>>().join(" ");
        self.judged.as_ref().map_or_else(String::new, named)
    }

    /// Items worse than class III with their multiples over it.
    fn multiples(&self) -> String {
        let Some(judged) = &self.judged else { return String::new() };
        let over = judged.items.iter().filter(|own| Class::III < own.class);
        let shown = over.map(|own| match own.multiple {
            Some(multiple) => format!("{}({})", own.item.id(), surface::print_multiple(multiple)),
            None => own.item.id().to_owned(),
        });
        shown.collect::<Vec<_>>().join(" ")
    }
}

/// How classes agree with those the source gives.
#[derive(Default)]
struct Agreement {
    table: BTreeMap<(Class, Option<Class>), u64>,
    differing: Vec<Vec<String>>,
}

impl Agreement {
    fn add(&mut self, file: &str, line: u64, assessed: &Assessed) {
        let Some(official) = assessed.official else { return };
        let own = assessed.judged.as_ref().map(|judged| judged.class);
        *self.table.entry((official, own)).or_default() += 1;
        if own != Some(official) {
            let row = [
                file.to_owned(),
                line.to_string(),
                assessed.section.clone(),
                assessed.time.clone(),
                official.zh().to_owned(),
                assessed.class(),
                explain(assessed, official),
            ];
            self.differing.push(row.to_vec());
        }
    }

    fn rows(&self) -> u64 {
        self.table.values().sum()
    }

    fn agreeing(&self) -> u64 {
        self.table.iter().filter(|((official, own), _)| Some(*official) == *own).map(|(_, n)| n).sum()
    }

    fn share(&self) -> String {
        let share = Decimal::ONE_HUNDRED * Decimal::from(self.agreeing()) / Decimal::from(self.rows().max(1));
        standards::rounding::half_even(share, 2).to_string()
    }
}

/// Why a row may differ: which items give this class, and which would give the official one.
fn explain(assessed: &Assessed, official: Class) -> String {
    let Some(judged) = &assessed.judged else { return "no value of the items that decide a class".to_owned() };
    let shown = |own: &surface::ItemClass| {
        let limit = surface::limit(own.item, official, assessed.body).unwrap_or("none");
        format!("{} {} is {} (limit of {}: {limit})", own.item.id(), own.value, own.class.zh(), official.zh())
    };
    let worse: Vec<String> = judged.items.iter().filter(|own| official < own.class).map(shown).collect();
    if !worse.is_empty() {
        return format!("{}; {} items, {}", worse.join("; "), judged.items.len(), assessed.body.id());
    }
    let nearest = judged.items.iter().max_by_key(|own| own.class).map(shown).unwrap_or_default();
    format!("no value here is as bad as {}; worst is {nearest}; {} items, {}", official.zh(), judged.items.len(), assessed.body.id())
}

struct Output<'a> {
    args: &'a AssessArgs,
    rows: Vec<Vec<String>>,
    json: Vec<serde_json::Value>,
    csv: Option<csv::Writer<std::io::Stdout>>,
}

const COLUMNS: [&str; 7] = ["section", "time", "body", "class", "deciding", "over_III", "class_official"];

impl<'a> Output<'a> {
    fn new(args: &'a AssessArgs) -> Result<Self> {
        let csv = if args.format == Format::Csv {
            let mut writer = csv::Writer::from_writer(std::io::stdout());
            if !args.summary {
                writer.write_record(COLUMNS)?;
            }
            Some(writer)
        } else {
            None
        };
        Ok(Self { args, rows: Vec::new(), json: Vec::new(), csv })
    }

    fn row(&mut self, assessed: &Assessed) -> Result<()> {
        if self.args.summary {
            return Ok(());
        }
        let official = assessed.official.map_or("", Class::zh).to_owned();
        let cells = vec![
            assessed.section.clone(),
            assessed.time.clone(),
            assessed.body.id().to_owned(),
            assessed.class(),
            assessed.deciding(),
            assessed.multiples(),
            official,
        ];
        match (&mut self.csv, self.args.format) {
            (Some(writer), _) => writer.write_record(&cells)?,
            (None, Format::Json) => {
                let items: Vec<_> = assessed.judged.iter().flat_map(|judged| &judged.items).map(|own| json!({"item": own.item.id(), "value": own.value.to_string(), "class": own.class, "multiple": own.multiple.map(|multiple| surface::print_multiple(multiple).to_string())})).collect();
                self.json.push(json!({
                    "section": assessed.section, "time": assessed.time, "body": assessed.body, "class": assessed.judged.as_ref().map(|judged| judged.class),
                    "deciding": assessed.judged.iter().flat_map(|judged| &judged.deciding).map(|item| item.id()).collect::<Vec<_>>(), "items": items, "class_official": assessed.official,
                }));
            }
            (None, _) => self.rows.push(cells),
        }
        Ok(())
    }

    fn finish(mut self, agreement: &Agreement) -> Result<()> {
        if let Some(writer) = &mut self.csv {
            writer.flush()?;
        }
        if self.args.format == Format::Json {
            let table: Vec<_> =
                agreement.table.iter().map(|((official, own), n)| json!({"official": official, "class": own, "rows": n})).collect();
            let differing: Vec<_> = agreement.differing.iter().map(|row| json!({"file": row[0], "row": row[1], "section": row[2], "time": row[3], "official": row[4], "class": row[5], "why": row[6]})).collect();
            let summary = json!({"rows": agreement.rows(), "agreeing": agreement.agreeing(), "share_pct": agreement.share(), "table": table, "differing": differing});
            println!(
                "{}",
                serde_json::to_string_pretty(
                    &json!({"rows": self.json, "agreement": if agreement.rows() == 0 { serde_json::Value::Null } else { summary }})
                )?
            );
            return Ok(());
        }
        let header = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        if !self.rows.is_empty() {
            print!("{}", table::render(&header(&COLUMNS), &self.rows));
        }
        if agreement.rows() == 0 {
            return Ok(());
        }
        // Beside CSV on standard output the comparison goes where it does not spoil the file.
        let text = comparison(agreement, header);
        if self.csv.is_some() && !self.args.summary {
            eprint!("{text}")
        } else {
            print!("{text}")
        }
        Ok(())
    }
}

fn comparison(agreement: &Agreement, header: impl Fn(&[&str]) -> Vec<String>) -> String {
    let mut text = String::from("\nofficial class (rows) against the class found (columns)\n");
    let classes: Vec<Option<Class>> = Class::ALL.into_iter().map(Some).chain([None]).collect();
    let name = |class: &Option<Class>| class.map_or("—", Class::zh).to_owned();
    let rows: Vec<Vec<String>> = Class::ALL
        .into_iter()
        .map(|official| {
            let counts = classes.iter().map(|own| agreement.table.get(&(official, *own)).copied().unwrap_or(0));
            [official.zh().to_owned()].into_iter().chain(counts.map(|n| if n == 0 { "·".to_owned() } else { n.to_string() })).collect()
        })
        .collect();
    let columns: Vec<String> = [String::new()].into_iter().chain(classes.iter().map(name)).collect();
    text.push_str(&table::render(&columns, &rows));
    text.push_str(&format!("{} of {} classed rows agree ({} %)\n", agreement.agreeing(), agreement.rows(), agreement.share()));
    if !agreement.differing.is_empty() {
        let shown: Vec<Vec<String>> = agreement.differing.iter().take(SHOWN).map(|row| row[1..].to_vec()).collect();
        text.push_str("\nrows that differ\n");
        text.push_str(&table::render(&header(&["row", "section", "time", "official", "found", "why"]), &shown));
        if SHOWN < agreement.differing.len() {
            text.push_str(&format!("… and {} more (--format json lists all)\n", agreement.differing.len() - SHOWN));
        }
    }
    text
}

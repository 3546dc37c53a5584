//! The data files, parsed once. Everything that is a number of a standard comes through here.

use std::collections::HashMap;
use std::sync::LazyLock;

use rust_decimal::Decimal;
use serde::Deserialize;

use crate::class::{Class, Status};
use crate::item::{Item, ItemData};
use crate::scaled::{Scaled, decimal};

/// The files by name, for the digest and for whoever wants to read or publish them.
pub(crate) const FILES: [(&str, &str); 9] = [
    ("items.toml", include_str!("../data/items.toml")),
    ("gb3838-2002.toml", include_str!("../data/gb3838-2002.toml")),
    ("gbt14848-2017.toml", include_str!("../data/gbt14848-2017.toml")),
    ("gb5749-2022.toml", include_str!("../data/gb5749-2022.toml")),
    ("gb18918-2002.toml", include_str!("../data/gb18918-2002.toml")),
    ("gb8978-1996.toml", include_str!("../data/gb8978-1996.toml")),
    ("black-odorous-2015.toml", include_str!("../data/black-odorous-2015.toml")),
    ("surface-water-assessment.toml", include_str!("../data/surface-water-assessment.toml")),
    ("gbt14848-1993-score.toml", include_str!("../data/gbt14848-1993-score.toml")),
];

/// The text of a data file that is compiled in.
pub(crate) fn file(name: &str) -> &'static str {
    FILES.iter().find(|(file, _)| *file == name).map_or("", |(_, text)| text)
}

/// Parsed data. A file that does not parse is a defect of this crate, found by its own tests.
pub(crate) static DATA: LazyLock<Data> = LazyLock::new(Data::load);

/// Everything the surface-water functions read.
pub(crate) struct Data {
    pub(crate) items: &'static [ItemData],
    by_id: HashMap<&'static str, usize>,
    by_name: HashMap<String, usize>,
    pub(crate) gb3838: Gb3838,
    pub(crate) assessment: Assessment,
    decimals: Vec<Option<u32>>,
}

impl Data {
    fn load() -> Self {
        #[derive(Deserialize)]
        struct Items {
            item: Vec<ItemData>,
        }
        let mut items = parse::<Items>("items.toml").item;
        let (mut by_id, mut by_name) = (HashMap::new(), HashMap::new());
        for (no, item) in items.iter_mut().enumerate() {
            item.no = no;
        }
        let items: &'static [ItemData] = Box::leak(items.into_boxed_slice());
        for item in items {
            by_id.insert(item.id.as_str(), item.no);
        }
        for item in items {
            let names = [&item.id, &item.zh, &item.en].into_iter().chain(&item.aliases).chain(&item.codes);
            for name in names {
                by_name.entry(name.to_lowercase()).or_insert(item.no);
            }
        }
        let assessment: Assessment = parse("surface-water-assessment.toml");
        let decimals = items.iter().map(|item| assessment.rounding.decimals.get(&item.id).copied()).collect();
        let mut data = Self { items, by_id, by_name, gb3838: Gb3838::default(), assessment, decimals };
        data.gb3838 = Gb3838::load(&data);
        data
    }

    pub(crate) fn item_by_id(&self, id: &str) -> Option<Item> {
        self.by_id.get(id).map(|no| Item(&self.items[*no]))
    }

    pub(crate) fn item_by_name(&self, name: &str) -> Option<Item> {
        self.by_name.get(&name.trim().to_lowercase()).map(|no| Item(&self.items[*no]))
    }

    #[inline]
    pub(crate) fn decimals(&self, item: Item) -> Option<u32> {
        self.decimals[item.no()]
    }

    pub(crate) fn section_status(&self, class: Class) -> Status {
        let row = self.assessment.section_status.items.iter().find(|row| row.class == class);
        row.map_or(Status::Heavy, |row| row.status)
    }

    fn known(&self, id: &str) -> Item {
        self.item_by_id(id).unwrap_or_else(|| panic!("data file names the unknown item `{id}`"))
    }
}

/// Parses one of the compiled-in files.
pub(crate) fn parse<T: serde::de::DeserializeOwned>(name: &str) -> T {
    toml::from_str(file(name)).unwrap_or_else(|error| panic!("data/{name}: {error}"))
}

/// Which way a limit binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    /// Complies when the value is at most the limit.
    Max,
    /// Complies when the value is at least the limit.
    Min,
    /// Complies between two limits.
    Range,
}

/// The limits of one item, class by class, ready to meet a value.
#[derive(Debug, Clone)]
pub(crate) struct Ladder {
    pub(crate) rule: Rule,
    /// Classes I to V; for a range the two bounds.
    pub(crate) limits: Vec<Scaled>,
    /// As printed.
    pub(crate) printed: Vec<String>,
}

impl Ladder {
    fn new(rule: &str, printed: &[String]) -> Self {
        let number = |text: &str| Scaled::from(decimal(text).unwrap_or_else(|error| panic!("data file: {error}")));
        let (rule, limits) = match rule {
            "range" => {
                let (low, high) = printed[0].split_once('~').unwrap_or_else(|| panic!("data file: `{}` is no range", printed[0]));
                (Rule::Range, vec![number(low), number(high)])
            }
            "min" => (Rule::Min, printed.iter().map(|text| number(text)).collect()),
            _ => (Rule::Max, printed.iter().map(|text| number(text)).collect()),
        };
        Self { rule, limits, printed: printed.to_vec() }
    }

    /// The best class whose limit the value meets; inferior V where it meets none.
    #[inline]
    pub(crate) fn class(&self, value: Scaled) -> Class {
        let met = match self.rule {
            Rule::Max => self.limits.iter().position(|limit| value <= *limit),
            Rule::Min => self.limits.iter().position(|limit| *limit <= value),
            Rule::Range => (self.limits[0] <= value && value <= self.limits[1]).then_some(0),
        };
        met.and_then(|place| Class::ALL.get(place).copied()).unwrap_or(Class::InferiorV)
    }
}

/// GB 3838-2002 as the functions use it.
#[derive(Default)]
pub(crate) struct Gb3838 {
    /// By item number: river ladder, lake ladder.
    pub(crate) table1: Vec<Option<Table1Row>>,
    /// Tables 2 and 3: one limit each, by item number.
    pub(crate) sources: Vec<Option<SourceRow>>,
}

pub(crate) struct Table1Row {
    pub(crate) no: u32,
    pub(crate) river: Option<Ladder>,
    pub(crate) lake: Option<Ladder>,
    pub(crate) decides_class: bool,
}

pub(crate) struct SourceRow {
    pub(crate) table: u8,
    pub(crate) no: u32,
    pub(crate) limit: Scaled,
    pub(crate) printed: String,
}

impl Gb3838 {
    fn load(data: &Data) -> Self {
        #[derive(Deserialize)]
        struct File {
            table1: Table<Row1>,
            table2: Table<Row23>,
            table3: Table<Row23>,
        }
        #[derive(Deserialize)]
        struct Row1 {
            no: u32,
            id: String,
            rule: String,
            #[serde(default)]
            scope: Option<String>,
            #[serde(default)]
            limits: Vec<String>,
            #[serde(default)]
            limits_lake: Option<Vec<String>>,
            in_21: bool,
        }
        #[derive(Deserialize)]
        struct Row23 {
            no: u32,
            id: String,
            limit: String,
        }
        let file: File = parse("gb3838-2002.toml");
        let mut table1: Vec<Option<Table1Row>> = (0..data.items.len()).map(|_| None).collect();
        for row in file.table1.items {
            let ladder = (row.rule != "delta").then(|| Ladder::new(&row.rule, &row.limits));
            let lake = row.limits_lake.as_ref().map(|limits| Ladder::new(&row.rule, limits)).or_else(|| ladder.clone());
            let river = ladder.filter(|_| row.scope.as_deref() != Some("lake"));
            table1[data.known(&row.id).no()] = Some(Table1Row { no: row.no, river, lake, decides_class: row.in_21 });
        }
        let mut sources: Vec<Option<SourceRow>> = (0..data.items.len()).map(|_| None).collect();
        for (table, rows) in [(2, file.table2.items), (3, file.table3.items)] {
            for row in rows {
                let limit = Scaled::from(decimal(&row.limit).unwrap_or_else(|error| panic!("gb3838-2002.toml: {error}")));
                sources[data.known(&row.id).no()] = Some(SourceRow { table, no: row.no, limit, printed: row.limit });
            }
        }
        Self { table1, sources }
    }
}

/// A table of a data file.
#[derive(Debug, Deserialize)]
pub(crate) struct Table<Row> {
    pub(crate) items: Vec<Row>,
}

/// The parameters of the surface-water assessment method.
#[derive(Debug, Deserialize)]
pub(crate) struct Assessment {
    pub(crate) section_status: Table<StatusRow>,
    pub(crate) basin_status: Table<BasinRow>,
    pub(crate) basin: BasinMinimum,
    pub(crate) main_pollutant: MainPollutant,
    pub(crate) rounding: RoundingTable,
    pub(crate) averaging: Averaging,
    pub(crate) tli: Tli,
    pub(crate) change: Change,
    pub(crate) cwqi: Cwqi,
    pub(crate) spearman: Spearman,
}

#[derive(Debug, Deserialize)]
pub(crate) struct StatusRow {
    pub(crate) class: Class,
    pub(crate) status: Status,
}

#[derive(Debug, Deserialize)]
pub(crate) struct BasinRow {
    pub(crate) status: Status,
    pub(crate) i_iii_min: Option<Decimal>,
    pub(crate) v_plus_below: Option<Decimal>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct BasinMinimum {
    pub(crate) sections_min: usize,
}

#[derive(Debug, Deserialize)]
pub(crate) struct MainPollutant {
    pub(crate) max_items: usize,
    pub(crate) priority: Vec<String>,
    pub(crate) no_multiple: Vec<String>,
    pub(crate) multiple_decimals: u32,
}

#[derive(Debug, Deserialize)]
pub(crate) struct RoundingTable {
    pub(crate) decimals: HashMap<String, u32>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Averaging {
    pub(crate) season_rounds_min: u32,
    pub(crate) year_rounds: u32,
    pub(crate) year_rounds_min_frozen: u32,
    pub(crate) section_items_min: u32,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Tli {
    pub(crate) items: Vec<TliRow>,
    pub(crate) grades: Vec<TliGrade>,
    pub(crate) digits: u32,
}

#[derive(Debug, Deserialize)]
pub(crate) struct TliRow {
    pub(crate) id: String,
    pub(crate) unit: String,
    pub(crate) a: Decimal,
    pub(crate) b: Decimal,
    pub(crate) r2: Decimal,
}

#[derive(Debug, Deserialize)]
pub(crate) struct TliGrade {
    pub(crate) grade: String,
    pub(crate) zh: String,
    pub(crate) below: Option<Decimal>,
    pub(crate) at_most: Option<Decimal>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Change {
    pub(crate) by_share: ChangeByShare,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ChangeByShare {
    pub(crate) none_max: Decimal,
    pub(crate) some_max: Decimal,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Cwqi {
    pub(crate) neutral_ph: Decimal,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Spearman {
    pub(crate) periods_min: usize,
    pub(crate) n: Vec<usize>,
    pub(crate) p05: Vec<Decimal>,
    pub(crate) p01: Vec<Decimal>,
}

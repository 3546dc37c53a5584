//! What the columns of a file are, and which places their rows speak of.

use std::collections::HashMap;
use std::path::Path;

use standards::Item;
use standards::column::Column;

use super::ImportError;

/// Names of the columns that are not readings.
const ALIASES: [(&str, &[&str]); 15] = [
    ("place", &["place", "section", "断面名称", "断面", "点位", "点位名称"]),
    ("province", &["province", "省份"]),
    ("time", &["time", "监测时间", "采样时间", "时间"]),
    ("class_official", &["class_official", "水质类别"]),
    ("status", &["status", "站点情况"]),
    ("known_at", &["known_at"]),
    ("fetched", &["fetched"]),
    ("qc_flag", &["qc_flag"]),
    ("item", &["item", "项目", "监测项目"]),
    ("value", &["value", "监测值", "结果"]),
    ("unit", &["unit", "单位"]),
    ("method", &["method", "方法", "分析方法"]),
    ("flag", &["flag"]),
    ("reason", &["reason", "更正原因"]),
    ("source", &["source", "来源", "数据来源"]),
];

/// The places that observations can be of, by id and by name.
#[derive(Default)]
pub(super) struct Places {
    pub(super) by_id: HashMap<String, String>,
    pub(super) by_name: HashMap<String, Vec<(String, String)>>,
}

impl Places {
    pub(super) fn find(&self, name: &str, province: &str) -> Result<&str, String> {
        if let Some(id) = self.by_id.get(name) {
            return Ok(id);
        }
        let named = self.by_name.get(name).map_or(&[][..], Vec::as_slice);
        let fitting: Vec<&(String, String)> =
            named.iter().filter(|(own, _)| province.is_empty() || own.is_empty() || own == province).collect();
        match fitting[..] {
            [(_, id)] => Ok(id),
            [] => Err("the id or Chinese name of a section or point in the registers".to_owned()),
            _ => Err(format!("a name that stands for one place; this one stands for {}, so give the id", fitting.len())),
        }
    }
}

/// Which column is what.
pub(super) struct Layout {
    /// Column numbers by their meaning.
    pub(super) named: HashMap<&'static str, usize>,
    /// Readings in wide form: item, published column, unrounded column.
    pub(super) wide: Vec<WideColumn>,
    pub(super) header: Vec<String>,
}

pub(super) struct WideColumn {
    pub(super) item: Item,
    pub(super) published: Option<(usize, &'static str)>,
    pub(super) raw: Option<(usize, &'static str)>,
}

impl Layout {
    pub(super) fn read(path: &Path, header: &[String]) -> Result<Self, ImportError> {
        let refuse = |what: String| ImportError::Format { file: path.to_owned(), what };
        let mut named = HashMap::new();
        for (meaning, names) in ALIASES {
            if let Some(column) = header.iter().position(|name| names.contains(&name.trim())) {
                named.insert(meaning, column);
            }
        }
        let long = named.contains_key("item") && named.contains_key("value");
        let mut wide: Vec<WideColumn> = Vec::new();
        for (place, name) in header.iter().enumerate().filter(|_| !long) {
            if named.values().any(|column| *column == place) {
                continue;
            }
            let Some(column) = Column::parse(name).map_err(|error| refuse(error.to_string()))? else { continue };
            let own = match wide.iter_mut().find(|own| own.item == column.item) {
                Some(own) => own,
                None => {
                    wide.push(WideColumn { item: column.item, published: None, raw: None });
                    wide.last_mut().ok_or_else(|| refuse("no columns".to_owned()))?
                }
            };
            let slot = if column.raw { &mut own.raw } else { &mut own.published };
            if let Some((first, _)) = slot {
                return Err(refuse(format!("columns `{}` and `{name}` are both {} (expected one)", header[*first], column.item)));
            }
            *slot = Some((place, column.unit));
        }
        for needed in ["place", "time"] {
            if !named.contains_key(needed) {
                let names = ALIASES.iter().find(|(meaning, _)| *meaning == needed).map_or(&[][..], |(_, names)| names);
                return Err(refuse(format!(
                    "no column for the {needed} (expected one named {}); found {}",
                    names.join(", "),
                    header.join(", ")
                )));
            }
        }
        if wide.is_empty() && !long {
            return Err(refuse(format!(
                "no column of readings (expected names such as do_mgl or 溶解氧(mg/L), or the columns item and value); found {}",
                header.join(", ")
            )));
        }
        Ok(Self { named, wide, header: header.to_vec() })
    }

    pub(super) fn cell<'a>(&self, cells: &'a [String], meaning: &str) -> &'a str {
        self.named.get(meaning).and_then(|column| cells.get(*column)).map_or("", |cell| cell.trim())
    }
}

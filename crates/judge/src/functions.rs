//! The standards as SQL functions.
//!
//! Values are text or decimal; text keeps its digits and may carry a below-detection mark. Floats are refused, so that a
//! limit meets a value only as decimals. A name or a number that cannot be read stops the query with a message; NULL
//! gives NULL.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanBuilder, Decimal128Array, Decimal128Builder, Int64Builder, StringArray, StringBuilder,
};
use datafusion::arrow::datatypes::{DataType, Decimal128Type};
use datafusion::common::{DataFusionError, Result, exec_err, plan_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};
use standards::reading::Reading;
use standards::surface::{self, Body, ItemJudge};
use standards::{Class, Decimal, Item, Rounding, Scaled, black_odour, cwqi, groundwater, rounding, trophic, unit};

/// What an argument may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A word.
    Text,
    /// A number, as text or decimal.
    Value,
}

/// What comes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returns {
    /// A word.
    Text,
    /// A whole number.
    Integer,
    /// A truth value.
    Boolean,
    /// A decimal with this many places.
    Decimal(u8),
}

/// A function of the catalogue.
#[derive(Debug)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// Its arguments: name and kind; the last `optional` may be left out.
    pub args: &'static [(&'static str, Kind)],
    /// How many may be left out.
    pub optional: usize,
    /// What it gives.
    pub returns: Returns,
    /// What it says, in one sentence.
    pub doc: &'static str,
    run: fn(&[Cell<'_>]) -> std::result::Result<Out, String>,
}

/// A cell of an argument.
#[derive(Debug, Clone, Copy)]
enum Cell<'a> {
    Null,
    Text(&'a str),
    Number(Scaled),
}

/// A cell of the answer.
enum Out {
    Null,
    Text(String),
    Integer(i64),
    Boolean(bool),
    Decimal(Decimal),
}

const TEXT: Kind = Kind::Text;
const VALUE: Kind = Kind::Value;

/// Every scalar function, in the order of the documentation.
pub static FUNCTIONS: &[Function] = &[
    Function {
        name: "gb3838_class",
        args: &[("item", TEXT), ("value", VALUE), ("body", TEXT), ("rounding", TEXT)],
        optional: 1,
        returns: Returns::Text,
        doc: "Class of one value by GB 3838-2002 table 1 (I … V, V+ for inferior to V); body is river or lake; rounding is raw (default) or published. NULL where the item has no class limits in that water.",
        run: |args| Ok(item_class(args)?.map_or(Out::Null, |class| Out::Text(class.id().to_owned()))),
    },
    Function {
        name: "gb3838_rank",
        args: &[("item", TEXT), ("value", VALUE), ("body", TEXT), ("rounding", TEXT)],
        optional: 1,
        returns: Returns::Integer,
        doc: "The same as a number: 1 for class I … 6 for inferior to V.",
        run: |args| Ok(item_class(args)?.map_or(Out::Null, |class| Out::Integer(i64::from(class.rank())))),
    },
    Function {
        name: "gb3838_limit",
        args: &[("item", TEXT), ("class", TEXT), ("body", TEXT)],
        optional: 0,
        returns: Returns::Text,
        doc: "The limit of a class as GB 3838-2002 table 1 prints it (pH: 6~9), in mg/L unless the item has another unit.",
        run: |args| match (text(args, 0), text(args, 1), text(args, 2)) {
            (Some(item), Some(class), Some(body)) => Ok(surface::limit(find_item(item)?, find_class(class)?, find_body(body)?)
                .map_or(Out::Null, |limit| Out::Text(limit.to_owned()))),
            _ => Ok(Out::Null),
        },
    },
    Function {
        name: "exceedance",
        args: &[("item", TEXT), ("value", VALUE), ("class", TEXT), ("body", TEXT), ("rounding", TEXT)],
        optional: 1,
        returns: Returns::Decimal(6),
        doc: "How many times over the limit of a class a value is, value / limit - 1, to six places half to even; negative within the limit. NULL for water temperature, pH and dissolved oxygen.",
        run: |args| {
            let (Some(item), Some(value), Some(class), Some(body)) = (text(args, 0), value(args, 1)?, text(args, 2), text(args, 3)) else {
                return Ok(Out::Null);
            };
            let item = find_item(item)?;
            let value = rounding::apply(item, value, find_rounding(text(args, 4))?);
            Ok(surface::exceedance(item, value, find_class(class)?, find_body(body)?).map_or(Out::Null, Out::Decimal))
        },
    },
    Function {
        name: "published",
        args: &[("item", TEXT), ("value", VALUE)],
        optional: 0,
        returns: Returns::Text,
        doc: "The value as it is published and compared: rounded half to even to the decimals the monitoring rules give the item; as text, with its zeros.",
        run: |args| {
            let (Some(item), Some(value)) = (text(args, 0), value(args, 1)?) else { return Ok(Out::Null) };
            let item = find_item(item)?;
            let rounded = rounding::apply(item, value, Rounding::Published);
            Ok(Out::Text(if rounding::decimals(item).is_some() { rounded } else { rounded.normalize() }.to_string()))
        },
    },
    Function {
        name: "decides_class",
        args: &[("item", TEXT)],
        optional: 0,
        returns: Returns::Boolean,
        doc: "Whether the item is one of the 21 that decide the class of a section.",
        run: |args| {
            Ok(match text(args, 0) {
                Some(item) => Out::Boolean(surface::decides_class(find_item(item)?)),
                None => Out::Null,
            })
        },
    },
    Function {
        name: "class_rank",
        args: &[("class", TEXT)],
        optional: 0,
        returns: Returns::Integer,
        doc: "1 for class I … 6 for inferior to V; reads I, Ⅰ, V+, 劣Ⅴ and Ⅲ类 alike.",
        run: |args| {
            Ok(match text(args, 0) {
                Some(class) => Out::Integer(i64::from(find_class(class)?.rank())),
                None => Out::Null,
            })
        },
    },
    Function {
        name: "rank_class",
        args: &[("rank", VALUE)],
        optional: 0,
        returns: Returns::Text,
        doc: "The class of a rank: I … V, V+.",
        run: |args| {
            let Some(rank) = value(args, 0)? else { return Ok(Out::Null) };
            let class = u8::try_from(rank).ok().and_then(Class::from_rank);
            class
                .map(|class| Out::Text(class.id().to_owned()))
                .ok_or_else(|| format!("{rank} is not the rank of a class (expected 1 to 6)"))
        },
    },
    Function {
        name: "class_zh",
        args: &[("class", TEXT)],
        optional: 0,
        returns: Returns::Text,
        doc: "The class as bulletins print it: Ⅰ … Ⅴ, 劣Ⅴ.",
        run: |args| {
            Ok(match text(args, 0) {
                Some(class) => Out::Text(find_class(class)?.zh().to_owned()),
                None => Out::Null,
            })
        },
    },
    Function {
        name: "class_status",
        args: &[("class", TEXT)],
        optional: 0,
        returns: Returns::Text,
        doc: "The state of a section of that class: excellent, good, light, moderate, heavy.",
        run: |args| {
            Ok(match text(args, 0) {
                Some(class) => Out::Text(find_class(class)?.status().id().to_owned()),
                None => Out::Null,
            })
        },
    },
    Function {
        name: "basin_status",
        args: &[("sections", VALUE), ("i_iii", VALUE), ("v_plus", VALUE)],
        optional: 0,
        returns: Returns::Text,
        doc: "The state of a river or basin of five sections and more by shares: how many sections, how many in classes I to III, how many inferior to V. NULL below five sections, where means decide.",
        run: |args| {
            let (Some(n), Some(good), Some(bad)) = (value(args, 0)?, value(args, 1)?, value(args, 2)?) else { return Ok(Out::Null) };
            let count = |number: Decimal| usize::try_from(number).map_err(|_| format!("{number} is not a number of sections"));
            let (n, good, bad) = (count(n)?, count(good)?, count(bad)?);
            if n < standards::basin::sections_min() {
                return Ok(Out::Null);
            }
            let middle = n.checked_sub(good + bad).ok_or_else(|| format!("{good} and {bad} sections are more than {n}"))?;
            let classes: Vec<Class> = [(Class::III, good), (Class::IV, middle), (Class::InferiorV, bad)]
                .into_iter()
                .flat_map(|(class, n)| std::iter::repeat_n(class, n))
                .collect();
            Ok(standards::basin::by_shares(&classes).map_or(Out::Null, |shares| Out::Text(shares.status.id().to_owned())))
        },
    },
    Function {
        name: "section_class",
        args: &[("values", TEXT), ("body", TEXT)],
        optional: 0,
        returns: Returns::Text,
        doc: "Class of a section from a list item=value,…: the worst class among the 21 items, values compared as they stand. NULL where none of the 21 is there.",
        run: |args| Ok(judge_list(args)?.map_or(Out::Null, |judged| Out::Text(judged.class.id().to_owned()))),
    },
    Function {
        name: "deciding_items",
        args: &[("values", TEXT), ("body", TEXT)],
        optional: 0,
        returns: Returns::Text,
        doc: "The items of that class, separated by commas, in the order of the table.",
        run: |args| {
            Ok(judge_list(args)?
                .map_or(Out::Null, |judged| Out::Text(judged.deciding.iter().map(|item| item.id()).collect::<Vec<_>>().join(","))))
        },
    },
    Function {
        name: "main_pollutants",
        args: &[("values", TEXT), ("body", TEXT)],
        optional: 0,
        returns: Returns::Text,
        doc: "The main pollutants of the section with their multiples over class III, as item(multiple), at most three; empty for classes I to III.",
        run: |args| {
            let Some(judged) = judge_list(args)? else { return Ok(Out::Null) };
            let named = judged.main_pollutants.iter().map(|named| match named.multiple {
                Some(multiple) => format!("{}({multiple})", named.item.id()),
                None => named.item.id().to_owned(),
            });
            Ok(Out::Text(named.collect::<Vec<_>>().join(",")))
        },
    },
    Function {
        name: "source_complies",
        args: &[("item", TEXT), ("value", VALUE)],
        optional: 0,
        returns: Returns::Boolean,
        doc: "Whether a value complies with GB 3838-2002 tables 2 and 3, which hold only for drinking-water sources. NULL where they do not limit the item.",
        run: |args| {
            let (Some(item), Some(value)) = (text(args, 0), value(args, 1)?) else { return Ok(Out::Null) };
            Ok(surface::source_complies(find_item(item)?, value).map_or(Out::Null, Out::Boolean))
        },
    },
    Function {
        name: "gbt14848_class",
        args: &[("item", TEXT), ("value", VALUE), ("date", TEXT)],
        optional: 1,
        returns: Returns::Text,
        doc: "Class of one value of groundwater by GB/T 14848-2017 (I … V, V is open), in the item's own unit; a text below detection (0.002L) is judged by its limit and gives NULL where that proves only a bound. With a date before the edition took effect: NULL, for its limits do not hold then.",
        run: |args| {
            let (Some(item), Some(reading)) = (text(args, 0), reading(args, 1)?) else { return Ok(Out::Null) };
            let item = find_item(item)?;
            let effective = standards::Citation::gbt14848(item).map(|cite| cite.effective);
            if let (Some(date), Some(effective)) = (text(args, 2), effective)
                && date < effective.as_str()
            {
                return Ok(Out::Null);
            }
            Ok(groundwater::class_of_reading(item, &reading)
                .filter(|found| found.exact)
                .map_or(Out::Null, |found| Out::Text(found.class.id().to_owned())))
        },
    },
    Function {
        name: "groundwater_f",
        args: &[("classes", TEXT)],
        optional: 0,
        returns: Returns::Decimal(2),
        doc: "The composite score F (GB/T 14848-93, clause 6.3) of a list of single-item classes separated by commas.",
        run: |args| Ok(f_score(args)?.map_or(Out::Null, |score| Out::Decimal(score.f))),
    },
    Function {
        name: "groundwater_f_grade",
        args: &[("classes", TEXT)],
        optional: 0,
        returns: Returns::Text,
        doc: "The grade of the same score: excellent, good, fair, poor, very_poor (极差).",
        run: |args| Ok(f_score(args)?.map_or(Out::Null, |score| Out::Text(score.grade.to_owned()))),
    },
    Function {
        name: "tli",
        args: &[("chl_a", VALUE), ("tp", VALUE), ("tn", VALUE), ("transparency", VALUE), ("codmn", VALUE)],
        optional: 0,
        returns: Returns::Decimal(4),
        doc: "Trophic level index TLI(Σ) of a lake: chlorophyll a in mg/m3, TP and TN in mg/L, transparency in m, permanganate index in mg/L. Weights are over the values given; NULL where none is.",
        run: |args| {
            let mut values = Vec::new();
            for (place, (item, _)) in trophic::items().enumerate() {
                if let Some(value) = value(args, place)? {
                    values.push((item, value));
                }
            }
            Ok(trophic::tli(&values).map_or(Out::Null, |found| Out::Decimal(found.tli)))
        },
    },
    Function {
        name: "tli_grade",
        args: &[("tli", VALUE)],
        optional: 0,
        returns: Returns::Text,
        doc: "The grade of an index: oligotrophic, mesotrophic, light_eutrophic, moderate_eutrophic, heavy_eutrophic.",
        run: |args| Ok(value(args, 0)?.and_then(trophic::grade).map_or(Out::Null, |(grade, _)| Out::Text(grade.to_owned()))),
    },
    Function {
        name: "cwqi_part",
        args: &[("item", TEXT), ("value", VALUE), ("body", TEXT)],
        optional: 0,
        returns: Returns::Decimal(6),
        doc: "The part of one item in the city index CWQI; the index is the sum of the 21 parts, and has no meaning with fewer.",
        run: |args| {
            let (Some(item), Some(value), Some(body)) = (text(args, 0), value(args, 1)?, text(args, 2)) else { return Ok(Out::Null) };
            cwqi::part(find_item(item)?, value, find_body(body)?).map(Out::Decimal).map_err(|error| error.to_string())
        },
    },
    Function {
        name: "black_odour_grade",
        args: &[("transparency_cm", VALUE), ("do", VALUE), ("orp_mv", VALUE), ("nh3n", VALUE)],
        optional: 0,
        returns: Returns::Text,
        doc: "Grade of urban water by the guide of 2015: none, mild or severe, by the worst of the values given (transparency in cm, DO and NH3-N in mg/L, redox potential in mV).",
        run: |args| {
            let mut values = Vec::new();
            for (place, (item, _)) in black_odour::items().enumerate() {
                if let Some(value) = signed_value(args, place)? {
                    values.push((item, value));
                }
            }
            Ok(black_odour::grade(&values).map_or(Out::Null, |grade| Out::Text(grade.id().to_owned())))
        },
    },
    Function {
        name: "convert_unit",
        args: &[("value", VALUE), ("from", TEXT), ("to", TEXT)],
        optional: 0,
        returns: Returns::Text,
        doc: "The value in another unit, exactly, as text; units that no rule connects stop the query.",
        run: |args| {
            let (Some(value), Some(from), Some(to)) = (signed_value(args, 0)?, text(args, 1), text(args, 2)) else { return Ok(Out::Null) };
            unit::convert(value, from, to).map(|value| Out::Text(value.normalize().to_string())).map_err(|error| error.to_string())
        },
    },
    Function {
        name: "decimal_text",
        args: &[("value", VALUE)],
        optional: 0,
        returns: Returns::Text,
        doc: "A decimal as text without needless zeros.",
        run: |args| Ok(signed_value(args, 0)?.map_or(Out::Null, |value| Out::Text(value.normalize().to_string()))),
    },
    Function {
        name: "round_even",
        args: &[("value", VALUE), ("digits", VALUE)],
        optional: 0,
        returns: Returns::Text,
        doc: "A decimal rounded half to even to this many places, as text with all of them.",
        run: |args| {
            let (Some(value), Some(digits)) = (signed_value(args, 0)?, value(args, 1)?) else { return Ok(Out::Null) };
            let digits = u32::try_from(digits).map_err(|_| format!("{digits} is not a number of places"))?;
            let mut rounded = value.round_dp_with_strategy(digits, standards_rounding());
            rounded.rescale(digits);
            Ok(Out::Text(rounded.to_string()))
        },
    },
    Function {
        name: "to_decimal",
        args: &[("value", TEXT)],
        optional: 0,
        returns: Returns::Decimal(12),
        doc: "A decimal number out of text, with twelve places; NULL where the text is none.",
        run: |args| Ok(text(args, 0).and_then(|text| standards::decimal(text).ok()).map_or(Out::Null, Out::Decimal)),
    },
    Function {
        name: "st_distance_m",
        args: &[("longitude_1", VALUE), ("latitude_1", VALUE), ("longitude_2", VALUE), ("latitude_2", VALUE)],
        optional: 0,
        returns: Returns::Decimal(1),
        doc: "Distance of two points in metres on a sphere of mean radius, to a tenth (within 0.6 % of the ellipsoid).",
        run: |args| Ok(distance(args)?.map_or(Out::Null, Out::Decimal)),
    },
    Function {
        name: "st_dwithin_m",
        args: &[("longitude_1", VALUE), ("latitude_1", VALUE), ("longitude_2", VALUE), ("latitude_2", VALUE), ("metres", VALUE)],
        optional: 0,
        returns: Returns::Boolean,
        doc: "Whether two points are at most this many metres apart, by st_distance_m.",
        run: |args| {
            Ok(match (distance(args)?, value(args, 4)?) {
                (Some(distance), Some(metres)) => Out::Boolean(distance <= metres),
                _ => Out::Null,
            })
        },
    },
];

fn standards_rounding() -> rust_decimal::RoundingStrategy {
    rust_decimal::RoundingStrategy::MidpointNearestEven
}

fn item_class(args: &[Cell<'_>]) -> std::result::Result<Option<Class>, String> {
    let (Some(item), Some(value), Some(body)) = (text(args, 0), scaled(args, 1)?, text(args, 2)) else { return Ok(None) };
    let judge = ItemJudge::new(find_item(item)?, find_body(body)?, find_rounding(text(args, 3))?);
    Ok(judge.map(|judge| judge.class(value)))
}

fn f_score(args: &[Cell<'_>]) -> std::result::Result<Option<groundwater::FScore>, String> {
    let Some(list) = text(args, 0) else { return Ok(None) };
    let classes: Vec<Class> = list.split(',').map(find_class).collect::<std::result::Result<_, _>>()?;
    Ok(groundwater::f_score(&classes))
}

fn judge_list(args: &[Cell<'_>]) -> std::result::Result<Option<surface::Judged>, String> {
    let (Some(list), Some(body)) = (text(args, 0), text(args, 1)) else { return Ok(None) };
    let body = find_body(body)?;
    let mut values = Vec::new();
    for part in list.split(',').filter(|part| !part.is_empty()) {
        let (item, value) = part.split_once('=').ok_or_else(|| format!("`{part}` is not item=value"))?;
        values.push((find_item(item)?, standards::decimal(value).map_err(|error| error.to_string())?));
    }
    Ok(surface::judge_values(&values, body, Rounding::Raw))
}

/// Mean radius of the Earth in metres (IUGG).
const EARTH_RADIUS_M: f64 = 6_371_008.8;

fn distance(args: &[Cell<'_>]) -> std::result::Result<Option<Decimal>, String> {
    use rust_decimal::prelude::ToPrimitive as _;
    let mut degrees = [0.0_f64; 4];
    for (place, slot) in degrees.iter_mut().enumerate() {
        let Some(value) = signed_value(args, place)? else { return Ok(None) };
        *slot = value.to_f64().ok_or_else(|| format!("{value} is not an angle"))?.to_radians();
    }
    let [lon1, lat1, lon2, lat2] = degrees;
    let half = |difference: f64| (difference / 2.0).sin().powi(2);
    let h = half(lat2 - lat1) + lat1.cos() * lat2.cos() * half(lon2 - lon1);
    Ok(standards::mean::from_float(2.0 * EARTH_RADIUS_M * h.sqrt().min(1.0).asin(), 1))
}

fn text<'a>(args: &[Cell<'a>], place: usize) -> Option<&'a str> {
    match args.get(place) {
        Some(Cell::Text(text)) => Some(text),
        _ => None,
    }
}

fn reading(args: &[Cell<'_>], place: usize) -> std::result::Result<Option<Reading>, String> {
    match args.get(place) {
        Some(Cell::Text(text)) => Reading::parse(text, false).map(Some).map_err(|error| error.to_string()),
        Some(Cell::Number(number)) => to_decimal(*number).map(|value| Some(Reading::Value(value))),
        _ => Ok(None),
    }
}

fn to_decimal(number: Scaled) -> std::result::Result<Decimal, String> {
    number.to_decimal().ok_or_else(|| format!("{}e-{} has more than 28 digits", number.mantissa, number.scale))
}

/// A value for comparing: one below detection stands as its limit, a mark for "nothing" as NULL.
fn value(args: &[Cell<'_>], place: usize) -> std::result::Result<Option<Decimal>, String> {
    Ok(match reading(args, place)? {
        Some(Reading::Value(value) | Reading::BelowDetection(value)) => Some(value),
        _ => None,
    })
}

fn signed_value(args: &[Cell<'_>], place: usize) -> std::result::Result<Option<Decimal>, String> {
    match args.get(place) {
        Some(Cell::Text(text)) => match Reading::parse(text, true).map_err(|error| error.to_string())? {
            Reading::Value(value) | Reading::BelowDetection(value) => Ok(Some(value)),
            Reading::Missing | Reading::NotMeasured => Ok(None),
        },
        Some(Cell::Number(number)) => to_decimal(*number).map(Some),
        _ => Ok(None),
    }
}

fn scaled(args: &[Cell<'_>], place: usize) -> std::result::Result<Option<Scaled>, String> {
    match args.get(place) {
        Some(Cell::Number(number)) => Ok(Some(*number)),
        _ => value(args, place).map(|found| found.map(Scaled::from)),
    }
}

fn find_item(name: &str) -> std::result::Result<Item, String> {
    Item::by_id(name).or_else(|_| Item::by_name(name)).map_err(|error| error.to_string())
}

fn find_body(text: &str) -> std::result::Result<Body, String> {
    text.parse().map_err(|error: surface::UnknownBody| error.to_string())
}

fn find_class(text: &str) -> std::result::Result<Class, String> {
    text.parse().map_err(|error: standards::UnknownClass| error.to_string())
}

fn find_rounding(text: Option<&str>) -> std::result::Result<Rounding, String> {
    text.map_or(Ok(Rounding::Raw), str::parse)
}

/// The functions, ready to be registered.
pub fn all() -> Vec<ScalarUDF> {
    FUNCTIONS.iter().map(|function| ScalarUDF::from(Udf { function, signature: Signature::user_defined(Volatility::Immutable) })).collect()
}

#[derive(Debug)]
struct Udf {
    function: &'static Function,
    signature: Signature,
}

impl PartialEq for Udf {
    fn eq(&self, other: &Self) -> bool {
        self.function.name == other.function.name
    }
}

impl Eq for Udf {}

impl Hash for Udf {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.function.name.hash(state);
    }
}

impl ScalarUDFImpl for Udf {
    fn name(&self) -> &str {
        self.function.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(match self.function.returns {
            Returns::Text => DataType::Utf8,
            Returns::Integer => DataType::Int64,
            Returns::Boolean => DataType::Boolean,
            Returns::Decimal(scale) => DataType::Decimal128(38, i8::try_from(scale).unwrap_or(0)),
        })
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        let Function { name, args, optional, .. } = self.function;
        if given.len() + optional < args.len() || args.len() < given.len() {
            let names: Vec<&str> = args.iter().map(|(name, _)| *name).collect();
            return plan_err!(
                "{name} was given {} arguments (expected {name}({}), the last {optional} may be left out)",
                given.len(),
                names.join(", ")
            );
        }
        let coerced = given.iter().zip(*args).map(|(found, (arg, kind))| match (kind, found) {
            (_, DataType::Null | DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View) => Ok(DataType::Utf8),
            (Kind::Value, DataType::Decimal128(precision, scale)) if 0 <= *scale => Ok(DataType::Decimal128(*precision, *scale)),
            (Kind::Value, DataType::Decimal32(_, scale) | DataType::Decimal64(_, scale)) if 0 <= *scale => {
                Ok(DataType::Decimal128(38, *scale))
            }
            (Kind::Value, found) if found.is_integer() => Ok(DataType::Decimal128(20, 0)),
            (Kind::Value, DataType::Float16 | DataType::Float32 | DataType::Float64) => {
                plan_err!("{name}: {arg} is a binary float (expected a decimal or a text; CAST(… AS DECIMAL(28, 12)) or write the digits)")
            }
            (Kind::Text, DataType::Dictionary(_, _)) => Ok(DataType::Utf8),
            (Kind::Text, DataType::Date32) => Ok(DataType::Utf8),
            (kind, found) => {
                plan_err!("{name}: {arg} is {found} (expected {})", if *kind == Kind::Text { "a text" } else { "a decimal or a text" })
            }
        });
        coerced.collect()
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let all_scalar = args.args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
        let rows = if all_scalar { 1 } else { args.number_rows };
        let columns: Vec<Column> = args.args.iter().map(Column::new).collect::<Result<_>>()?;
        let array = if self.function.name == "gb3838_rank" || self.function.name == "gb3838_class" {
            class_column(self.function, &columns, rows)?
        } else {
            each_row(self.function, &columns, rows)?
        };
        if all_scalar {
            return datafusion::common::ScalarValue::try_from_array(&array, 0).map(ColumnarValue::Scalar);
        }
        Ok(ColumnarValue::Array(array))
    }
}

/// An argument: one cell for every row, or one for all.
struct Column {
    array: Cells,
    constant: bool,
}

enum Cells {
    Text(StringArray),
    Number(Decimal128Array, u32),
}

impl Column {
    fn new(value: &ColumnarValue) -> Result<Self> {
        let (array, constant) = match value {
            ColumnarValue::Array(array) => (Arc::clone(array), false),
            ColumnarValue::Scalar(scalar) => (scalar.to_array()?, true),
        };
        let array = match array.data_type() {
            DataType::Decimal128(_, scale) => {
                let scale = u32::try_from(*scale).map_err(|_| DataFusionError::Execution("a decimal with a negative scale".to_owned()))?;
                Cells::Number(array.as_primitive::<Decimal128Type>().clone(), scale)
            }
            _ => Cells::Text(array.as_string::<i32>().clone()),
        };
        Ok(Self { array, constant })
    }

    #[inline]
    fn cell(&self, row: usize) -> Cell<'_> {
        let row = if self.constant { 0 } else { row };
        match &self.array {
            Cells::Text(array) if array.is_valid(row) => Cell::Text(array.value(row)),
            Cells::Number(array, scale) if array.is_valid(row) => Cell::Number(Scaled { mantissa: array.value(row), scale: *scale }),
            _ => Cell::Null,
        }
    }
}

fn each_row(function: &Function, columns: &[Column], rows: usize) -> Result<ArrayRef> {
    let mut cells = Vec::with_capacity(columns.len());
    let mut next = |row: usize| -> Result<Out> {
        cells.clear();
        cells.extend(columns.iter().map(|column| column.cell(row)));
        (function.run)(&cells).map_err(|error| DataFusionError::Execution(format!("{}: {error}", function.name)))
    };
    Ok(match function.returns {
        Returns::Text => {
            let mut builder = StringBuilder::new();
            for row in 0..rows {
                builder.append_option(match next(row)? {
                    Out::Text(text) => Some(text),
                    _ => None,
                });
            }
            Arc::new(builder.finish())
        }
        Returns::Integer => {
            let mut builder = Int64Builder::with_capacity(rows);
            for row in 0..rows {
                builder.append_option(match next(row)? {
                    Out::Integer(n) => Some(n),
                    _ => None,
                });
            }
            Arc::new(builder.finish())
        }
        Returns::Boolean => {
            let mut builder = BooleanBuilder::with_capacity(rows);
            for row in 0..rows {
                builder.append_option(match next(row)? {
                    Out::Boolean(yes) => Some(yes),
                    _ => None,
                });
            }
            Arc::new(builder.finish())
        }
        Returns::Decimal(scale) => {
            let mut builder = Decimal128Builder::with_capacity(rows).with_precision_and_scale(38, i8::try_from(scale).unwrap_or(0))?;
            for row in 0..rows {
                builder.append_option(match next(row)? {
                    Out::Decimal(value) => Some(at_scale(value, u32::from(scale))?),
                    _ => None,
                });
            }
            Arc::new(builder.finish())
        }
    })
}

fn at_scale(value: Decimal, scale: u32) -> Result<i128> {
    let rounded = Scaled::from(value).round_half_even(scale);
    match 10_i128.checked_pow(scale - rounded.scale).and_then(|factor| rounded.mantissa.checked_mul(factor)) {
        Some(mantissa) => Ok(mantissa),
        None => exec_err!("{value} does not fit a decimal of {scale} places"),
    }
}

/// The road of the column: items are looked up once, values compared as integers.
fn class_column(function: &Function, columns: &[Column], rows: usize) -> Result<ArrayRef> {
    let wrong = |error: String| DataFusionError::Execution(format!("{}: {error}", function.name));
    let mut judges: HashMap<(String, String), Option<ItemJudge>> = HashMap::new();
    let mut last: Option<(&str, &str, Option<ItemJudge>)> = None;
    let rounding = match columns.get(3) {
        Some(column) if column.constant => find_rounding(text(&[column.cell(0)], 0)).map_err(wrong)?,
        _ => Rounding::Raw,
    };
    let varying = columns.get(3).filter(|column| !column.constant);
    let mut texts = StringBuilder::new();
    let mut numbers = Int64Builder::with_capacity(if function.returns == Returns::Integer { rows } else { 0 });
    for row in 0..rows {
        let class = if let Some(column) = varying {
            item_class(&[columns[0].cell(row), columns[1].cell(row), columns[2].cell(row), column.cell(row)]).map_err(wrong)?
        } else {
            match (columns[0].cell(row), columns[2].cell(row)) {
                (Cell::Text(item), Cell::Text(body)) => {
                    let judge = match last {
                        Some((last_item, last_body, judge)) if last_item == item && last_body == body => judge,
                        _ => match judges.get(&(item.to_owned(), body.to_owned())) {
                            Some(judge) => *judge,
                            None => {
                                let judge = ItemJudge::new(find_item(item).map_err(wrong)?, find_body(body).map_err(wrong)?, rounding);
                                judges.insert((item.to_owned(), body.to_owned()), judge);
                                judge
                            }
                        },
                    };
                    last = Some((item, body, judge));
                    match (judge, scaled(&[columns[1].cell(row)], 0).map_err(wrong)?) {
                        (Some(judge), Some(value)) => Some(judge.class(value)),
                        _ => None,
                    }
                }
                _ => None,
            }
        };
        if function.returns == Returns::Integer {
            numbers.append_option(class.map(|class| i64::from(class.rank())));
        } else {
            texts.append_option(class.map(Class::id));
        }
    }
    if function.returns == Returns::Integer { Ok(Arc::new(numbers.finish())) } else { Ok(Arc::new(texts.finish())) }
}

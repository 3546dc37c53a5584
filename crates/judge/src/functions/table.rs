//! The catalogue: every function with its arguments, its sentence and what it does.

use standards::{Class, Decimal, Rounding, black_odour, change, cwqi, groundwater, rounding, surface, trend, trophic, unit};

use crate::functions::args::{
    decimals, distance, f_score, find_body, find_class, find_item, find_rounding, find_status, half_even, item_class, judge_list, reading,
    signed_value, text, value, values_of,
};
use crate::functions::{Function, Kind, Out, Returns, places};

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
        name: "basin_pollutants",
        args: &[("worse", TEXT), ("sections", VALUE)],
        optional: 0,
        returns: Returns::Text,
        doc: "The main pollutants of a basin from a list item=sections worse than class III in it, and how many sections there are: at most three, by the share of sections, as item(share%).",
        run: |args| {
            let (Some(list), Some(sections)) = (text(args, 0), value(args, 1)?) else { return Ok(Out::Null) };
            let count = |number: Decimal| u32::try_from(number).map_err(|_| format!("{number} is not a number of sections"));
            let over: Vec<_> =
                values_of(list)?.into_iter().map(|(item, n)| Ok((item, count(n)?))).collect::<std::result::Result<_, String>>()?;
            let named = standards::basin::main_pollutants(&over, count(sections)?);
            let shown = named.into_iter().map(|(item, share)| format!("{}({}%)", item.id(), rounding::half_even(share, 1)));
            Ok(Out::Text(shown.collect::<Vec<_>>().join(",")))
        },
    },
    Function {
        name: "change_by_shares",
        args: &[("i_iii_before", VALUE), ("v_plus_before", VALUE), ("i_iii_after", VALUE), ("v_plus_after", VALUE)],
        optional: 0,
        returns: Returns::Text,
        doc: "Change of a basin between two periods by its shares in per cent, classes I to III and inferior to V, earlier and later: none, some better, some worse, marked better, marked worse.",
        run: |args| {
            let (Some(good), Some(bad)) = (value(args, 0)?, value(args, 1)?) else { return Ok(Out::Null) };
            let (Some(good_after), Some(bad_after)) = (value(args, 2)?, value(args, 3)?) else { return Ok(Out::Null) };
            Ok(Out::Text(change::by_shares(good, bad, good_after, bad_after).1.id().to_owned()))
        },
    },
    Function {
        name: "change_by_status",
        args: &[("before", TEXT), ("after", TEXT)],
        optional: 0,
        returns: Returns::Text,
        doc: "The same by the state (excellent … heavy), for a section or a basin of few sections: one level is some change, two and more a marked one.",
        run: |args| {
            let (Some(before), Some(after)) = (text(args, 0), text(args, 1)) else { return Ok(Out::Null) };
            Ok(Out::Text(change::by_status(find_status(before)?, find_status(after)?).id().to_owned()))
        },
    },
    Function {
        name: "spearman_rs",
        args: &[("values", TEXT)],
        optional: 0,
        returns: Returns::Decimal(4),
        doc: "Spearman's rank correlation with time of a list of numbers in the order of their periods, separated by commas; NULL below five periods.",
        run: |args| {
            let Some(values) = decimals(args, 0)? else { return Ok(Out::Null) };
            Ok(trend::spearman(&values).map_or(Out::Null, |found| Out::Decimal(found.rs)))
        },
    },
    Function {
        name: "trend",
        args: &[("values", TEXT)],
        optional: 0,
        returns: Returns::Text,
        doc: "What Spearman's coefficient of the same list says at 0.05: rising, falling or none; NULL below five periods and where the table has no critical value for their number.",
        run: |args| {
            let Some(found) = decimals(args, 0)?.and_then(|values| trend::spearman(&values)) else { return Ok(Out::Null) };
            Ok(found.significant().map_or(Out::Null, |significant| {
                Out::Text(match (significant, found.rs.is_sign_negative()) {
                    (false, _) => "none".to_owned(),
                    (true, false) => "rising".to_owned(),
                    (true, true) => "falling".to_owned(),
                })
            }))
        },
    },
    Function {
        name: "mann_kendall_z",
        args: &[("values", TEXT)],
        optional: 0,
        returns: Returns::Decimal(4),
        doc: "The normal deviate of the Mann-Kendall test over the same list, corrected for ties; NULL below five periods.",
        run: |args| {
            let Some(values) = decimals(args, 0)? else { return Ok(Out::Null) };
            Ok(trend::mann_kendall(&values).map_or(Out::Null, |found| Out::Decimal(found.z)))
        },
    },
    Function {
        name: "sen_slope",
        args: &[("values", TEXT)],
        optional: 0,
        returns: Returns::Decimal(12),
        doc: "Sen's slope over the same list: the median change per period, in the unit of the values; NULL below five periods.",
        run: |args| {
            let Some(values) = decimals(args, 0)? else { return Ok(Out::Null) };
            Ok(trend::mann_kendall(&values).map_or(Out::Null, |found| Out::Decimal(found.sen_slope)))
        },
    },
    Function {
        name: "cwqi",
        args: &[("values", TEXT), ("body", TEXT)],
        optional: 0,
        returns: Returns::Decimal(4),
        doc: "The city index CWQI of a list item=value,…: the sum of the 21 parts, the smaller the better. NULL where one of the 21 is missing, since a shorter sum would look better.",
        run: |args| {
            let (Some(list), Some(body)) = (text(args, 0), text(args, 1)) else { return Ok(Out::Null) };
            match cwqi::index(&values_of(list)?, find_body(body)?) {
                Ok(index) => Ok(Out::Decimal(index)),
                Err(cwqi::CwqiError::Missing(_)) => Ok(Out::Null),
                Err(error) => Err(error.to_string()),
            }
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
            let mut rounded = value.round_dp_with_strategy(digits, half_even());
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
    places::CONTAINS,
    places::INTERSECTS,
    places::DISTANCE,
    places::AREA,
    places::LENGTH,
];

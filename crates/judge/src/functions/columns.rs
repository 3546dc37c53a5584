//! Running a function over columns.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanBuilder, Decimal128Array, Decimal128Builder, Int64Builder, StringArray, StringBuilder,
};
use datafusion::arrow::datatypes::{DataType, Decimal128Type};
use datafusion::common::{DataFusionError, Result, exec_err};
use datafusion::logical_expr::ColumnarValue;
use standards::surface::ItemJudge;
use standards::{Class, Decimal, Rounding, Scaled};

use crate::functions::args::{find_body, find_item, find_rounding, item_class, scaled, text};
use crate::functions::{Cell, Function, Out, Returns};

/// An argument: one cell for every row, or one for all.
pub(super) struct Column {
    array: Cells,
    constant: bool,
}

enum Cells {
    Text(StringArray),
    Number(Decimal128Array, u32),
}

impl Column {
    pub(super) fn new(value: &ColumnarValue) -> Result<Self> {
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

pub(super) fn each_row(function: &Function, columns: &[Column], rows: usize) -> Result<ArrayRef> {
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
pub(super) fn class_column(function: &Function, columns: &[Column], rows: usize) -> Result<ArrayRef> {
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

//! The standards as SQL functions.
//!
//! Values are text or decimal; text keeps its digits and may carry a below-detection mark. Floats are refused, so that a
//! limit meets a value only as decimals. A name or a number that cannot be read stops the query with a message; NULL
//! gives NULL.

mod args;
mod columns;
mod places;
mod table;

use std::hash::{Hash, Hasher};

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};
use standards::{Decimal, Scaled};

use crate::functions::columns::{Column, class_column, each_row};
pub use crate::functions::table::FUNCTIONS;

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

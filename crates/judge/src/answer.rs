//! What a query gives, as text: decimals keep their digits, times are Shanghai's.

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::datatypes::{DataType, TimeUnit, TimestampMicrosecondType};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::common::Result;

/// Rows and columns of text; `None` is NULL.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Answer {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Option<String>>>,
}

impl Answer {
    pub(crate) fn new(columns: Vec<String>, batches: &[RecordBatch]) -> Result<Self> {
        let mut rows = Vec::with_capacity(batches.iter().map(RecordBatch::num_rows).sum());
        for batch in batches {
            let start = rows.len();
            rows.resize_with(start + batch.num_rows(), || Vec::with_capacity(columns.len()));
            for array in batch.columns() {
                fill(array.as_ref(), &mut rows[start..])?;
            }
        }
        Ok(Self { columns, rows })
    }

    /// The number of a column.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }

    /// A cell by row and name of column.
    pub fn get(&self, row: usize, column: &str) -> Option<&str> {
        self.rows.get(row)?.get(self.column(column)?)?.as_deref()
    }
}

fn fill(array: &dyn Array, rows: &mut [Vec<Option<String>>]) -> Result<()> {
    if let DataType::Timestamp(TimeUnit::Microsecond, _) = array.data_type() {
        let times = array.as_primitive::<TimestampMicrosecondType>();
        for (row, cells) in rows.iter_mut().enumerate() {
            cells.push(times.is_valid(row).then(|| facts::time::print(times.value(row).div_euclid(1_000_000))));
        }
        return Ok(());
    }
    let options = FormatOptions::default();
    let formatter = ArrayFormatter::try_new(array, &options)?;
    let decimal = matches!(array.data_type(), DataType::Decimal128(_, _));
    for (row, cells) in rows.iter_mut().enumerate() {
        cells.push(array.is_valid(row).then(|| {
            let text = formatter.value(row).to_string();
            if decimal { trim_zeros(&text) } else { text }
        }));
    }
    Ok(())
}

fn trim_zeros(text: &str) -> String {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text.to_owned() }
}

//! Means that are exact: sum and count, then one rounding, half to even. The engine's own AVG is refused in rules.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Decimal128Array, Int64Array};
use datafusion::arrow::datatypes::{DataType, Decimal128Type, Field, FieldRef, Int64Type};
use datafusion::common::{DataFusionError, Result, ScalarValue, plan_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, EmitTo, GroupsAccumulator, Signature, Volatility};
use rust_decimal::prelude::ToPrimitive as _;
use standards::Scaled;

/// Places of a mean. A mean of up to 100 000 values of twelve places differs from any midpoint of fewer places by more
/// than half of the last place, so rounding it again to fewer never rounds twice.
pub(crate) const MEAN_SCALE: i8 = 18;

/// The functions, ready to be registered.
pub(crate) fn all() -> Vec<AggregateUDF> {
    let make = |mean| AggregateUDF::from(MeanUdf { mean, signature: Signature::user_defined(Volatility::Immutable) });
    vec![make(Mean::Arithmetic), make(Mean::OfItem)]
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Mean {
    /// `exact_mean(value)`
    Arithmetic,
    /// `item_mean(item, value)`: over the hydrogen ions for pH, arithmetic for all others.
    OfItem,
}

impl Mean {
    const fn name(self) -> &'static str {
        match self {
            Self::Arithmetic => "exact_mean",
            Self::OfItem => "item_mean",
        }
    }

    const fn value_column(self) -> usize {
        match self {
            Self::Arithmetic => 0,
            Self::OfItem => 1,
        }
    }
}

#[derive(Debug)]
struct MeanUdf {
    mean: Mean,
    signature: Signature,
}

impl PartialEq for MeanUdf {
    fn eq(&self, other: &Self) -> bool {
        self.mean == other.mean
    }
}

impl Eq for MeanUdf {}

impl Hash for MeanUdf {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.mean.hash(state);
    }
}

impl AggregateUDFImpl for MeanUdf {
    fn name(&self) -> &str {
        self.mean.name()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Decimal128(38, MEAN_SCALE))
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        let name = self.mean.name();
        let value = |found: &DataType| match found {
            DataType::Decimal128(precision, scale) if (0..=MEAN_SCALE).contains(scale) => Ok(DataType::Decimal128(*precision, *scale)),
            found if found.is_integer() => Ok(DataType::Decimal128(20, 0)),
            DataType::Null => Ok(DataType::Decimal128(38, 12)),
            found => plan_err!("{name} was given {found} (expected a decimal; CAST(… AS DECIMAL(28, 12)))"),
        };
        match (self.mean, given) {
            (Mean::Arithmetic, [found]) => Ok(vec![value(found)?]),
            (Mean::OfItem, [_, found]) => Ok(vec![DataType::Utf8, value(found)?]),
            (Mean::Arithmetic, _) => plan_err!("{name} takes one argument: {name}(value)"),
            (Mean::OfItem, _) => plan_err!("{name} takes two arguments: {name}(item, value)"),
        }
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let name = |part: &str| format!("{}[{part}]", args.name);
        Ok(vec![
            Arc::new(Field::new(name("sum"), DataType::Decimal128(38, 0), false)),
            Arc::new(Field::new(name("n"), DataType::Int64, false)),
            Arc::new(Field::new(name("scale"), DataType::Int64, false)),
        ])
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(OneMean(Means::new(self.mean, scale_of(&args, self.mean)?))))
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs<'_>) -> bool {
        !args.is_distinct
    }

    fn create_groups_accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Means::new(self.mean, scale_of(&args, self.mean)?)))
    }
}

fn scale_of(args: &AccumulatorArgs<'_>, mean: Mean) -> Result<u32> {
    match args.expr_fields.get(mean.value_column()).map(|field| field.data_type()) {
        Some(DataType::Decimal128(_, scale)) => u32::try_from(*scale).map_err(|_| DataFusionError::Plan("negative scale".to_owned())),
        // When states are merged the fields are those of the state; the scale travels with them.
        _ => Ok(0),
    }
}

/// Places to which hydrogen-ion concentrations are kept while they are added: as whole numbers of 10⁻²⁰ mol/L, so that
/// the sum does not depend on the order of the rows.
const ION_SCALE: i32 = 20;
/// The scale under which a sum of ions travels; no decimal column has it.
const IONS: i64 = -1;

/// Sum and count for every group. A group is either of decimals at one scale or of hydrogen ions.
struct Means {
    mean: Mean,
    scale: u32,
    sums: Vec<i128>,
    counts: Vec<i64>,
    scales: Vec<i64>,
}

impl Means {
    fn new(mean: Mean, scale: u32) -> Self {
        Self { mean, scale, sums: Vec::new(), counts: Vec::new(), scales: Vec::new() }
    }

    fn resize(&mut self, groups: usize) {
        self.sums.resize(groups, 0);
        self.counts.resize(groups, 0);
        self.scales.resize(groups, i64::from(self.scale));
    }

    #[inline]
    fn add(&mut self, group: usize, amount: i128, n: i64, scale: i64) -> Result<()> {
        let too_large = || DataFusionError::Execution("a sum of values is too large for a mean".to_owned());
        self.sums[group] = self.sums[group].checked_add(amount).ok_or_else(too_large)?;
        self.counts[group] += n;
        self.scales[group] = scale;
        Ok(())
    }

    fn mean_of(&self, group: usize) -> Result<Option<i128>> {
        let (sum, n, scale) = (self.sums[group], self.counts[group], self.scales[group]);
        if n == 0 {
            return Ok(None);
        }
        let wrong = || DataFusionError::Execution("a mean is too large for a decimal".to_owned());
        let target = u32::from(MEAN_SCALE.unsigned_abs());
        if scale == IONS {
            let ions = sum.to_f64().ok_or_else(wrong)? / 10_f64.powi(ION_SCALE);
            let mean = standards::mean::ph_of_ions(ions, usize::try_from(n).unwrap_or(usize::MAX)).ok_or_else(wrong)?;
            let scaled = Scaled::from(mean);
            return Ok(Some(scaled.mantissa * 10_i128.pow(target - scaled.scale)));
        }
        let shift = target - u32::try_from(scale).map_err(|_| wrong())?;
        let widened = sum.checked_mul(10_i128.pow(shift)).ok_or_else(wrong)?;
        Ok(Some(divide_half_even(widened, i128::from(n))))
    }

    fn take(&mut self, emit: EmitTo) -> (Vec<i128>, Vec<i64>, Vec<i64>) {
        (emit.take_needed(&mut self.sums), emit.take_needed(&mut self.counts), emit.take_needed(&mut self.scales))
    }

    fn update(&mut self, values: &[ArrayRef], group: impl Fn(usize) -> usize, filter: Option<&BooleanArray>) -> Result<()> {
        let column = values[self.mean.value_column()].as_primitive::<Decimal128Type>();
        let items = (self.mean == Mean::OfItem).then(|| values[0].as_string::<i32>());
        let scale = self.scale;
        for row in 0..column.len() {
            if column.is_null(row) || filter.is_some_and(|filter| filter.is_null(row) || !filter.value(row)) {
                continue;
            }
            let value = column.value(row);
            if items.is_some_and(|items| items.is_valid(row) && items.value(row) == "ph") {
                self.add(group(row), ions(value, scale)?, 1, IONS)?;
            } else {
                self.add(group(row), value, 1, i64::from(scale))?;
            }
        }
        Ok(())
    }

    fn merge(&mut self, states: &[ArrayRef], group: impl Fn(usize) -> usize) -> Result<()> {
        let sums = states[0].as_primitive::<Decimal128Type>();
        let counts = states[1].as_primitive::<Int64Type>();
        let scales = states[2].as_primitive::<Int64Type>();
        for row in 0..sums.len() {
            if counts.value(row) != 0 {
                self.add(group(row), sums.value(row), counts.value(row), scales.value(row))?;
            }
        }
        Ok(())
    }
}

fn ions(ph: i128, scale: u32) -> Result<i128> {
    let wrong = || DataFusionError::Execution("a pH that is no number".to_owned());
    let ph = Scaled { mantissa: ph, scale }.to_decimal().and_then(|ph| ph.to_f64()).ok_or_else(wrong)?;
    #[expect(clippy::cast_possible_truncation, reason = "at most 10²⁰ for a pH of zero, which an i128 holds")]
    let ions = (10_f64.powf(-ph) * 10_f64.powi(ION_SCALE)).round() as i128;
    Ok(ions)
}

fn divide_half_even(dividend: i128, divisor: i128) -> i128 {
    let (quotient, remainder) = (dividend.div_euclid(divisor), dividend.rem_euclid(divisor));
    match (remainder * 2).cmp(&divisor) {
        std::cmp::Ordering::Less => quotient,
        std::cmp::Ordering::Greater => quotient + 1,
        std::cmp::Ordering::Equal => quotient + quotient.rem_euclid(2),
    }
}

fn decimals(values: Vec<Option<i128>>, scale: i8) -> Result<Decimal128Array> {
    Ok(values.into_iter().collect::<Decimal128Array>().with_precision_and_scale(38, scale)?)
}

impl GroupsAccumulator for Means {
    fn update_batch(&mut self, values: &[ArrayRef], groups: &[usize], filter: Option<&BooleanArray>, total: usize) -> Result<()> {
        self.resize(total);
        self.update(values, |row| groups[row], filter)
    }

    fn evaluate(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        let n = match emit {
            EmitTo::All => self.sums.len(),
            EmitTo::First(n) => n,
        };
        let means = (0..n).map(|group| self.mean_of(group)).collect::<Result<_>>()?;
        self.take(emit);
        Ok(Arc::new(decimals(means, MEAN_SCALE)?))
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        let (sums, counts, scales) = self.take(emit);
        Ok(vec![
            Arc::new(decimals(sums.into_iter().map(Some).collect(), 0)?),
            Arc::new(Int64Array::from(counts)),
            Arc::new(Int64Array::from(scales)),
        ])
    }

    fn merge_batch(&mut self, states: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.resize(total);
        self.merge(states, |row| groups[row])
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let mut each = Self::new(self.mean, self.scale);
        let rows = values.first().map_or(0, |column| column.len());
        each.resize(rows);
        each.update(values, |row| row, filter)?;
        GroupsAccumulator::state(&mut each, EmitTo::All)
    }

    fn size(&self) -> usize {
        self.sums.capacity() * 16 + (self.counts.capacity() + self.scales.capacity()) * 8
    }
}

/// The same for one group.
struct OneMean(Means);

impl std::fmt::Debug for OneMean {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.mean.name())
    }
}

impl Accumulator for OneMean {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.0.resize(1);
        self.0.update(values, |_| 0, None)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.0.resize(1);
        Ok(ScalarValue::Decimal128(self.0.mean_of(0)?, 38, MEAN_SCALE))
    }

    fn size(&self) -> usize {
        GroupsAccumulator::size(&self.0)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.0.resize(1);
        Ok(vec![
            ScalarValue::Decimal128(Some(self.0.sums[0]), 38, 0),
            ScalarValue::Int64(Some(self.0.counts[0])),
            ScalarValue::Int64(Some(self.0.scales[0])),
        ])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.0.resize(1);
        self.0.merge(states, |_| 0)
    }
}

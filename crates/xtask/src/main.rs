//! Chores for developers. `cargo run --release -p xtask -- bench-assess N` measures our side of `bench/run.py`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a chore speaks on both")]

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, Result};
use datafusion::arrow::array::{Array as _, AsArray as _, Decimal128Array, RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Int64Type, Schema};
use datafusion::catalog::MemTable;
use datafusion::prelude::SessionContext;
use serde_json::json;
use standards::surface::{Body, ItemJudge};
use standards::{Item, Rounding, Scaled};

/// Items of the made-up observations, with the largest value each takes (in units of 0.0001).
const ITEMS: [(&str, u64); 8] = [
    ("do", 140_000),
    ("codmn", 180_000),
    ("cod", 480_000),
    ("bod5", 120_000),
    ("nh3n", 24_000),
    ("tp", 4_800),
    ("fluoride", 18_000),
    ("petroleum", 12_000),
];
/// Places of a value.
const SCALE: u32 = 4;
/// Rows in a batch.
const BATCH: u64 = 1 << 16;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let done = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["bench-assess", n] => n.parse().context("the number of observations").and_then(bench_assess),
        _ => {
            eprintln!(
                "chores:\n  bench-assess N   assess N made-up observations to classes, in process and through SQL, and print the times as JSON"
            );
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The value of the n-th observation: the same sequence that `bench/run.py` makes.
fn value(n: u64, largest: u64) -> i128 {
    i128::from(n.wrapping_mul(2_654_435_761) % 4_294_967_296 % largest)
}

fn bench_assess(n: u64) -> Result<()> {
    let items = ITEMS.map(|(id, largest)| (Item::by_id(id), largest));
    let mut judges = Vec::new();
    for (item, largest) in items {
        let item = item?;
        judges.push((ItemJudge::new(item, Body::River, Rounding::Raw).context("an item without limits")?, largest));
    }
    let values: Vec<i128> = (0..n).map(|row| value(row, ITEMS[usize::try_from(row % 8).unwrap_or(0)].1)).collect();

    let started = Instant::now();
    let mut counts = [[0_u64; 6]; 8];
    for (row, mantissa) in values.iter().enumerate() {
        let item = row % 8;
        let class = judges[item].0.class(Scaled { mantissa: *mantissa, scale: SCALE });
        counts[item][usize::from(class.rank()) - 1] += 1;
    }
    let in_process = started.elapsed().as_secs_f64();

    let runtime = tokio::runtime::Runtime::new()?;
    let (sql, by_sql) = runtime.block_on(through_sql(&values))?;
    anyhow::ensure!(by_sql == counts, "the two roads disagree");
    println!("{}", json!({"observations": n, "in_process_s": in_process, "sql_s": sql, "counts": counts, "peak_rss_mib": peak_rss_mib()}));
    Ok(())
}

async fn through_sql(values: &[i128]) -> Result<(f64, [[u64; 6]; 8])> {
    let schema =
        Arc::new(Schema::new(vec![Field::new("item", DataType::Utf8, false), Field::new("value", DataType::Decimal128(28, 4), false)]));
    let mut batches = Vec::new();
    for (n, chunk) in values.chunks(usize::try_from(BATCH)?).enumerate() {
        let first = n * usize::try_from(BATCH)?;
        let items: StringArray = (0..chunk.len()).map(|row| Some(ITEMS[(first + row) % 8].0)).collect();
        let numbers = Decimal128Array::from(chunk.to_vec()).with_precision_and_scale(28, 4)?;
        batches.push(RecordBatch::try_new(Arc::clone(&schema), vec![Arc::new(items), Arc::new(numbers)])?);
    }
    let half = batches.len() / 2;
    let rest = batches.split_off(half);
    let context = SessionContext::new();
    judge::functions::all().into_iter().for_each(|function| context.register_udf(function));
    context.register_table("observations", Arc::new(MemTable::try_new(schema, vec![batches, rest])?))?;
    let started = Instant::now();
    let answer = context
        .sql("SELECT item, gb3838_rank(item, value, 'river') AS rank, count(*) AS n FROM observations GROUP BY 1, 2")
        .await?
        .collect()
        .await?;
    let seconds = started.elapsed().as_secs_f64();
    let mut counts = [[0_u64; 6]; 8];
    for batch in answer {
        let items = batch.column(0).as_string::<i32>();
        let (ranks, ns) = (batch.column(1).as_primitive::<Int64Type>(), batch.column(2).as_primitive::<Int64Type>());
        for row in 0..items.len() {
            let item = ITEMS.iter().position(|(id, _)| *id == items.value(row)).context("an item nobody asked for")?;
            counts[item][usize::try_from(ranks.value(row) - 1)?] = u64::try_from(ns.value(row))?;
        }
    }
    Ok((seconds, counts))
}

/// Most memory this process ever held, from the system.
fn peak_rss_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    line.and_then(|line| line.split_whitespace().nth(1)).and_then(|kb| kb.parse::<u64>().ok()).map_or(0, |kb| kb / 1024)
}

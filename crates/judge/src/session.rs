//! DataFusion over facts, plan and standards, as of a day; read-only, with a limit on time and memory.

use std::sync::Arc;
use std::time::Duration;

use datafusion::arrow::datatypes::Schema;
use datafusion::catalog::MemTable;
use datafusion::common::ParamValues;
use datafusion::dataframe::DataFrame;
use datafusion::error::DataFusionError;
use datafusion::execution::context::{SQLOptions, SessionConfig, SessionContext};
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use facts::{FactsError, Store};
use jiff::civil::Date;
use plan::Plan;

use crate::answer::Answer;
use crate::catalogue::{ColumnDoc, TableDoc, views};
use crate::tables::{self, Sources, TableError, type_name};
use crate::{aggregate, functions};

/// How much a query may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Longest time.
    pub time: Duration,
    /// Most memory, in bytes.
    pub memory: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { time: Duration::from_secs(60), memory: 2 << 30 }
    }
}

/// What can go wrong with a judgement or a query.
#[derive(Debug, thiserror::Error)]
pub enum JudgeError {
    /// The store says no.
    #[error(transparent)]
    Facts(#[from] FactsError),
    /// The query cannot be planned or run.
    #[error("{}", plain(.0))]
    Query(DataFusionError),
    /// The query ran too long.
    #[error("the query was stopped after {} s (ask for less, or allow more time)", .0.as_secs())]
    TooLong(Duration),
    /// The query took too much memory.
    #[error("the query was stopped: it wanted more than {} MiB of memory (ask for less, or allow more)", .0 >> 20)]
    TooLarge(usize),
    /// A rule of the pack gives what a rule may not give.
    #[error("{place}: {message}")]
    Rule {
        /// The rule or indicator.
        place: String,
        /// What is wrong and what was expected.
        message: String,
    },
    /// Two rules say the opposite of the same thing.
    #[error("the rules contradict each other on the question `{question}`: {message}")]
    Contradiction {
        /// The question both answer.
        question: String,
        /// Subject, period, both rules with their clauses, and what to do.
        message: String,
    },
}

/// The engine's message without the names of its own layers.
fn plain(error: &DataFusionError) -> String {
    let text = error.strip_backtrace();
    let mut rest = text.as_str();
    // What one of our own functions says of its arguments comes wrapped in advice about casts.
    if let Some((_, said)) = rest.split_once("user-defined coercion failed with: ") {
        rest = said.split_once(". No function matches").map_or(said, |(said, _)| said);
    }
    for prefix in ["Error during planning: ", "Execution error: ", "Schema error: ", "SQL error: ", "Arrow error: ", "External error: "] {
        rest = rest.strip_prefix(prefix).unwrap_or(rest);
    }
    rest.to_owned()
}

impl From<TableError> for JudgeError {
    fn from(error: TableError) -> Self {
        match error {
            TableError::Facts(error) => Self::Facts(error),
            TableError::Engine(error) => Self::Query(error),
        }
    }
}

impl From<DataFusionError> for JudgeError {
    fn from(error: DataFusionError) -> Self {
        Self::Query(error)
    }
}

/// A session over the facts known on a day.
pub struct Session {
    context: SessionContext,
    catalogue: Vec<TableDoc>,
    as_of: Date,
    limits: Limits,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Session as of {}", self.as_of)
    }
}

impl Session {
    /// Over a store and a pack, as of a day: every table and every view.
    pub async fn open(store: &Store, plan: &Plan, as_of: Date, limits: Limits) -> Result<Self, JudgeError> {
        Self::over(Some(store), plan, as_of, limits).await
    }

    /// Over a pack without any fact: what `plan check` and the documentation need.
    pub async fn without_facts(plan: &Plan) -> Result<Self, JudgeError> {
        Self::over(None, plan, jiff::civil::date(2016, 12, 31), Limits::default()).await
    }

    async fn over(store: Option<&Store>, plan: &Plan, as_of: Date, limits: Limits) -> Result<Self, JudgeError> {
        let mut session = Self::bare(as_of, limits)?;
        session.register(&Sources { store, plan: Some(plan), as_of })?;
        let devices = session.has_devices().await?;
        for view in views() {
            let empty = !devices && view.name.starts_with("device_");
            session.materialise(view, empty).await?;
        }
        Ok(session)
    }

    /// The functions and the tables of the standards alone.
    pub fn without_store() -> Result<Self, JudgeError> {
        let as_of = jiff::civil::date(1970, 1, 1);
        let mut session = Self::bare(as_of, Limits::default())?;
        session.register(&Sources { store: None, plan: None, as_of })?;
        Ok(session)
    }

    fn bare(as_of: Date, limits: Limits) -> Result<Self, JudgeError> {
        let mut config = SessionConfig::new().with_information_schema(true);
        config.options_mut().sql_parser.parse_float_as_decimal = true;
        let runtime = RuntimeEnvBuilder::new()
            .with_memory_limit(limits.memory, 1.0)
            // What does not fit is stopped with a message; it does not go on for minutes on the disk.
            .with_disk_manager_builder(DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled))
            .build_arc()?;
        let context = SessionContext::new_with_config_rt(config, runtime);
        functions::all().into_iter().for_each(|function| context.register_udf(function));
        aggregate::all().into_iter().for_each(|function| context.register_udaf(function));
        Ok(Self { context, catalogue: Vec::new(), as_of, limits })
    }

    fn register(&mut self, sources: &Sources<'_>) -> Result<(), JudgeError> {
        tables::all(sources)?.into_iter().try_for_each(|table| self.add(table))
    }

    /// Adds a table to those that can be asked.
    pub(crate) fn add(&mut self, table: tables::NewTable) -> Result<(), JudgeError> {
        let batch = table.batch()?;
        self.context.register_table(table.doc.name.as_str(), Arc::new(MemTable::try_new(batch.schema(), vec![vec![batch]])?))?;
        self.catalogue.push(table.doc);
        Ok(())
    }

    /// Whether there is a device or anything that one sent. Where there is neither, the views of devices need not be run.
    async fn has_devices(&self) -> Result<bool, JudgeError> {
        let sql = "SELECT id FROM device UNION ALL SELECT place FROM observations WHERE source LIKE 'hj212-%' LIMIT 1";
        Ok(self.context.sql(sql).await?.collect().await?.iter().any(|batch| batch.num_rows() != 0))
    }

    /// Works a view out once, since many rules build on it. A view that can have no row is only planned.
    async fn materialise(&mut self, view: crate::catalogue::ViewText, empty: bool) -> Result<(), JudgeError> {
        let frame = self.context.sql(&view.sql).await?;
        // The engine plans some columns as never missing and then works them out as if they could be; any may be missing here.
        let planned = frame.schema().as_arrow();
        let fields: Vec<_> = planned.fields().iter().map(|field| Arc::new(field.as_ref().clone().with_nullable(true))).collect();
        let schema = Arc::new(Schema::new(fields));
        let batches = if empty { Vec::new() } else { frame.collect().await? };
        let columns = schema.fields().iter().map(|field| ColumnDoc {
            name: field.name().clone(),
            kind: type_name(field.data_type()),
            doc: view.columns.iter().find(|(name, _)| name == field.name()).map(|(_, doc)| doc.clone()).unwrap_or_default(),
        });
        self.catalogue.push(TableDoc { name: view.name.clone(), doc: view.doc.clone(), columns: columns.collect() });
        self.context.register_table(view.name.as_str(), Arc::new(MemTable::try_new(schema, vec![batches])?))?;
        Ok(())
    }

    /// Every table and view with its columns.
    pub fn catalogue(&self) -> &[TableDoc] {
        &self.catalogue
    }

    /// The day the session is as of.
    pub fn as_of(&self) -> Date {
        self.as_of
    }

    /// Plans a query without running it; gives its columns.
    pub async fn plan_only(&self, sql: &str, parameters: Option<ParamValues>) -> Result<Vec<String>, JudgeError> {
        let frame = self.frame(sql, parameters).await?;
        Ok(frame.schema().fields().iter().map(|field| field.name().clone()).collect())
    }

    async fn frame(&self, sql: &str, parameters: Option<ParamValues>) -> Result<DataFrame, JudgeError> {
        let read_only = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
        let frame = self.context.sql_with_options(sql, read_only).await?;
        Ok(match parameters {
            Some(parameters) => frame.with_param_values(parameters)?,
            None => frame,
        })
    }

    /// Asks a question.
    pub async fn sql(&self, sql: &str) -> Result<Answer, JudgeError> {
        self.sql_with(sql, None).await
    }

    /// Asks a question with `$name` parameters.
    pub async fn sql_with(&self, sql: &str, parameters: Option<ParamValues>) -> Result<Answer, JudgeError> {
        let limits = self.limits;
        let asked = async {
            let frame = self.frame(sql, parameters).await?;
            let columns = frame.schema().fields().iter().map(|field| field.name().clone()).collect();
            let batches = frame.collect().await?;
            Ok(Answer::new(columns, &batches)?)
        };
        match tokio::time::timeout(limits.time, asked).await {
            Ok(Err(JudgeError::Query(error))) if matches!(error.find_root(), DataFusionError::ResourcesExhausted(_)) => {
                Err(JudgeError::TooLarge(limits.memory))
            }
            Ok(answer) => answer,
            Err(_) => Err(JudgeError::TooLong(limits.time)),
        }
    }
}

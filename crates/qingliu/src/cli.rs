//! What can be typed.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Exit codes; `--help` prints them.
pub(crate) mod exit {
    /// Something went wrong: a file, the store, a query.
    pub(crate) const FAILED: u8 = 1;
    /// Input was refused and nothing of it was kept.
    pub(crate) const REFUSED: u8 = 3;
    /// What was checked does not hold: a pack with problems, an altered store, a failed pack test.
    pub(crate) const DOES_NOT_HOLD: u8 = 4;
}

/// Qingliu (清流): holds a city's water plan as data, judges monitoring facts against it, and says why.
#[derive(Debug, Parser)]
#[command(name = "qingliu", version, after_help = AFTER_HELP, max_term_width = 110)]
pub(crate) struct Cli {
    /// Write the log as lines of JSON
    #[arg(long, global = true)]
    pub(crate) log_json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const AFTER_HELP: &str = "\
A store is a folder: facts.db, the plan pack, qingliu.toml. Most commands take it by --data or QINGLIU_DATA.

Exit codes: 0 done · 1 something went wrong · 2 wrong use of the command line · 3 input refused, nothing kept ·
4 what was checked does not hold (a pack with problems, an altered store, a failed pack test)

First steps:
  qingliu demo                                         a judged plan on a web page, from bundled records
  qingliu assess records.csv --sections sections.csv   classes of any file of readings, no store needed
  qingliu sql --no-store \"SELECT gb3838_class('nh3n', '1.2', 'river')\"";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make or reuse a demonstration folder, load the bundled pack and records, judge, and serve the portal
    Demo(DemoArgs),
    /// Serve the portal over a store
    Serve(ServeArgs),
    /// Make a new store with a plan pack
    Init(InitArgs),
    /// Take in files of records, or entries of a register
    Import(ImportArgs),
    /// Class every row of files of readings; needs no store
    Assess(AssessArgs),
    /// Run every rule and indicator of the pack over the facts
    Judge(JudgeArgs),
    /// Explain a verdict, down to the observations and the table of the standard
    Why(WhyArgs),
    /// Ask a question in SQL (read-only)
    Sql(SqlArgs),
    /// Run a model of the river, or run a kept run again
    #[command(subcommand)]
    Model(crate::commands::model::ModelCommand),
    /// Check or test a plan pack
    #[command(subcommand)]
    Plan(PlanCommand),
    /// Write a register, the observations or the verdicts as CSV
    Export(ExportArgs),
    /// Walk the ledger and name everything that was altered
    Verify(VerifyArgs),
    /// State what the ledger holds at the end of a day, to publish or to hand on
    Head(crate::commands::head::HeadArgs),
    /// Prove that an observation stood in the ledger, to be checked without the store
    Prove(crate::commands::prove::ProveArgs),
    /// List what waits to be sent, what was, and what was given up; with --send queue and send once
    Outbox(crate::commands::outbox::OutboxArgs),
    /// List the devices of the register: last heard of, late or not, what was kept and what was not
    Devices(crate::commands::devices::DevicesArgs),
    /// Send what made-up devices say, for demonstrations and measurements
    #[command(subcommand)]
    Simulate(crate::commands::simulate::SimulateCommand),
    /// Make accounts for the desk
    #[command(subcommand)]
    User(UserCommand),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum PlanCommand {
    /// Check a pack: every file, every name, every query
    Check(PlanCheckArgs),
    /// Run a pack's own tests: facts in, findings out
    Test(PlanTestArgs),
    /// Turn a plan document (docx, HTML, text) into a draft pack, with everything that is unsure listed
    Draft(crate::commands::draft::PlanDraftArgs),
    /// Compare a pack with the one before it: tasks carried on, changed, closed and new; an unfinished one that is forgotten is an error
    Succeed(crate::commands::succeed::PlanSucceedArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Make an account; its password is read as a line of standard input
    Add(UserAddArgs),
    /// Set a password, read as a line of standard input; ends the account's sessions and tokens
    Password(UserPasswordArgs),
    /// List the accounts
    List(DataArg),
}

#[derive(Debug, Args)]
pub(crate) struct UserAddArgs {
    /// What is typed at the door: 2 to 40 of a-z, 0-9, - _ .
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) data: DataArg,
    /// Unit of the plan the person belongs to
    #[arg(long)]
    pub(crate) unit: String,
    /// Role of the plan pack
    #[arg(long)]
    pub(crate) role: String,
    /// The person's name [default: the account's]
    #[arg(long)]
    pub(crate) display: Option<String>,
    /// The entry the person speaks for, such as enterprise/ID
    #[arg(long, default_value = "")]
    pub(crate) subject: String,
    /// Where mail goes
    #[arg(long, default_value = "")]
    pub(crate) email: String,
}

#[derive(Debug, Args)]
pub(crate) struct UserPasswordArgs {
    /// The account
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) data: DataArg,
}

/// Where the store is.
#[derive(Debug, Args)]
pub(crate) struct DataArg {
    /// Folder of the store
    #[arg(long, env = "QINGLIU_DATA", default_value = "qingliu-data", value_name = "DIR")]
    pub(crate) data: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Folder to make or reuse [default: as the demonstration's own settings say]
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Address to serve on [default: as the demonstration's own settings say]
    #[arg(long, value_name = "ADDR")]
    pub(crate) addr: Option<SocketAddr>,
    /// Look at the world as of this day [default: the last day of the records]
    #[arg(long, value_name = "DAY")]
    pub(crate) as_of: Option<jiff::civil::Date>,
    /// Stop after loading and judging
    #[arg(long)]
    pub(crate) no_serve: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    pub(crate) data: DataArg,
    /// Address to serve on
    #[arg(long, default_value = "127.0.0.1:8460", value_name = "ADDR")]
    pub(crate) addr: SocketAddr,
    /// Also take data from devices that speak HJ 212, at this address
    #[arg(long, value_name = "ADDR")]
    pub(crate) hj212: Option<SocketAddr>,
    /// Look at the world as of this day [default: the day of the last judgement]
    #[arg(long, value_name = "DAY")]
    pub(crate) as_of: Option<jiff::civil::Date>,
}

#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    #[command(flatten)]
    pub(crate) data: DataArg,
    /// Folder of the plan pack; it is checked, then copied into the store's folder
    #[arg(long, value_name = "DIR")]
    pub(crate) pack: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// Files: wide or long CSV (plain or .gz, UTF-8 or GBK), Excel, stored responses of the national stations
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) data: DataArg,
    /// Import entries of this register instead of observations
    #[arg(long, value_name = "KIND")]
    pub(crate) register: Option<String>,
    /// Who the records come from; observations are unique by place, item, time and source
    #[arg(long, default_value = "import", value_name = "NAME")]
    pub(crate) source: String,
    /// Tell what would happen, keep nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Keep the good rows of a file although others are refused
    #[arg(long)]
    pub(crate) accept_rest: bool,
    /// Year of times that carry none [default: the year in the file's name]
    #[arg(long, value_name = "YEAR")]
    pub(crate) year: Option<i16>,
    /// Take only rows whose column has one of these values (repeatable)
    #[arg(long, value_name = "COLUMN=VALUE[,VALUE…]")]
    pub(crate) only: Vec<String>,
    /// Mark everything in the file as made up
    #[arg(long)]
    pub(crate) made_up: bool,
    /// Who imports, for the ledger
    #[arg(long, env = "QINGLIU_WHO", default_value = "operator", value_name = "NAME")]
    pub(crate) who: String,
    /// Why, for the ledger
    #[arg(long, default_value = "import", value_name = "TEXT")]
    pub(crate) why: String,
    /// Report as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ValueKind {
    /// The unrounded columns (`…_raw`) where a row has them, compared as they are
    Raw,
    /// The published columns, compared as they are printed
    Published,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Table,
    Csv,
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct AssessArgs {
    /// Files with one sample a row: columns named by item id, HJ 212 code or Chinese name, with a unit or without
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// CSV with the columns province, basin, section, water_type_inferred (or body): which sections are lakes
    #[arg(long, value_name = "FILE")]
    pub(crate) sections: Option<PathBuf>,
    /// Which values to compare
    #[arg(long, value_enum, default_value = "published")]
    pub(crate) value: ValueKind,
    /// Round values to the decimals of each item before comparing, as the assessment rules ask of means
    #[arg(long)]
    pub(crate) round: bool,
    /// How to print
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: Format,
    /// Print only the comparison with column class_official
    #[arg(long)]
    pub(crate) summary: bool,
}

#[derive(Debug, Args)]
pub(crate) struct JudgeArgs {
    #[command(flatten)]
    pub(crate) data: DataArg,
    /// Judge as of this day [default: the last day with observations]
    #[arg(long, value_name = "DAY")]
    pub(crate) as_of: Option<jiff::civil::Date>,
    /// Who judges, for the ledger
    #[arg(long, env = "QINGLIU_WHO", default_value = "operator", value_name = "NAME")]
    pub(crate) who: String,
    /// Print the counts as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct WhyArgs {
    /// Id of the verdict
    pub(crate) verdict: String,
    #[command(flatten)]
    pub(crate) data: DataArg,
    /// Language of the sentences
    #[arg(long, default_value = "zh", value_parser = ["zh", "en"])]
    pub(crate) lang: String,
    /// Print the whole tree as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SqlArgs {
    /// The question; `-` reads it from standard input
    pub(crate) sql: String,
    #[command(flatten)]
    pub(crate) data: DataArg,
    /// Without a store: the functions and the tables of the standards
    #[arg(long)]
    pub(crate) no_store: bool,
    /// As of this day [default: the last day with observations]
    #[arg(long, value_name = "DAY")]
    pub(crate) as_of: Option<jiff::civil::Date>,
    /// Longest time in seconds
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    pub(crate) timeout: u64,
    /// Most memory in MiB
    #[arg(long, default_value_t = 2048, value_name = "MIB")]
    pub(crate) memory: usize,
    /// How to print
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct PlanCheckArgs {
    /// Folder of the pack
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// Print the problems as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct PlanTestArgs {
    /// Folder of the pack
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportWhat {
    /// Entries of a register (give its kind with --register)
    Register,
    /// Observations, in the long form that `import` reads
    Observations,
    /// Verdicts of the last judgement
    Verdicts,
    /// Values of indicators
    Indicators,
}

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// What to write
    #[arg(value_enum)]
    pub(crate) what: ExportWhat,
    #[command(flatten)]
    pub(crate) data: DataArg,
    /// The register
    #[arg(long, value_name = "KIND")]
    pub(crate) register: Option<String>,
    /// File to write [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    pub(crate) data: DataArg,
    /// Hold the ledger against the head in this file too (repeatable)
    #[arg(long, value_name = "FILE")]
    pub(crate) head: Vec<PathBuf>,
    /// Batches looked at at a time [default: as many as there are processors]
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<std::num::NonZeroUsize>,
    /// Print what was altered as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_definition_of_the_command_line_is_sound() {
        <super::Cli as clap::CommandFactory>::command().debug_assert();
    }
}

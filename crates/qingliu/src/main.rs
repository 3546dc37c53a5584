//! The command line of Qingliu: one word a role, no logic here.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line speaks on both")]

mod bundle;
mod cli;
mod commands;
mod folder;
mod gateway;
mod pack_test;
mod post_office;
mod progress;
mod table;

use std::process::ExitCode;

use clap::Parser as _;

use crate::cli::{Cli, Command, PlanCommand};
use crate::commands::{
    assess, completions, demo, devices, draft, export, head, import, init, judge, model, outbox, plan, prove, serve, simulate, sql,
    succeed, user, verify, why,
};

fn main() -> ExitCode {
    end_quietly_with_the_reader();
    let cli = Cli::parse();
    start_logging(cli.log_json);
    let done = match cli.command {
        Command::Demo(args) => demo::run(args),
        Command::Serve(args) => serve::run(args),
        Command::Init(args) => init::run(args),
        Command::Import(args) => import::run(args),
        Command::Assess(args) => assess::run(args),
        Command::Judge(args) => judge::run(args),
        Command::Why(args) => why::run(args),
        Command::Sql(args) => sql::run(args),
        Command::Model(command) => model::run(command),
        Command::Plan(PlanCommand::Check(args)) => plan::check(args),
        Command::Plan(PlanCommand::Test(args)) => plan::test(args),
        Command::Plan(PlanCommand::Draft(args)) => draft::run(args),
        Command::Plan(PlanCommand::Succeed(args)) => succeed::run(args),
        Command::Export(args) => export::run(args),
        Command::Verify(args) => verify::run(args),
        Command::Head(args) => head::run(args),
        Command::Prove(args) => prove::run(args),
        Command::Outbox(args) => outbox::run(args),
        Command::Devices(args) => devices::run(args),
        Command::Simulate(command) => simulate::run(command),
        Command::User(command) => user::run(command),
        Command::Completions(args) => completions::run(args),
    };
    match done {
        Ok(code) => code,
        // Whoever read our output has seen enough.
        Err(error) if error.chain().any(is_broken_pipe) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("qingliu: {error:#}");
            ExitCode::from(cli::exit::FAILED)
        }
    }
}

fn is_broken_pipe(cause: &(dyn std::error::Error + 'static)) -> bool {
    let io = cause.downcast_ref::<std::io::Error>();
    io.is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}

fn start_logging(json: bool) {
    let filter = tracing_subscriber::EnvFilter::try_from_env("QINGLIU_LOG").unwrap_or_else(|_| "warn,qingliu=info,portal=info".into());
    let plain = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if json { plain.json().init() } else { plain.with_target(false).init() }
}

/// `qingliu sql … | head` ends when the reader has seen enough: that is no fault of the program, and nothing to tell.
fn end_quietly_with_the_reader() {
    /// What a shell sees of a program that wrote to nobody.
    const BROKEN_PIPE: i32 = 141;
    let otherwise = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let said = panic.payload().downcast_ref::<String>().map_or("", String::as_str);
        if said.starts_with("failed printing to stdout") && said.contains("Broken pipe") {
            std::process::exit(BROKEN_PIPE);
        }
        otherwise(panic);
    }));
}

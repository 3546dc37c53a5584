//! `qingliu user`

use std::io::{BufRead as _, IsTerminal as _};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use facts::NewAccount;

use crate::cli::{UserAddArgs, UserCommand, UserPasswordArgs};
use crate::folder::{Folder, change};

pub(crate) fn run(command: UserCommand) -> Result<ExitCode> {
    match command {
        UserCommand::Add(args) => add(args),
        UserCommand::Password(args) => password(args),
        UserCommand::List(args) => {
            let folder = Folder::open(&args.data)?;
            for account in folder.store.accounts()? {
                let closed = if account.closed { " (closed)" } else { "" };
                println!("{} {} {} {}{closed}", account.name, account.unit, account.role, account.display);
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn add(args: UserAddArgs) -> Result<ExitCode> {
    let folder = Folder::open(&args.data.data)?;
    if folder.plan.unit(&args.unit).is_none() {
        let units: Vec<&str> = folder.plan.head.unit.iter().map(|unit| unit.id.get_ref().as_str()).collect();
        bail!("`{}` is not a unit of the plan (expected one of {})", args.unit, units.join(", "));
    }
    if folder.plan.role(&args.role).is_none() {
        let roles: Vec<&str> = folder.plan.roles.iter().map(|role| role.id.get_ref().as_str()).collect();
        bail!("`{}` is not a role of the plan pack (expected one of {})", args.role, roles.join(", "));
    }
    folder.store.check_account_name(&args.name)?;
    let password = ask_password()?;
    let display = args.display.unwrap_or_else(|| args.name.clone());
    let new = NewAccount { name: args.name, display, unit: args.unit, role: args.role, subject: args.subject, email: args.email };
    folder.store.add_account(&new, &password, &change("qingliu user", "made on the command line"))?;
    println!("account `{}` is made; sign in at /zh/sign-in", new.name);
    Ok(ExitCode::SUCCESS)
}

fn password(args: UserPasswordArgs) -> Result<ExitCode> {
    let folder = Folder::open(&args.data.data)?;
    let password = ask_password()?;
    folder.store.set_password(&args.name, &password, &change("qingliu user", "set on the command line"))?;
    println!("the password of `{}` is set; its sessions and tokens have ended", args.name);
    Ok(ExitCode::SUCCESS)
}

/// Read from standard input, so that it stands in no list of processes and no history of a shell.
fn ask_password() -> Result<String> {
    if std::io::stdin().is_terminal() {
        eprintln!("password (it is shown while you type):");
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).context("no password could be read")?;
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        bail!("no password was given (expected it as a line of standard input)");
    }
    Ok(password.to_owned())
}

//! `qingliu serve`

use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use jiff::civil::Date;
use portal::{Portal, PortalSettings};

use crate::cli::ServeArgs;
use crate::commands::judge::judge_folder;
use crate::folder::Folder;

/// How long whoever changed a fact waits for the judgement that follows.
const JUDGEMENT_WAIT: Duration = Duration::from_secs(8);

pub(crate) fn run(args: ServeArgs) -> Result<ExitCode> {
    let folder = Folder::open(&args.data.data)?;
    let as_of = folder.as_of(args.as_of)?;
    judge_if_needed(&folder, as_of)?;
    let demo = folder.store.setting(super::demo::LOADED)?.is_some();
    serve(folder, as_of, args.addr, args.hj212, demo)?;
    Ok(ExitCode::SUCCESS)
}

/// Judges unless the last judgement was made with the same facts, pack, standards and day.
pub(crate) fn judge_if_needed(folder: &Folder, as_of: Date) -> Result<()> {
    if folder.store.setting("judged_with")?.as_deref() == Some(&judge::made_with(&folder.store, &folder.plan, as_of)?) {
        return Ok(());
    }
    let (counts, seconds) = judge_folder(folder, as_of, "qingliu")?;
    println!("judged as of {as_of}: {} verdicts in {seconds:.1} s", counts.change.given);
    Ok(())
}

/// Serves until Ctrl-C; with an address for devices, their gateway too.
pub(crate) fn serve(folder: Folder, as_of: Date, addr: SocketAddr, hj212: Option<SocketAddr>, demo: bool) -> Result<()> {
    if hj212.is_some() {
        crate::gateway::check(&folder)?;
    }
    let (facts, limits) = (folder.store.path().to_owned(), folder.settings.hj212);
    // A demonstration tells nobody. Kept to the end: the thread stops when this is dropped.
    let _post_office = if demo { None } else { Some(crate::post_office::start(&folder)?) };
    let settings = PortalSettings {
        as_of,
        demo,
        map_review_number: folder.settings.map_review_number.clone(),
        clock: crate::folder::now,
        secure_cookies: folder.settings.secure_cookies,
        judgement_wait: JUDGEMENT_WAIT,
    };
    let portal = Portal::new(folder.store, folder.plan, folder.files, settings)?;
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(addr)
            .await
            .map_err(|error| anyhow::anyhow!("{addr}: {error} (choose another address with --addr)"))?;
        println!("http://{}/  (Ctrl-C stops)", listener.local_addr()?);
        let Some(hj212) = hj212 else {
            portal::serve(listener, portal, stopped()).await?;
            return anyhow::Ok(());
        };
        let gateway = crate::gateway::listen(&facts, limits, hj212).await?;
        let handle = gateway.handle();
        let portal = portal.with_counters(portal::Counters::new(move || handle.metrics()));
        let pages = async { anyhow::Ok(portal::serve(listener, portal, stopped()).await?) };
        let devices = async { anyhow::Ok(gateway.run(stopped()).await?) };
        tokio::try_join!(pages, devices)?;
        anyhow::Ok(())
    })
}

/// Ends when the program is told to stop. Where no signal can be waited for, it runs until it is killed.
async fn stopped() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

//! The commands, one file each.

pub(crate) mod assess;
pub(crate) mod completions;
pub(crate) mod demo;
pub(crate) mod devices;
pub(crate) mod draft;
pub(crate) mod export;
pub(crate) mod head;
pub(crate) mod import;
pub(crate) mod init;
pub(crate) mod judge;
pub(crate) mod model;
pub(crate) mod outbox;
pub(crate) mod plan;
pub(crate) mod prove;
pub(crate) mod serve;
pub(crate) mod simulate;
pub(crate) mod sql;
pub(crate) mod succeed;
pub(crate) mod user;
pub(crate) mod verify;
pub(crate) mod why;

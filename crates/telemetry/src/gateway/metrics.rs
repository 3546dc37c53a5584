//! Counters of the gateway, and their text for Prometheus. None names a device or an address.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

/// A counter or a level.
#[derive(Debug, Default)]
pub(super) struct Count(AtomicU64);

impl Count {
    pub(super) fn add(&self, n: usize) {
        self.0.fetch_add(u64::try_from(n).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    pub(super) fn one(&self) {
        self.add(1);
    }

    pub(super) fn less_one(&self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }

    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// What is counted.
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) open: Count,
    pub(super) connections: Count,
    pub(super) turned_away: Count,
    pub(super) silent: Count,
    pub(super) bytes: Count,
    pub(super) noise: Count,
    pub(super) waiting: Count,
    pub(super) kept: Count,
    pub(super) again: Count,
    pub(super) quarantined: Count,
    pub(super) refused: Count,
    pub(super) dropped: Count,
    pub(super) acknowledged: Count,
    pub(super) observations: Count,
    pub(super) corrections: Count,
    pub(super) commits: Count,
    pub(super) commits_failed: Count,
    pub(super) commit_us: Count,
    pub(super) requests: Count,
    pub(super) requests_failed: Count,
}

impl Counters {
    /// The text that Prometheus reads.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        let mut family = |name: &str, kind: &str, help: &str, rows: &[(&str, &Count)]| {
            // Writing to a text cannot fail.
            let _ = writeln!(text, "# HELP qingliu_hj212_{name} {help}\n# TYPE qingliu_hj212_{name} {kind}");
            for (label, count) in rows {
                let _ = writeln!(text, "qingliu_hj212_{name}{label} {}", count.get());
            }
        };
        family("connections_open", "gauge", "Open connections.", &[("", &self.open)]);
        family("connections_total", "counter", "Connections that were taken.", &[("", &self.connections)]);
        family("connections_turned_away_total", "counter", "Connections beyond a limit.", &[("", &self.turned_away)]);
        family("connections_silent_total", "counter", "Connections that ended because nothing came.", &[("", &self.silent)]);
        family("received_bytes_total", "counter", "Bytes received.", &[("", &self.bytes)]);
        family("noise_bytes_total", "counter", "Bytes that belong to no frame.", &[("", &self.noise)]);
        family("frames_waiting", "gauge", "Frames that wait to be committed.", &[("", &self.waiting)]);
        let states = [
            ("{state=\"kept\"}", &self.kept),
            ("{state=\"again\"}", &self.again),
            ("{state=\"quarantined\"}", &self.quarantined),
            ("{state=\"refused\"}", &self.refused),
            ("{state=\"dropped\"}", &self.dropped),
        ];
        family("frames_total", "counter", "Frames by what became of them.", &states);
        family("acknowledged_total", "counter", "Answers sent after the frame was on disk.", &[("", &self.acknowledged)]);
        family("observations_total", "counter", "Observations that were new.", &[("", &self.observations)]);
        family("corrections_total", "counter", "Observations that correct others.", &[("", &self.corrections)]);
        family("commits_total", "counter", "Transactions committed.", &[("", &self.commits)]);
        family(
            "commits_failed_total",
            "counter",
            "Transactions that failed; nothing of them was acknowledged.",
            &[("", &self.commits_failed)],
        );
        family("commit_microseconds_total", "counter", "Time spent in transactions.", &[("", &self.commit_us)]);
        family("requests_total", "counter", "Requests sent to devices.", &[("", &self.requests)]);
        family("requests_failed_total", "counter", "Requests that were not answered.", &[("", &self.requests_failed)]);
        text
    }
}

-- Facts: registers, observations, ledger, verdicts. Times are whole seconds since 1970 in UTC; decimals are text.

CREATE TABLE entry (
    kind        TEXT NOT NULL,
    id          TEXT NOT NULL,
    version     INTEGER NOT NULL,
    data        TEXT NOT NULL,                 -- JSON object: field -> text
    made_up     INTEGER NOT NULL,
    source      TEXT NOT NULL,
    deleted     INTEGER NOT NULL DEFAULT 0,
    known_at    INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    PRIMARY KEY (kind, id, version)
) WITHOUT ROWID;

-- Salts of private fields, so that a person's data can be erased while the chain still holds.
CREATE TABLE private_salt (
    kind  TEXT NOT NULL,
    id    TEXT NOT NULL,
    field TEXT NOT NULL,
    salt  BLOB NOT NULL,
    PRIMARY KEY (kind, id, field)
) WITHOUT ROWID;

CREATE TABLE series (
    id     INTEGER PRIMARY KEY,
    place  TEXT NOT NULL,
    item   TEXT NOT NULL,
    source TEXT NOT NULL,
    UNIQUE (place, item, source)
);

CREATE TABLE batch (
    id          INTEGER PRIMARY KEY,
    file        TEXT NOT NULL,
    file_sha256 TEXT NOT NULL,
    source      TEXT NOT NULL,
    made_up     INTEGER NOT NULL,
    rows        INTEGER NOT NULL,
    root        TEXT NOT NULL,                 -- Merkle root over the leaves
    leaves      BLOB NOT NULL,                 -- 32 bytes a row, in the order of series, time, version
    recorded_at INTEGER NOT NULL
);

-- An observation is named by series, time and version. Nothing here is ever updated: a correction is the next version.
CREATE TABLE observation (
    series    INTEGER NOT NULL REFERENCES series(id),
    time      INTEGER NOT NULL,
    version   INTEGER NOT NULL,
    text      TEXT NOT NULL,                   -- as the source printed it
    unit      TEXT NOT NULL,                   -- in this unit
    value     TEXT,                            -- in the item's unit: unrounded where the source gives that
    published TEXT,                            -- in the item's unit, as published
    qualifier TEXT NOT NULL CHECK (qualifier IN ('value', 'below', 'missing', 'not_measured')),
    flag      TEXT NOT NULL DEFAULT '',
    method    TEXT NOT NULL DEFAULT '',
    reason    TEXT NOT NULL DEFAULT '',        -- of a correction
    known_at  INTEGER NOT NULL,
    batch     INTEGER NOT NULL REFERENCES batch(id),
    PRIMARY KEY (series, time, version)
) WITHOUT ROWID;
CREATE INDEX observation_batch ON observation(batch);

-- What the source said of a whole sample: its own class, the state of the station.
CREATE TABLE sample (
    place          TEXT NOT NULL,
    time           INTEGER NOT NULL,
    source         TEXT NOT NULL,
    version        INTEGER NOT NULL,
    official_class TEXT,
    status         TEXT NOT NULL DEFAULT '',
    known_at       INTEGER NOT NULL,
    batch          INTEGER NOT NULL REFERENCES batch(id),
    PRIMARY KEY (place, time, source, version)
) WITHOUT ROWID;

CREATE TABLE verdict (
    id          TEXT NOT NULL,
    version     INTEGER NOT NULL,
    rule        TEXT NOT NULL,
    subject     TEXT NOT NULL,
    period      TEXT NOT NULL,
    outcome     TEXT NOT NULL,
    digest      TEXT NOT NULL,
    content     TEXT NOT NULL,                 -- JSON
    as_of       TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    PRIMARY KEY (id, version)
) WITHOUT ROWID;

-- What the last judgement holds: the version of each verdict it gave.
CREATE TABLE current_verdict (
    id      TEXT PRIMARY KEY,
    version INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE indicator_value (
    indicator TEXT NOT NULL,
    unit      TEXT NOT NULL,
    period    TEXT NOT NULL,
    value     TEXT,
    made_up   INTEGER NOT NULL,
    PRIMARY KEY (indicator, unit, period)
) WITHOUT ROWID;

CREATE TABLE ledger (
    seq       INTEGER PRIMARY KEY,
    at        INTEGER NOT NULL,
    who       TEXT NOT NULL,
    action    TEXT NOT NULL,
    subject   TEXT NOT NULL,
    what      TEXT NOT NULL,                   -- JSON: before and after
    why       TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash      TEXT NOT NULL
);

CREATE TABLE setting (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

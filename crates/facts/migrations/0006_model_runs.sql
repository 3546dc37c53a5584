-- Runs of models: what went in, what came out, and with which program. The same inputs and program are the same run.
CREATE TABLE model_run (
    id          TEXT PRIMARY KEY,                 -- SHA-256 of program and inputs
    kind        TEXT NOT NULL,                    -- steady, capacity, ecoflow …
    program     TEXT NOT NULL,
    as_of       TEXT NOT NULL,                    -- the day it speaks of, 2020-12-31
    inputs      TEXT NOT NULL,                    -- JSON
    result      TEXT NOT NULL,                    -- JSON
    made_up     INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX model_run_by_kind ON model_run (kind, as_of, recorded_at);

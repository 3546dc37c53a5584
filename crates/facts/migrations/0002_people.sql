-- People, what they may enter with, and what they hand in.

-- The newest version of each entry, kept beside the history so that lists, checks for duplicates and the map are quick.
CREATE TABLE current_entry (
    kind      TEXT NOT NULL,
    id        TEXT NOT NULL,
    version   INTEGER NOT NULL,
    duplicate TEXT,                            -- the fields that make two entries the same thing, joined; NULL where the kind names none
    revision  INTEGER NOT NULL,                -- of the register, when this version came
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;
CREATE INDEX current_entry_duplicate ON current_entry(kind, duplicate);
CREATE INDEX current_entry_revision ON current_entry(kind, revision);

INSERT INTO current_entry (kind, id, version, revision)
SELECT kind, id, max(version), 1 FROM entry GROUP BY kind, id;

CREATE TABLE account (
    name          TEXT PRIMARY KEY,            -- what is typed at the door
    display       TEXT NOT NULL,
    unit          TEXT NOT NULL,               -- of the plan pack
    role          TEXT NOT NULL,               -- of the plan pack
    subject       TEXT NOT NULL DEFAULT '',    -- the entry a person of an enterprise speaks for, kind/id
    email         TEXT NOT NULL DEFAULT '',
    password_hash TEXT NOT NULL,
    totp_secret   TEXT,
    failures      INTEGER NOT NULL DEFAULT 0,
    locked_until  INTEGER NOT NULL DEFAULT 0,
    deputy        TEXT NOT NULL DEFAULT '',    -- who stands in
    away_from     TEXT NOT NULL DEFAULT '',
    away_to       TEXT NOT NULL DEFAULT '',
    closed        INTEGER NOT NULL DEFAULT 0,
    created_at    INTEGER NOT NULL
) WITHOUT ROWID;

-- What lets somebody in: a session of a browser, a token of a program, a token of a calendar feed. Only hashes are kept.
CREATE TABLE access (
    hash       TEXT PRIMARY KEY,
    account    TEXT NOT NULL REFERENCES account(name),
    kind       TEXT NOT NULL CHECK (kind IN ('session', 'token', 'calendar')),
    label      TEXT NOT NULL DEFAULT '',
    form_key   TEXT NOT NULL DEFAULT '',       -- must come back with every form of the session
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER
) WITHOUT ROWID;
CREATE INDEX access_account ON access(account);

CREATE TABLE attachment (
    sha256      TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    media_type  TEXT NOT NULL,
    size        INTEGER NOT NULL,
    content     BLOB NOT NULL,
    recorded_at INTEGER NOT NULL
) WITHOUT ROWID;

-- A measure that was opened for a finding, and each step it took.
CREATE TABLE measure (
    id        TEXT PRIMARY KEY,
    machine   TEXT NOT NULL,
    rule      TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject   TEXT NOT NULL,
    verdict   TEXT NOT NULL,                   -- the finding it was opened for
    state     TEXT NOT NULL,
    made_up   INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    closed_at INTEGER
) WITHOUT ROWID;
CREATE INDEX measure_subject ON measure(subject_kind, subject);

CREATE TABLE measure_step (
    measure   TEXT NOT NULL REFERENCES measure(id),
    seq       INTEGER NOT NULL,
    step      TEXT NOT NULL,
    from_state TEXT NOT NULL,
    to_state  TEXT NOT NULL,
    who       TEXT NOT NULL,
    unit      TEXT NOT NULL,
    on_day    TEXT NOT NULL,
    due       TEXT,                            -- the day by which the next step is due
    document  TEXT NOT NULL DEFAULT '',        -- number of the document issued
    attachment TEXT NOT NULL DEFAULT '',
    note      TEXT NOT NULL DEFAULT '',
    verdict   TEXT NOT NULL DEFAULT '',        -- digest of the finding the step rests on
    recorded_at INTEGER NOT NULL,
    PRIMARY KEY (measure, seq)
) WITHOUT ROWID;

-- Editions that were published: frozen, byte for byte.
CREATE TABLE edition (
    id          TEXT NOT NULL,                 -- such as assessment/2019
    number      INTEGER NOT NULL,
    content     TEXT NOT NULL,
    digest      TEXT NOT NULL,
    note        TEXT NOT NULL DEFAULT '',
    published_at INTEGER NOT NULL,
    PRIMARY KEY (id, number)
) WITHOUT ROWID;

-- What is still to be sent, and what was.
CREATE TABLE outbox (
    id         INTEGER PRIMARY KEY,
    key        TEXT NOT NULL UNIQUE,           -- what it is about; the same thing is never queued twice
    recipient  TEXT NOT NULL,                  -- mailto:… or the address of a webhook
    subject    TEXT NOT NULL,
    body       TEXT NOT NULL,
    queued_at  INTEGER NOT NULL,
    attempts   INTEGER NOT NULL DEFAULT 0,
    next_at    INTEGER NOT NULL,
    last_error TEXT NOT NULL DEFAULT '',
    sent_at    INTEGER
);

-- How often a register changed; whoever holds its entries in memory asks only for what is newer.
CREATE TABLE register_revision (
    kind     TEXT PRIMARY KEY,
    revision INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO register_revision (kind, revision) SELECT kind, 1 FROM entry GROUP BY kind;

CREATE INDEX ledger_subject ON ledger(subject);

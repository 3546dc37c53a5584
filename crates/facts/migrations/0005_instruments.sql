-- What instruments sent, as it came, and what is known of each of them. Times of arrival are milliseconds since 1970 in UTC.
CREATE TABLE frame (
    id          INTEGER PRIMARY KEY,
    mn          TEXT NOT NULL,                 -- id of the device as it was sent; empty where it cannot be read
    cn          TEXT NOT NULL,
    data_time   INTEGER,                       -- seconds since 1970
    received_at INTEGER NOT NULL,
    peer        TEXT NOT NULL,                 -- address it came from; never shown
    state       TEXT NOT NULL CHECK (state IN ('kept', 'quarantined', 'refused')),
    reason      TEXT NOT NULL DEFAULT '',
    notices     TEXT NOT NULL DEFAULT '',      -- ids, a blank between
    digest      BLOB NOT NULL,                 -- of mn and bytes: a frame that is sent again is the same frame
    bytes       BLOB NOT NULL,                 -- as received, its password with it; never shown
    UNIQUE (digest, state)
);
CREATE INDEX frame_aside ON frame(received_at) WHERE state <> 'kept';
CREATE INDEX frame_aside_peer ON frame(peer, received_at) WHERE state <> 'kept';

-- A row for each device of the register that was heard of.
CREATE TABLE instrument (
    mn             TEXT PRIMARY KEY,
    first_seen     INTEGER NOT NULL,
    last_seen      INTEGER NOT NULL,
    last_data_time INTEGER,                    -- seconds since 1970
    frames         INTEGER NOT NULL,           -- kept, each counted once
    again          INTEGER NOT NULL,           -- came before, byte for byte
    observations   INTEGER NOT NULL,
    quarantined    INTEGER NOT NULL,
    refused        INTEGER NOT NULL,
    skew_ms        INTEGER                     -- its clock less ours when it last spoke; NULL where it does not say
) WITHOUT ROWID;

-- Records that brought something new, by hour and kind of data.
CREATE TABLE instrument_hour (
    mn      TEXT NOT NULL,
    hour    INTEGER NOT NULL,                  -- hours since 1970
    kind    TEXT NOT NULL,
    records INTEGER NOT NULL,
    PRIMARY KEY (mn, hour, kind)
) WITHOUT ROWID;

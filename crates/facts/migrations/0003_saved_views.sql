-- Filters that people gave a name: theirs alone. They are no facts, so they stand outside the ledger.
CREATE TABLE saved_view (
    account  TEXT NOT NULL REFERENCES account(name),
    name     TEXT NOT NULL,
    path     TEXT NOT NULL,                    -- the page, behind the language and without ending
    query    TEXT NOT NULL,                    -- what stands behind the question mark
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (account, name)
) WITHOUT ROWID;

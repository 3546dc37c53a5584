-- A summary of each series, kept with every import, so that counting and "the latest of every station" read one row each.
CREATE TABLE series_summary (
    series         INTEGER PRIMARY KEY REFERENCES series(id),
    n              INTEGER NOT NULL,           -- times at which there is an observation; corrections do not count
    first_time     INTEGER NOT NULL,
    last_time      INTEGER NOT NULL,
    last_text      TEXT NOT NULL,              -- of the newest version at the last time
    last_value     TEXT,
    last_qualifier TEXT NOT NULL,
    made_up        INTEGER NOT NULL            -- whether any of it was made up
);

INSERT INTO series_summary (series, n, first_time, last_time, last_text, last_value, last_qualifier, made_up)
SELECT o.series, count(DISTINCT o.time), min(o.time), max(o.time), '', NULL, 'missing', max(b.made_up)
FROM observation AS o JOIN batch AS b ON b.id = o.batch GROUP BY o.series;

UPDATE series_summary SET (last_text, last_value, last_qualifier) =
    (SELECT o.text, o.value, o.qualifier FROM observation AS o
     WHERE o.series = series_summary.series AND o.time = series_summary.last_time ORDER BY o.version DESC LIMIT 1);

-- Lists over many series go by time and are taken up again behind the last row, never by counting rows passed over.
CREATE INDEX observation_time ON observation(time, series, version);

-- view device_hours: Hours of automatic devices by item: the value and whether it is valid (HJ 356-2019 as far as it is known here). Of an hour the reported hour value counts, else its minutes, else its real-time values; hours without any are not here, but among the gaps.
-- place: what the device watches
-- item: the item
-- device: the device that stands for it; NULL where none is registered
-- date: the day in Shanghai
-- hour: the hour it begins at, 0 to 23
-- hour_no: the hour counted from 2000-01-01 00:00, for spans across days
-- source: hj212-hour, hj212-min or hj212-rtd
-- n: readings with the mark of normal measurement
-- value: the value in the item's unit: their mean, weighted by flow where each has one, pH as hydrogen ions; that of all readings where none is normal
-- low: lowest of them
-- high: highest of them
-- flow: mean flow of the hour at the same place, L/s
-- weighted: whether the value is weighted by flow within the hour
-- at_limit: whether every reading was below the detection limit or exactly at the one registered
-- flags: marks of the device in that hour, without N, separated by commas
-- validated: valid or invalid, where an officer decided
-- valid: whether the hour counts
-- why_not: no_value, no_device, rejected, mark, not_accepted, out_of_range, maintenance or failed_check
-- made_up: whether anything in it was made up for a demonstration
WITH readings AS (
  SELECT o.place, o.item, o.date, o.time, o.source, CAST(date_part('hour', o.time + INTERVAL '8 hours') AS BIGINT) AS hour, o.flag, o.qualifier, o.amount, o.value, o.made_up
  FROM observations AS o WHERE o.source IN ('hj212-hour', 'hj212-min', 'hj212-rtd')
), best AS (
  SELECT place, item, date, hour, min(source) AS source FROM readings GROUP BY place, item, date, hour
), chosen AS (
  SELECT r.* FROM readings AS r JOIN best AS b ON b.place = r.place AND b.item = r.item AND b.date = r.date AND b.hour = r.hour AND b.source = r.source
), listed AS (
  SELECT i.device, i.item, min(i.range_low) AS range_low, max(i.range_high) AS range_high, max(i.detection_limit) AS detection_limit
  FROM device_item AS i JOIN items AS t ON t.id = i.item AND t.unit = i.unit GROUP BY i.device, i.item
), days AS (
  SELECT DISTINCT place, item, date FROM chosen
), watched AS (
  SELECT y.place, y.item, y.date, coalesce(min(d.id) FILTER (WHERE l.device IS NOT NULL), min(d.id)) AS device
  FROM days AS y
  JOIN device AS d ON d.place = y.place AND coalesce(d.active_from <= y.date, true) AND coalesce(y.date <= d.active_to, true)
  LEFT JOIN (SELECT DISTINCT device, item FROM device_item) AS l ON l.device = d.id AND l.item = y.item
  GROUP BY y.place, y.item, y.date
), marked AS (
  SELECT c.place, c.item, c.date, c.hour, c.time, c.source, c.flag, c.qualifier, c.amount, c.value, c.made_up, w.device,
         c.amount IS NOT NULL AND (c.flag = 'N' OR c.flag = '' AND d.protocol = '2005') AS normal,
         f.amount AS flow, l.detection_limit
  FROM chosen AS c
  LEFT JOIN watched AS w ON w.place = c.place AND w.item = c.item AND w.date = c.date
  LEFT JOIN device AS d ON d.id = w.device
  LEFT JOIN listed AS l ON l.device = w.device AND l.item = c.item
  LEFT JOIN chosen AS f ON f.item = 'flow' AND f.place = c.place AND f.time = c.time AND f.source = c.source AND c.item <> 'flow'
), summed AS (
  SELECT place, item, date, hour, device, source, count(*) FILTER (WHERE normal) AS n,
         coalesce(item_mean(item, amount) FILTER (WHERE normal), item_mean(item, amount)) AS mean,
         coalesce(min(amount) FILTER (WHERE normal), min(amount)) AS low, coalesce(max(amount) FILTER (WHERE normal), max(amount)) AS high,
         exact_mean(flow) AS flow,
         count(*) FILTER (WHERE normal) = count(flow) FILTER (WHERE normal) AND count(*) FILTER (WHERE normal) > 1 AND item NOT IN ('ph', 'flow') AS can_weigh,
         CAST(sum(CAST(amount AS DECIMAL(18, 6)) * CAST(flow AS DECIMAL(18, 6))) FILTER (WHERE normal) AS DECIMAL(36, 12)) AS load,
         CAST(sum(flow) FILTER (WHERE normal) AS DECIMAL(20, 6)) AS volume,
         coalesce(bool_and(qualifier = 'below' OR value = detection_limit), false) AS at_limit,
         coalesce(string_agg(DISTINCT flag, ',' ORDER BY flag) FILTER (WHERE flag <> 'N'), '') AS flags,
         bool_or(made_up) AS made_up
  FROM marked GROUP BY place, item, date, hour, device, source
), hours AS (
  SELECT place, item, device, date, hour, (date - DATE '2000-01-01') * 24 + hour AS hour_no, source, n, CASE WHEN can_weigh AND volume > 0 THEN CAST(load / volume AS DECIMAL(28, 12)) ELSE CAST(mean AS DECIMAL(28, 12)) END AS value,
         low, high, CAST(flow AS DECIMAL(28, 12)) AS flow, can_weigh AND volume > 0 AS weighted, at_limit, flags, made_up
  FROM summed
), spans AS (
  SELECT id, device, item, kind, result, (from_on - DATE '2000-01-01') * 24 + coalesce(from_hour, 0) AS from_no,
         (coalesce(to_on, from_on) - DATE '2000-01-01') * 24 + coalesce(to_hour, CASE WHEN to_on IS NULL THEN from_hour END, 23) AS to_no
  FROM device_maintenance
), doubtful AS (
  SELECT f.id, f.device, f.item, max(p.to_no) FILTER (WHERE p.to_no < f.from_no) AS after_no, min(p.from_no) FILTER (WHERE f.to_no < p.from_no) AS before_no
  FROM spans AS f
  LEFT JOIN spans AS p ON p.device = f.device AND p.result = 'passed' AND coalesce(p.item = f.item, true)
  WHERE f.result = 'failed' GROUP BY f.id, f.device, f.item
), kept AS (
  SELECT DISTINCT h.place, h.item, h.hour_no FROM hours AS h JOIN spans AS s ON s.device = h.device AND coalesce(s.item = h.item, true) AND s.from_no <= h.hour_no AND h.hour_no <= s.to_no
), failed AS (
  SELECT DISTINCT h.place, h.item, h.hour_no FROM hours AS h
  JOIN doubtful AS f ON f.device = h.device AND coalesce(f.item = h.item, true) AND coalesce(f.after_no < h.hour_no, true) AND coalesce(h.hour_no < f.before_no, true)
), decided AS (
  SELECT h.place, h.item, h.hour_no, max(v.decided_on) FILTER (WHERE v.decision = 'valid') AS valid_on, max(v.decided_on) FILTER (WHERE v.decision = 'invalid') AS invalid_on
  FROM hours AS h
  JOIN data_validation AS v ON v.device = h.device AND coalesce(v.item = h.item, true)
   AND (v.from_on - DATE '2000-01-01') * 24 + coalesce(v.from_hour, 0) <= h.hour_no
   AND h.hour_no <= (coalesce(v.to_on, v.from_on) - DATE '2000-01-01') * 24 + coalesce(v.to_hour, CASE WHEN v.to_on IS NULL THEN v.from_hour END, 23)
  GROUP BY h.place, h.item, h.hour_no
), judged AS (
  SELECT h.*, CASE WHEN v.invalid_on IS NOT NULL AND coalesce(v.valid_on <= v.invalid_on, true) THEN 'invalid' WHEN v.valid_on IS NOT NULL THEN 'valid' END AS validated,
         d.accepted_on, coalesce(d.made_up, false) AS device_made_up, l.range_low, l.range_high, k.hour_no IS NOT NULL AS in_maintenance, f.hour_no IS NOT NULL AS in_doubt
  FROM hours AS h
  LEFT JOIN device AS d ON d.id = h.device
  LEFT JOIN listed AS l ON l.device = h.device AND l.item = h.item
  LEFT JOIN kept AS k ON k.place = h.place AND k.item = h.item AND k.hour_no = h.hour_no
  LEFT JOIN failed AS f ON f.place = h.place AND f.item = h.item AND f.hour_no = h.hour_no
  LEFT JOIN decided AS v ON v.place = h.place AND v.item = h.item AND v.hour_no = h.hour_no
), said AS (
  SELECT j.*, CASE WHEN j.value IS NULL THEN 'no_value'
                   WHEN j.device IS NULL THEN 'no_device'
                   WHEN j.validated = 'invalid' THEN 'rejected'
                   WHEN j.validated = 'valid' THEN NULL
                   WHEN j.n = 0 THEN 'mark'
                   WHEN coalesce(j.date < j.accepted_on, true) THEN 'not_accepted'
                   WHEN j.high > j.range_high OR NOT j.at_limit AND j.low < j.range_low THEN 'out_of_range'
                   WHEN j.in_maintenance THEN 'maintenance'
                   WHEN j.in_doubt THEN 'failed_check' END AS why_not
  FROM judged AS j
)
SELECT place, item, device, date, hour, hour_no, source, n, value, low, high, flow, weighted, at_limit, flags, validated, why_not IS NULL AS valid, why_not, made_up OR device_made_up AS made_up
FROM said;

-- view device_days: Days of automatic devices by item, also those on which nothing came: hours due, arrived and valid, and the mean of the valid ones. A device is due from the day it was connected, for the items registered for it and those it sends.
-- device: the device
-- place: what it watches
-- item: the item
-- date: the day in Shanghai
-- quarter: its quarter, 2021-Q1
-- due: hours due: 24 without those for which an outage without discharge was reported and confirmed
-- arrived: hours that came, among those due
-- valid: of them, hours that are valid
-- value: mean of the valid hours, ΣCQ/ΣQ where each has a flow, else arithmetic; for pH over hydrogen ions
-- weighted: whether the mean is weighted by flow
-- low: lowest valid hour
-- high: highest valid hour
-- volume_m3: volume of the valid hours, m3
-- made_up: whether anything in it was made up for a demonstration
WITH pairs AS (
  SELECT device, item FROM device_item UNION SELECT device, item FROM device_hours WHERE device IS NOT NULL
), first_hours AS (
  SELECT device, min(date) AS date FROM device_hours GROUP BY device
), stretch AS (
  SELECT d.id AS device, d.place, coalesce(d.active_from, f.date) AS first, least(k.as_of, coalesce(d.active_to, k.as_of)) AS last, d.made_up
  FROM device AS d CROSS JOIN clock AS k LEFT JOIN first_hours AS f ON f.device = d.id
  WHERE coalesce(d.active_from, f.date) <= least(k.as_of, coalesce(d.active_to, k.as_of))
), calendar AS (
  -- Days 10957 to 47481 of the engine's count: 2000 to 2099.
  SELECT t.device, t.place, t.made_up, n.date FROM stretch AS t
  JOIN (SELECT CAST(CAST(value AS INT) AS DATE) AS date FROM generate_series(10957, 47481)) AS n ON t.first <= n.date AND n.date <= t.last
), idle AS (
  SELECT device, (from_on - DATE '2000-01-01') * 24 + coalesce(from_hour, 0) AS from_no,
         (coalesce(to_on, from_on) - DATE '2000-01-01') * 24 + coalesce(to_hour, CASE WHEN to_on IS NULL THEN from_hour END, 23) AS to_no
  FROM device_outage WHERE kind = 'no_discharge' AND confirmed_on IS NOT NULL
), clock_hours AS (
  SELECT value AS hour FROM generate_series(0, 23)
), idle_hours AS (
  SELECT DISTINCT c.device, c.date, h.hour
  FROM calendar AS c CROSS JOIN clock_hours AS h
  JOIN idle AS i ON i.device = c.device AND i.from_no <= (c.date - DATE '2000-01-01') * 24 + h.hour AND (c.date - DATE '2000-01-01') * 24 + h.hour <= i.to_no
), idle_days AS (
  SELECT device, date, count(*) AS hours FROM idle_hours GROUP BY device, date
), sums AS (
  SELECT h.device, h.item, h.date, count(*) AS arrived, count(*) FILTER (WHERE h.valid) AS valid, item_mean(h.item, h.value) FILTER (WHERE h.valid) AS mean,
         count(*) FILTER (WHERE h.valid) = count(h.flow) FILTER (WHERE h.valid) AND h.item NOT IN ('ph', 'flow') AS can_weigh,
         CAST(sum(CAST(h.value AS DECIMAL(18, 6)) * CAST(h.flow AS DECIMAL(18, 6))) FILTER (WHERE h.valid) AS DECIMAL(36, 12)) AS load,
         CAST(sum(CASE WHEN h.item = 'flow' THEN h.value ELSE h.flow END) FILTER (WHERE h.valid) AS DECIMAL(20, 6)) AS flow,
         min(h.low) FILTER (WHERE h.valid) AS low, max(h.high) FILTER (WHERE h.valid) AS high, bool_or(h.made_up) AS made_up
  FROM device_hours AS h
  LEFT JOIN idle_hours AS i ON i.device = h.device AND i.date = h.date AND i.hour = h.hour
  WHERE i.hour IS NULL GROUP BY h.device, h.item, h.date
)
SELECT c.device, c.place, p.item, c.date, CAST(date_part('year', c.date) AS VARCHAR) || '-Q' || CAST(date_part('quarter', c.date) AS VARCHAR) AS quarter,
       24 - coalesce(i.hours, 0) AS due, coalesce(s.arrived, 0) AS arrived, coalesce(s.valid, 0) AS valid,
       CASE WHEN s.can_weigh AND s.flow > 0 THEN CAST(s.load / s.flow AS DECIMAL(28, 12)) ELSE CAST(s.mean AS DECIMAL(28, 12)) END AS value,
       coalesce(s.can_weigh AND s.flow > 0, false) AS weighted, s.low, s.high, CAST(s.flow * 3.6 AS DECIMAL(28, 6)) AS volume_m3, c.made_up OR coalesce(s.made_up, false) AS made_up
FROM calendar AS c
JOIN pairs AS p ON p.device = c.device
LEFT JOIN idle_days AS i ON i.device = c.device AND i.date = c.date
LEFT JOIN sums AS s ON s.device = c.device AND s.date = c.date AND s.item = p.item;

-- view device_quarters: Effective transmission rate of devices by quarter, over all items: valid hours in those due, which is the rate of transmission times the rate of validity.
-- device: the device
-- place: what it watches
-- quarter: the quarter, 2021-Q1
-- due: hours due, over its items
-- arrived: hours that came
-- valid: hours that are valid
-- transmission_pct: arrived in due, per cent, one decimal; NULL where nothing is due
-- validity_pct: valid in arrived, per cent, one decimal; NULL where nothing arrived
-- effective_pct: valid in due, per cent, one decimal; NULL where nothing is due
-- missing_pct: due but not valid, per cent, one decimal; NULL where nothing is due
-- made_up: whether anything in it was made up for a demonstration
SELECT device, place, quarter, sum(due) AS due, sum(arrived) AS arrived, sum(valid) AS valid,
       CASE WHEN sum(due) > 0 THEN round_even(CAST(sum(arrived) * 100 AS DECIMAL(20, 6)) / CAST(sum(due) AS DECIMAL(20, 0)), 1) END AS transmission_pct,
       CASE WHEN sum(arrived) > 0 THEN round_even(CAST(sum(valid) * 100 AS DECIMAL(20, 6)) / CAST(sum(arrived) AS DECIMAL(20, 0)), 1) END AS validity_pct,
       CASE WHEN sum(due) > 0 THEN round_even(CAST(sum(valid) * 100 AS DECIMAL(20, 6)) / CAST(sum(due) AS DECIMAL(20, 0)), 1) END AS effective_pct,
       CASE WHEN sum(due) > 0 THEN round_even(CAST((sum(due) - sum(valid)) * 100 AS DECIMAL(20, 6)) / CAST(sum(due) AS DECIMAL(20, 0)), 1) END AS missing_pct,
       bool_or(made_up) AS made_up
FROM device_days GROUP BY device, place, quarter;

-- view device_gaps: Gaps between valid hours of a device and item, with the value that may stand in for them: the mean of the valid hours in the span of equal length just before. It is marked as substituted and enters no other view; whether it may be used, a rule says by the share that is missing in the quarter. A gap that has not ended is not here.
-- device: the device
-- place: what it watches
-- item: the item
-- quarter: quarter of the first missing hour
-- from_date: day of the first missing hour
-- from_hour: the first missing hour
-- to_date: day of the last
-- to_hour: the last missing hour
-- hours: hours missing
-- before: valid hours in the span of equal length before
-- substitute: their mean, arithmetic, for pH over hydrogen ions
-- substituted: always true: never a measurement
-- made_up: whether anything in it was made up for a demonstration
WITH ok AS (
  SELECT device, place, item, hour_no, value, made_up FROM device_hours WHERE valid
), jumps AS (
  SELECT device, place, item, hour_no AS last_no, lead(hour_no) OVER (PARTITION BY device, place, item ORDER BY hour_no) AS next_no, made_up FROM ok
), gaps AS (
  SELECT device, place, item, last_no, last_no + 1 AS from_no, next_no - 1 AS to_no, next_no - 1 - last_no AS hours, made_up FROM jumps WHERE next_no - last_no > 1
), dated AS (
  -- Day 10957 of the engine's count is 2000-01-01, where hour_no begins.
  SELECT *, CAST(CAST(10957 + from_no / 24 AS INT) AS DATE) AS from_date, CAST(CAST(10957 + to_no / 24 AS INT) AS DATE) AS to_date FROM gaps
)
SELECT g.device, g.place, g.item, CAST(date_part('year', g.from_date) AS VARCHAR) || '-Q' || CAST(date_part('quarter', g.from_date) AS VARCHAR) AS quarter,
       g.from_date, g.from_no % 24 AS from_hour, g.to_date, g.to_no % 24 AS to_hour, g.hours, count(o.value) AS before,
       CAST(item_mean(g.item, o.value) AS DECIMAL(28, 12)) AS substitute, true AS substituted, bool_or(g.made_up OR coalesce(o.made_up, false)) AS made_up
FROM dated AS g
LEFT JOIN ok AS o ON o.device = g.device AND o.place = g.place AND o.item = g.item AND g.last_no - g.hours < o.hour_no AND o.hour_no <= g.last_no
GROUP BY g.device, g.place, g.item, g.from_date, g.to_date, g.from_no, g.to_no, g.hours;

-- view day_means: Means of a day, over the readings of each place and item. pH is averaged as hydrogen ions; a reading below detection counts as half its limit. Where several sources measure a section on one day, the one that the section names as its first counts alone. Of an automatic device only hours with the mark of normal measurement count, not its minutes or its own day values.
-- place: the section, point or station
-- item: the item
-- date: the day in Shanghai
-- month: its month, 2020-08
-- mean: the mean, in the item's unit, 18 places
-- n: readings
-- made_up: whether any of them was made up for a demonstration
WITH first_source AS (
  SELECT o.place, o.item, o.date, s.first_source AS source
  FROM section AS s
  JOIN observations AS o ON o.place = s.id AND o.source = s.first_source AND o.amount IS NOT NULL AND (o.source <> 'hj212-hour' OR o.flag = 'N')
  GROUP BY o.place, o.item, o.date, s.first_source
)
SELECT o.place, o.item, o.date, o.month, item_mean(o.item, o.amount) AS mean, count(o.amount) AS n, bool_or(o.made_up) AS made_up
FROM observations AS o
LEFT JOIN first_source AS f ON f.place = o.place AND f.item = o.item AND f.date = o.date
WHERE o.amount IS NOT NULL AND (f.source IS NULL OR f.source = o.source)
  AND o.source NOT IN ('hj212-rtd', 'hj212-min', 'hj212-day') AND (o.source <> 'hj212-hour' OR o.flag = 'N')
GROUP BY o.place, o.item, o.date, o.month;

-- view month_means: Means of a month, over its day means, so that a day of many readings weighs no more than a day of one.
-- place: the section, point or station
-- item: the item
-- month: the month, 2020-08
-- quarter: its quarter, 2020-Q3
-- year: its year, 2020
-- mean: the mean, in the item's unit, 18 places
-- days: days with a value
-- readings: readings
-- made_up: whether any of them was made up for a demonstration
SELECT d.place, d.item, d.month, p.quarter, substr(d.month, 1, 4) AS year, item_mean(d.item, d.mean) AS mean, count(*) AS days, sum(d.n) AS readings,
       bool_or(d.made_up) AS made_up
FROM day_means AS d
JOIN months AS p ON p.month = d.month
GROUP BY d.place, d.item, d.month, p.quarter;

-- view means: Means of every grain in one table: day, month, quarter (over its months) and year (over its months).
-- place: the section, point or station
-- item: the item
-- grain: day, month, quarter or year
-- period: 2020-08-03, 2020-08, 2020-Q3 or 2020
-- mean: the mean, in the item's unit, 18 places
-- rounds: what the mean was taken over: readings of a day, days of a month, months of a quarter or year
-- readings: readings under it
-- made_up: whether any of them was made up for a demonstration
SELECT place, item, 'day' AS grain, CAST(date AS VARCHAR) AS period, mean, n AS rounds, n AS readings, made_up FROM day_means
UNION ALL
SELECT place, item, 'month' AS grain, month AS period, mean, days AS rounds, readings, made_up FROM month_means
UNION ALL
SELECT place, item, 'quarter' AS grain, quarter AS period, item_mean(item, mean) AS mean, count(*) AS rounds, sum(readings) AS readings, bool_or(made_up) AS made_up
FROM month_means GROUP BY place, item, quarter
UNION ALL
SELECT place, item, 'year' AS grain, year AS period, item_mean(item, mean) AS mean, count(*) AS rounds, sum(readings) AS readings, bool_or(made_up) AS made_up
FROM month_means GROUP BY place, item, year;

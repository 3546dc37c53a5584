-- view section_items: Every item of every section and period against GB 3838-2002 table 1. A day of an automatic station is compared unrounded, as the station's own class is; means are rounded first.
-- section: the section
-- grain: day, month, quarter or year
-- period: the period
-- item: the item
-- mean: the mean, in the item's unit
-- value: the value as compared, as text with its digits
-- body: river or lake
-- decides: whether it is one of the 21 items that decide the class
-- class: class of the value; NULL where the item has no class limits in that water
-- rank: 1 for class I to 6 for inferior V
-- multiple: times over the limit of class III, one decimal as bulletins print it; NULL within it and where it is not computed
-- rounds: what the mean was taken over
-- readings: readings under it
-- made_up: whether any of them was made up for a demonstration
SELECT v.section, v.grain, v.period, v.item, v.mean, v.value, v.body, decides_class(v.item) AS decides,
       gb3838_class(v.item, v.value, v.body) AS class, gb3838_rank(v.item, v.value, v.body) AS rank,
       CASE WHEN gb3838_rank(v.item, v.value, v.body) > 3 THEN round_even(exceedance(v.item, v.value, 'III', v.body), 1) END AS multiple, v.rounds, v.readings, v.made_up
FROM (
  SELECT m.place AS section, m.grain, m.period, m.item, m.mean, s.body, m.rounds, m.readings, m.made_up OR s.made_up AS made_up,
         CASE WHEN m.grain = 'day' AND s.monitoring = 'automatic' THEN decimal_text(m.mean) ELSE published(m.item, m.mean) END AS value
  FROM means AS m
  JOIN section AS s ON s.id = m.place
) AS v;

-- view section_classes: The class of every section and period by its worst item.
-- section: the section
-- grain: day, month, quarter or year
-- period: the period
-- body: river or lake
-- class: I … V, V+
-- rank: 1 to 6
-- deciding: items of that class, separated by commas
-- main_pollutants: at most three, as item(multiple over class III); empty for classes I to III
-- item_values: the values it was made of, as item=value,…
-- n_items: how many of the 21 items were there
-- rounds: readings of a day; for the other grains, months in which at least four of the items were there
-- enough_items: whether there are enough of the items for a class: four
-- enough: whether there is enough for a class: four items at least; two such months for a quarter; twelve for a year, eight where ice stops sampling
-- made_up: whether anything in it was made up for a demonstration
SELECT g.section, g.grain, g.period, g.body, section_class(g.item_values, g.body) AS class, class_rank(section_class(g.item_values, g.body)) AS rank,
       deciding_items(g.item_values, g.body) AS deciding, main_pollutants(g.item_values, g.body) AS main_pollutants, g.item_values, g.n_items,
       CASE WHEN g.grain = 'day' THEN g.readings ELSE coalesce(f.months, 0) END AS rounds,
       g.n_items >= r.section_items AS enough_items,
       g.n_items >= r.section_items AND CASE g.grain
         WHEN 'quarter' THEN coalesce(f.months, 0) >= r.quarter_months
         WHEN 'year' THEN coalesce(f.months, 0) >= CASE WHEN s.frozen THEN r.year_months_frozen ELSE r.year_months END
         ELSE true END AS enough,
       g.made_up
FROM (
  SELECT section, grain, period, body, string_agg(item || '=' || value, ',' ORDER BY item) AS item_values, count(*) AS n_items, max(rounds) AS readings, bool_or(made_up) AS made_up
  FROM section_items
  WHERE decides AND class IS NOT NULL
  GROUP BY section, grain, period, body
) AS g
JOIN section AS s ON s.id = g.section
CROSS JOIN rounds_needed AS r
LEFT JOIN (
  SELECT m.section, x.grain, x.period, count(*) AS months
  FROM (SELECT section, period AS month FROM section_items WHERE grain = 'month' AND decides AND class IS NOT NULL GROUP BY section, period HAVING count(*) >= (SELECT section_items FROM rounds_needed)) AS m
  JOIN (
    SELECT month, 'month' AS grain, month AS period FROM months
    UNION ALL SELECT month, 'quarter' AS grain, quarter AS period FROM months
    UNION ALL SELECT month, 'year' AS grain, year AS period FROM months
  ) AS x ON x.month = m.month
  GROUP BY m.section, x.grain, x.period
) AS f ON f.section = g.section AND f.grain = g.grain AND f.period = g.period;

-- view basin_classes: The sections of a basin in a period by class, and its state: by shares from five sections on, below that by the means of its sections' values judged as one section.
-- basin: the basin
-- grain: month, quarter or year
-- period: the period
-- sections: sections with enough for a class
-- i_iii: of them in classes I to III
-- iv: of them in class IV
-- v: of them in class V
-- v_plus: of them inferior to class V
-- i_iii_pct: per cent in classes I to III, one decimal
-- v_plus_pct: per cent inferior to class V, one decimal
-- method: shares or means
-- class: the class by means; NULL by shares
-- status: excellent, good, light, moderate or heavy
-- main_pollutants: at most three: by shares as item(per cent of sections worse than III%), by means as item(multiple over class III)
-- made_up: whether anything in it was made up for a demonstration
WITH judged AS (
  SELECT s.basin, c.section, c.grain, c.period, c.body, c.rank, c.made_up
  FROM section_classes AS c
  JOIN section AS s ON s.id = c.section
  WHERE c.enough AND c.grain <> 'day' AND s.basin IS NOT NULL
), counted AS (
  SELECT basin, grain, period, count(*) AS sections, count(*) FILTER (WHERE rank <= 3) AS i_iii, count(*) FILTER (WHERE rank = 4) AS iv,
         count(*) FILTER (WHERE rank = 5) AS v, count(*) FILTER (WHERE rank = 6) AS v_plus, CASE WHEN bool_and(body = 'lake') THEN 'lake' ELSE 'river' END AS body, bool_or(made_up) AS made_up
  FROM judged GROUP BY basin, grain, period
), item_over_sections AS (
  SELECT j.basin, j.grain, j.period, i.item, item_mean(i.item, i.mean) FILTER (WHERE j.body = n.body) AS mean, count(*) FILTER (WHERE i.rank > 3) AS worse
  FROM judged AS j
  JOIN counted AS n ON n.basin = j.basin AND n.grain = j.grain AND n.period = j.period
  JOIN section_items AS i ON i.section = j.section AND i.grain = j.grain AND i.period = j.period
  WHERE i.decides AND i.class IS NOT NULL
  GROUP BY j.basin, j.grain, j.period, i.item
), listed AS (
  SELECT basin, grain, period, string_agg(CASE WHEN mean IS NOT NULL THEN item || '=' || published(item, mean) END, ',' ORDER BY item) AS means,
         string_agg(CASE WHEN worse > 0 THEN item || '=' || CAST(worse AS VARCHAR) END, ',' ORDER BY item) AS worse
  FROM item_over_sections GROUP BY basin, grain, period
)
SELECT n.basin, n.grain, n.period, n.sections, n.i_iii, n.iv, n.v, n.v_plus, round_even(CAST(n.i_iii * 100 AS DECIMAL(20, 6)) / CAST(n.sections AS DECIMAL(20, 0)), 1) AS i_iii_pct,
       round_even(CAST(n.v_plus * 100 AS DECIMAL(20, 6)) / CAST(n.sections AS DECIMAL(20, 0)), 1) AS v_plus_pct,
       CASE WHEN basin_status(n.sections, n.i_iii, n.v_plus) IS NULL THEN 'means' ELSE 'shares' END AS method,
       CASE WHEN basin_status(n.sections, n.i_iii, n.v_plus) IS NULL THEN section_class(l.means, n.body) END AS class,
       coalesce(basin_status(n.sections, n.i_iii, n.v_plus), class_status(section_class(l.means, n.body))) AS status,
       CASE WHEN basin_status(n.sections, n.i_iii, n.v_plus) IS NULL THEN main_pollutants(l.means, n.body) ELSE coalesce(basin_pollutants(l.worse, n.sections), '') END AS main_pollutants, n.made_up
FROM counted AS n
LEFT JOIN listed AS l ON l.basin = n.basin AND l.grain = n.grain AND l.period = n.period;

-- view basin_changes: Each period of a basin beside the same period of the year before.
-- basin: the basin
-- grain: month, quarter or year
-- period: the later period
-- before: the earlier period
-- status_before: its state then
-- status: its state now
-- method: shares where both states are by shares, else status
-- change: none, some better, some worse, marked better, marked worse
-- made_up: whether anything in it was made up for a demonstration
SELECT now.basin, now.grain, now.period, before.period AS before, before.status AS status_before, now.status,
       CASE WHEN now.method = 'shares' AND before.method = 'shares' THEN 'shares' ELSE 'status' END AS method,
       CASE WHEN now.method = 'shares' AND before.method = 'shares' THEN change_by_shares(before.i_iii_pct, before.v_plus_pct, now.i_iii_pct, now.v_plus_pct)
            ELSE change_by_status(before.status, now.status) END AS change,
       now.made_up OR before.made_up AS made_up
FROM basin_classes AS now
JOIN basin_classes AS before ON before.basin = now.basin AND before.grain = now.grain
 AND before.period = CAST(CAST(substr(now.period, 1, 4) AS BIGINT) - 1 AS VARCHAR) || substr(now.period, 5);

-- view lake_trophic: Trophic state of lakes and reservoirs by TLI(Σ), by month and year.
-- section: the section
-- grain: month, quarter or year
-- period: the period
-- chl_a: mean chlorophyll a, mg/m3
-- tp: mean total phosphorus, mg/L
-- tn: mean total nitrogen, mg/L
-- transparency: mean transparency, m
-- codmn: mean permanganate index, mg/L
-- n_items: how many of the five are there; the method expects all of them
-- tli: the index over those that are there
-- grade: its grade; NULL unless all five are there
-- made_up: whether anything in it was made up for a demonstration
SELECT section, grain, period, chl_a, tp, tn, transparency, codmn, n_items, tli(chl_a, tp, tn, transparency, codmn) AS tli,
       CASE WHEN n_items = 5 THEN tli_grade(tli(chl_a, tp, tn, transparency, codmn)) END AS grade, made_up
FROM (
  SELECT m.place AS section, m.grain, m.period, max(CASE WHEN m.item = 'chl_a' THEN m.mean END) AS chl_a, max(CASE WHEN m.item = 'tp' THEN m.mean END) AS tp,
         max(CASE WHEN m.item = 'tn' THEN m.mean END) AS tn, max(CASE WHEN m.item = 'transparency' THEN m.mean END) AS transparency,
         max(CASE WHEN m.item = 'codmn' THEN m.mean END) AS codmn, count(*) AS n_items, bool_or(m.made_up) OR bool_or(s.made_up) AS made_up
  FROM means AS m
  JOIN section AS s ON s.id = m.place
  WHERE s.body = 'lake' AND m.grain <> 'day' AND m.item IN ('chl_a', 'tp', 'tn', 'transparency', 'codmn')
  GROUP BY m.place, m.grain, m.period
) AS v;

-- view item_trends: Trend of the yearly means of an item at a place, over the years that are over.
-- place: the section, point or station
-- item: the item
-- first_year: the first year
-- last_year: the last
-- years: how many have a mean; below five there is no trend
-- spearman_rs: Spearman's coefficient
-- trend: rising, falling or none at 0.05
-- mann_kendall_z: normal deviate of the Mann-Kendall test
-- sen_slope: median change a year, in the item's unit
-- made_up: whether anything in it was made up for a demonstration
SELECT place, item, first_year, last_year, years, spearman_rs(yearly) AS spearman_rs, trend(yearly) AS trend, mann_kendall_z(yearly) AS mann_kendall_z, sen_slope(yearly) AS sen_slope, made_up
FROM (
  SELECT m.place, m.item, min(m.period) AS first_year, max(m.period) AS last_year, count(*) AS years,
         string_agg(decimal_text(m.mean), ',' ORDER BY m.period) AS yearly, bool_or(m.made_up) AS made_up
  FROM means AS m
  JOIN periods AS p ON p.grain = 'year' AND p.period = m.period AND p.complete
  WHERE m.grain = 'year'
  GROUP BY m.place, m.item
) AS t;

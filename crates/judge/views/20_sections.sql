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

-- view basin_classes: The sections of a basin in a period by class, and its state by shares; below five sections there is no state by shares.
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
-- status: excellent, good, light, moderate or heavy
-- made_up: whether anything in it was made up for a demonstration
SELECT basin, grain, period, sections, i_iii, iv, v, v_plus, round_even(CAST(i_iii * 100 AS DECIMAL(20, 6)) / CAST(sections AS DECIMAL(20, 0)), 1) AS i_iii_pct,
       round_even(CAST(v_plus * 100 AS DECIMAL(20, 6)) / CAST(sections AS DECIMAL(20, 0)), 1) AS v_plus_pct, basin_status(sections, i_iii, v_plus) AS status, made_up
FROM (
  SELECT s.basin, c.grain, c.period, count(*) AS sections, count(*) FILTER (WHERE c.rank <= 3) AS i_iii, count(*) FILTER (WHERE c.rank = 4) AS iv,
         count(*) FILTER (WHERE c.rank = 5) AS v, count(*) FILTER (WHERE c.rank = 6) AS v_plus, bool_or(c.made_up) AS made_up
  FROM section_classes AS c
  JOIN section AS s ON s.id = c.section
  WHERE c.enough AND c.grain <> 'day' AND s.basin IS NOT NULL
  GROUP BY s.basin, c.grain, c.period
) AS n;

// Draws the observations of the item page as a series that can be zoomed. The table below holds the same without scripts.
import uPlot from "/static/vendor/uplot-1.6.32/uPlot.esm.js";

async function draw(figure) {
  const answer = await fetch(figure.dataset.series);
  if (!answer.ok) throw new Error(`${figure.dataset.series}: ${answer.status}`);
  const { observations, limits, item_name: name } = await answer.json();
  // The newest version of each time; what was missing or not measured leaves a gap.
  const newest = new Map();
  for (const row of observations) if (!newest.has(row.time)) newest.set(row.time, row);
  const rows = [...newest.values()].reverse();
  if (rows.length < 2) return;
  const times = rows.map((row) => Date.parse(row.time) / 1000);
  const values = rows.map((row) => (row.qualifier === "value" || row.qualifier === "below" ? Number(row.value ?? row.published) : null));
  const numbers = limits.map(Number).filter(Number.isFinite);
  const box = figure.firstElementChild;
  figure.hidden = false;
  const size = () => ({ width: box.clientWidth, height: 280 });
  const chart = new uPlot({
    ...size(),
    tzDate: (at) => uPlot.tzDate(new Date(at * 1000), "Asia/Shanghai"),
    cursor: { drag: { x: true, y: false } },
    series: [{}, { label: name, stroke: "#16242e", width: 1.5, points: { size: 5 } }, ...numbers.map((limit, n) => ({ label: ["Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ", "Ⅴ"][n], stroke: ["#5aa9e6", "#1f6fb5", "#2e8b57", "#f2c230", "#ef8a2b"][n], dash: [6, 4], points: { show: false }, show: limit <= Math.max(...values) * 2.5 }))],
  }, [times, values, ...numbers.map((limit) => times.map(() => limit))], box);
  new ResizeObserver(() => chart.setSize(size())).observe(figure);
}

for (const figure of document.querySelectorAll("[data-series]")) draw(figure).catch((error) => console.error(error));

// Makes the map lively. The drawing from the server stays where this cannot run.
import * as maplibregl from "/static/vendor/maplibre-gl-6.17.0/maplibre-gl.mjs";

const COLOURS = { I: "#5aa9e6", II: "#1f6fb5", III: "#2e8b57", IV: "#f2c230", V: "#ef8a2b", "V+": "#c62b2b", none: "#ffffff" };
const SHAPES = {
  circle: (c) => c.arc(0, 0, 11, 0, 2 * Math.PI),
  triangle: (c) => { c.moveTo(0, -12); c.lineTo(12, 10); c.lineTo(-12, 10); c.closePath(); },
  diamond: (c) => { c.moveTo(0, -13); c.lineTo(13, 0); c.lineTo(0, 13); c.lineTo(-13, 0); c.closePath(); },
  square: (c) => c.rect(-10.5, -10.5, 21, 21),
  cross: (c) => { [[-12, -6], [-6, -12], [0, -6], [6, -12], [12, -6], [6, 0], [12, 6], [6, 12], [0, 6], [-6, 12], [-12, 6], [-6, 0]].forEach(([x, y], n) => (n ? c.lineTo(x, y) : c.moveTo(x, y))); c.closePath(); },
};
const SHAPE_OF = { I: "circle", II: "circle", III: "triangle", IV: "diamond", V: "square", "V+": "cross", none: "circle" };

function mark(name) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 32;
  const c = canvas.getContext("2d");
  c.translate(16, 16);
  c.beginPath();
  SHAPES[SHAPE_OF[name]](c);
  c.fillStyle = COLOURS[name];
  c.fill();
  c.lineWidth = 2;
  c.strokeStyle = "#16242e";
  c.stroke();
  return c.getImageData(0, 0, 32, 32);
}

async function json(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
}

// A base layer of the pack; one that it does not have is empty.
const layer = (name) => json(`/map/${name}.geojson`).catch(() => ({ type: "FeatureCollection", features: [] }));

async function start(box) {
  const [places, outline, districts, lakes, rivers] = await Promise.all([
    json(box.dataset.places), layer("outline"), layer("districts"), layer("lakes"), layer("rivers"),
  ]);
  // The id goes with the properties, which is where a click finds it; what has no place is not on the map.
  places.features = places.features.filter((place) => place.geometry);
  for (const place of places.features) {
    const own = place.properties;
    place.properties = { ...own, id: String(place.id), name: own.name ?? (box.dataset.lang === "en" ? own.name_en || own.name_zh : own.name_zh || own.name_en) ?? String(place.id), plain: box.dataset.page === "water" ? 0 : 1 };
  }
  if (places.features.length === 0) return;
  const bounds = new maplibregl.LngLatBounds();
  const extend = (part) => (typeof part[0] === "number" ? bounds.extend(part) : part.forEach(extend));
  places.features.forEach((place) => extend(place.geometry.coordinates));
  const drawing = box.querySelector("svg");
  const target = document.createElement("div");
  target.className = "livemap waiting";
  target.tabIndex = -1;
  const map = new maplibregl.Map({
    container: target,
    attributionControl: false,
    cooperativeGestures: true,
    style: {
      version: 8,
      sources: {
        outline: { type: "geojson", data: outline }, districts: { type: "geojson", data: districts },
        lakes: { type: "geojson", data: lakes }, rivers: { type: "geojson", data: rivers }, places: { type: "geojson", data: places },
      },
      layers: [
        { id: "paper", type: "background", paint: { "background-color": "#f7fafb" } },
        { id: "outline", type: "fill", source: "outline", paint: { "fill-color": "#eef2f0", "fill-outline-color": "#c3ccc8" } },
        { id: "districts", type: "fill", source: "districts", paint: { "fill-color": "#e3eae4", "fill-outline-color": "#8fa097" } },
        { id: "lakes", type: "fill", source: "lakes", paint: { "fill-color": "#b9d7ea" } },
        { id: "rivers", type: "line", source: "rivers", paint: { "line-color": "#7fb2d6", "line-width": 1.6 } },
        { id: "areas", type: "fill", source: "places", filter: ["in", ["geometry-type"], ["literal", ["Polygon", "MultiPolygon"]]], paint: { "fill-color": "#0b5c8a", "fill-opacity": 0.25 } },
        { id: "lines", type: "line", source: "places", filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": "#0b5c8a", "line-width": 2 } },
      ],
    },
    bounds, fitBoundsOptions: { padding: 40, maxZoom: 9 },
  });
  map.on("error", (event) => console.warn(event.error));
  map.on("load", () => {
    Object.keys(COLOURS).forEach((name) => map.addImage(`mark-${name}`, mark(name), { pixelRatio: 2 }));
    map.addLayer({
      // Entries of a register are all marked alike: the marks of classes are for water alone.
      id: "entries", type: "circle", source: "places", filter: ["all", ["==", ["get", "plain"], 1], ["==", ["geometry-type"], "Point"]],
      paint: { "circle-radius": 5, "circle-color": "#0b5c8a", "circle-opacity": 0.75, "circle-stroke-color": "#16242e", "circle-stroke-width": 0.8 },
    });
    map.addLayer({
      id: "names", type: "symbol", source: "places", filter: ["==", ["get", "plain"], 1], minzoom: 9,
      layout: { "text-field": ["get", "name"], "text-size": 12, "text-offset": [0, 0.7], "text-anchor": "top", "text-optional": true },
      paint: { "text-color": "#16242e", "text-halo-color": "#ffffff", "text-halo-width": 1.5 },
    });
    map.addLayer({
      id: "places", type: "symbol", source: "places", filter: ["==", ["get", "plain"], 0],
      layout: {
        "icon-image": ["concat", "mark-", ["coalesce", ["get", "class"], "none"]], "icon-allow-overlap": true,
        "text-field": ["get", "name"], "text-size": 12, "text-offset": [0, 1.1], "text-anchor": "top", "text-optional": true,
      },
      paint: { "text-color": "#16242e", "text-halo-color": "#ffffff", "text-halo-width": 1.5 },
    });
    // Only now, when there is something to see, does it take the place of the drawing.
    drawing.remove();
    target.classList.remove("waiting");
    map.resize();
    box.dataset.live = "true";
  });
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }));
  for (const layer of ["places", "entries", "lines", "areas"]) {
    map.on("click", layer, (event) => { window.location.href = `/${box.dataset.lang}/${box.dataset.page}/${encodeURIComponent(event.features[0].properties.id)}`; });
    map.on("mouseenter", layer, () => { map.getCanvas().style.cursor = "pointer"; });
    map.on("mouseleave", layer, () => { map.getCanvas().style.cursor = ""; });
  }
  box.append(target);
}

document.querySelectorAll(".mapbox[data-places]").forEach((box) => start(box).catch((error) => console.warn("map:", error)));

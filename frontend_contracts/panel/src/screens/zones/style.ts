/** The map without any server of tiles: a ground, a graticule, and what the operator drew. */

import { boot } from "@daiqu/kit";
import type { GeoJSONSource, Map as GlMap, StyleSpecification } from "maplibre-gl";

export interface Ink {
  ground: string;
  line: string;
  strongLine: string;
  text: string;
  halo: string;
  zone: string;
  chosen: string;
  place: string;
}

export const INKS: Record<"light" | "dark", Omit<Ink, "zone" | "chosen">> = {
  light: { ground: "#eef1f4", line: "#dde2e8", strongLine: "#cfd6de", text: "#2b3240", halo: "#ffffff", place: "#4a5568" },
  dark: { ground: "#12161b", line: "#1d232b", strongLine: "#28303a", text: "#dfe4ea", halo: "#12161b", place: "#aeb8c6" },
};

const NOTHING = { type: "FeatureCollection" as const, features: [] };
/** Drawn by the browser itself; a style with tiles brings letters of its own, usually these. */
const FONT = boot.mapStyleUrl ? ["Noto Sans Regular"] : ["Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif"];

/** The map's ground where there is no style with tiles (MAP_STYLE_URL). */
export function groundOf(ink: Ink): StyleSpecification {
  return {
    version: 8,
    sources: { graticule: { type: "geojson", data: NOTHING } },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": ink.ground } },
      {
        id: "graticule",
        type: "line",
        source: "graticule",
        paint: {
          "line-color": ["case", ["get", "strong"], ink.strongLine, ink.line],
          "line-width": ["case", ["get", "strong"], 1, 0.6],
        },
      },
    ],
  };
}

/** Sources and layers of the operator's own, over whatever ground. */
export function drawOwn(map: GlMap, ink: Ink): void {
  for (const id of ["zones", "zone-names", "draft", "places"]) map.addSource(id, { type: "geojson", data: NOTHING });
  map.addLayer({
    id: "zones-fill",
    type: "fill",
    source: "zones",
    paint: {
      "fill-color": ["case", ["get", "chosen"], ink.chosen, ink.zone],
      "fill-opacity": ["case", ["get", "chosen"], 0.28, ["get", "hidden"], 0.03, 0.14],
    },
  });
  map.addLayer({
    id: "zones-line",
    type: "line",
    source: "zones",
    paint: {
      "line-color": ["case", ["get", "chosen"], ink.chosen, ink.zone],
      "line-width": ["case", ["get", "chosen"], 2.5, 1.4],
      "line-opacity": ["case", ["get", "hidden"], 0.3, 1],
    },
  });
  map.addLayer({ id: "draft-fill", type: "fill", source: "draft", paint: { "fill-color": ink.chosen, "fill-opacity": 0.22 } });
  map.addLayer({
    id: "places-dot",
    type: "circle",
    source: "places",
    paint: {
      "circle-radius": ["case", ["get", "chosen"], 8, ["==", ["get", "kind"], "CAMPUS"], 7, 5],
      "circle-color": ["case", ["get", "chosen"], ink.chosen, ink.place],
      "circle-stroke-color": ink.halo,
      "circle-stroke-width": 2,
    },
  });
  map.addLayer({
    id: "places-name",
    type: "symbol",
    source: "places",
    layout: {
      "text-field": ["get", "name"],
      "text-font": FONT,
      "text-size": ["case", ["==", ["get", "kind"], "CAMPUS"], 13, 11.5],
      "text-anchor": "top",
      "text-offset": [0, 0.8],
      "text-max-width": 9,
      "symbol-sort-key": ["case", ["==", ["get", "kind"], "CAMPUS"], 0, 1],
    },
    paint: { "text-color": ink.text, "text-halo-color": ink.halo, "text-halo-width": 1.4 },
  });
  map.addLayer({
    id: "zones-name",
    type: "symbol",
    source: "zone-names", // a point each: an area's own name would come once a tile
    layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 13, "text-max-width": 10 },
    paint: {
      "text-color": ["case", ["get", "chosen"], ink.chosen, ink.text],
      "text-halo-color": ink.halo,
      "text-halo-width": 1.6,
      "text-opacity": ["case", ["get", "hidden"], 0.4, 1],
    },
  });
}

export function setData(map: GlMap, id: string, features: GeoJSON.Feature[]): void {
  map.getSource<GeoJSONSource>(id)?.setData({ type: "FeatureCollection", features });
}

/** Meridians and parallels of what is seen, about ten each way; every fifth is stronger. */
export function graticule([west, south, east, north]: readonly [number, number, number, number]): GeoJSON.Feature[] {
  const step = stepFor(Math.max(east - west, north - south));
  const lines: GeoJSON.Feature[] = [];
  const add = (coordinates: number[][], at: number) =>
    lines.push({ type: "Feature", properties: { strong: at % 5 === 0 }, geometry: { type: "LineString", coordinates } });
  const [high, low] = [Math.min(north, 85), Math.max(south, -85)];
  for (let at = Math.ceil(west / step); at * step <= east; at += 1) add([[at * step, low], [at * step, high]], at);
  for (let at = Math.ceil(low / step); at * step <= high; at += 1) add([[west, at * step], [east, at * step]], at);
  return lines;
}

/** 1, 2 or 5 of a power of ten, so that a span holds twenty to fifty lines. */
export function stepFor(span: number): number {
  const least = Math.max(span, 1e-6) / 30;
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least) ?? 10 * power;
}

/** Drawing by hand on the map, each closed line a feature of its own. */

import type { Map as GlMap } from "maplibre-gl";
import { TerraDraw, TerraDrawPolygonMode, TerraDrawSelectMode } from "terra-draw";
import { TerraDrawMapLibreGLAdapter } from "terra-draw-maplibre-gl-adapter";
import { opened, type Ring } from "./rings";

export type Tool = "draw" | "bend";

export interface Drawing {
  /** Draw another line, or bend those that are there. */
  take: (tool: Tool) => void;
  /** Take over lines that came from elsewhere: typed, or taken back. */
  show: (rings: readonly Ring[]) => void;
  stop: () => void;
}

const MODES = { draw: "polygon", bend: "select" } as const;

export function drawing(
  map: GlMap,
  color: `#${string}` | string,
  rings: readonly Ring[],
  onDraw: (rings: readonly Ring[]) => void,
): Drawing {
  const ink = color as `#${string}`;
  const line = { fillColor: ink, fillOpacity: 0, outlineColor: ink, outlineWidth: 2.5 };
  const points = { selectionPointColor: ink, selectionPointWidth: 6, selectionPointOutlineColor: "#ffffff" } as const;
  const draw = new TerraDraw({
    adapter: new TerraDrawMapLibreGLAdapter({ map: map as never, coordinatePrecision: 7 }),
    modes: [
      new TerraDrawPolygonMode({
        pointerDistance: 20,
        styles: { ...line, closingPointColor: ink, closingPointWidth: 6, closingPointOutlineColor: "#ffffff", closingPointOutlineWidth: 2 },
      }),
      new TerraDrawSelectMode({
        flags: {
          polygon: {
            feature: { draggable: true, coordinates: { draggable: true, deletable: true, midpoints: { draggable: true } } },
          },
        },
        styles: {
          ...points,
          selectedPolygonColor: ink,
          selectedPolygonFillOpacity: 0.08,
          selectedPolygonOutlineColor: ink,
          selectedPolygonOutlineWidth: 3,
          midPointColor: ink,
          midPointOpacity: 0.6,
          midPointWidth: 4,
          midPointOutlineColor: "#ffffff",
        },
      }),
    ],
  });
  draw.start();

  let known = "";
  const drawn = (): Ring[] =>
    draw
      .getSnapshot()
      .filter((each) => each.geometry.type === "Polygon" && each.properties["mode"] === "polygon" && !each.properties["currentlyDrawing"])
      .map((each) => opened((each.geometry.coordinates as number[][][])[0] ?? []));

  function show(next: readonly Ring[]): void {
    const text = JSON.stringify(next);
    if (text === known) return;
    known = text;
    draw.clear();
    draw.addFeatures(
      next
        .filter((ring) => ring.length >= 3)
        .map((ring) => ({
          type: "Feature",
          properties: { mode: "polygon" },
          geometry: { type: "Polygon", coordinates: [[...ring, ...ring.slice(0, 1)].map(([x, y]) => [x, y])] },
        })),
    );
  }

  show(rings);
  draw.on("change", (_ids, type) => {
    if (type === "styling") return;
    const next = drawn();
    const text = JSON.stringify(next);
    if (text === known) return;
    known = text;
    onDraw(next);
  });
  draw.on("finish", () => {
    const next = drawn();
    known = JSON.stringify(next);
    onDraw(next);
  });

  return {
    take: (tool) => draw.setMode(MODES[tool]),
    show,
    stop() {
      draw.stop();
    },
  };
}

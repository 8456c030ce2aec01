/** The map: zones and places to look at, one zone to draw, one place to put somewhere. */

import { boot, chartColors, useAppearance, useBrand, useTexts, Empty } from "@daiqu/kit";
import { GlobalOutlined } from "@ant-design/icons";
import { Map as GlMap, Marker, NavigationControl, ScaleControl, setWorkerUrl } from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { useEffect, useMemo, useRef, useState } from "react";
import { drawing, type Drawing, type Tool } from "./drawing";
import { areaOf, boundsOf, labelPoint, ringsOf, type Point, type Ring } from "./rings";
import { GoTo } from "./go-to";
import { drawOwn, graticule, groundOf, INKS, setData } from "./style";
import { texts } from "./texts";

setWorkerUrl(workerUrl);

export interface ZoneOnMap {
  id: string;
  name: string;
  polygon: unknown;
}

export interface PlaceOnMap {
  id: string;
  name: string;
  kind: string;
  latitude: number;
  longitude: number;
}

interface WorkMapProps {
  zones: readonly ZoneOnMap[];
  places: readonly PlaceOnMap[];
  chosen: string | null;
  onChoose: (id: string) => void;
  /** A zone that is being drawn: whose, with which tool, and its lines as they are. */
  draft: { of: string; tool: Tool; rings: readonly Ring[] } | null;
  onDraw: (rings: readonly Ring[]) => void;
  /** A place that is being put somewhere. */
  pin: Point | null;
  onPin: (point: Point) => void;
}

export function WorkMap(props: WorkMapProps) {
  const { zones, places, chosen, draft, pin } = props;
  const t = useTexts(texts);
  const appearance = useAppearance();
  const brand = useBrand();
  const host = useRef<HTMLDivElement>(null);
  const [map, setMap] = useState<GlMap | null>(null);
  const [broken, setBroken] = useState(false);
  const [sought, setSought] = useState<Point>();
  const now = useRef(props);
  now.current = props;
  const tools = useRef<Drawing | null>(null);
  const putAway = () => {
    tools.current?.stop();
    tools.current = null;
  };
  const { primaryColor, accentColor, timeZone } = brand;
  const ink = useMemo(() => {
    const [zone, chosenColor] = chartColors({ primaryColor, accentColor }, appearance);
    return { ...INKS[appearance], zone, chosen: chosenColor };
  }, [primaryColor, accentColor, appearance]);

  useEffect(() => {
    if (!host.current) return undefined;
    let made: GlMap;
    const all = pointsOf(now.current.zones, now.current.places);
    try {
      made = new GlMap({
        container: host.current,
        style: boot.mapStyleUrl ?? groundOf(ink),
        bounds: padded(boundsOf(all) ?? sideOf(timeZone)),
        fitBoundsOptions: { padding: 40, maxZoom: 17 },
        attributionControl: false,
        dragRotate: false,
        pitchWithRotate: false,
        maxZoom: 21,
        locale: {
          "NavigationControl.ZoomIn": t("map.in"),
          "NavigationControl.ZoomOut": t("map.out"),
          "Map.Title": t("map.title"),
        },
      });
    } catch {
      setBroken(true);
      return undefined;
    }
    const region = host.current;
    made.on("idle", () => region.setAttribute("aria-busy", "false"));
    made.touchZoomRotate.disableRotation();
    made.addControl(new NavigationControl({ showCompass: false }), "top-right");
    made.addControl(new ScaleControl({ unit: "metric" }), "bottom-right");
    const lines = () => {
      const box = made.getBounds();
      setData(made, "graticule", graticule([box.getWest(), box.getSouth(), box.getEast(), box.getNorth()]));
    };
    made.on("load", () => {
      drawOwn(made, ink);
      lines();
      setMap(made);
    });
    made.on("moveend", lines);
    made.on("click", (event) => {
      const { draft: drawn, pin: pinned, onPin, onChoose } = now.current;
      if (drawn) return;
      if (pinned) return onPin([event.lngLat.lng, event.lngLat.lat]);
      const [found] = made.queryRenderedFeatures(event.point, { layers: ["places-dot", "zones-fill"] });
      if (found) onChoose(String(found.properties["id"]));
    });
    for (const layer of ["places-dot", "zones-fill"]) {
      made.on("mouseenter", layer, () => {
        if (!now.current.draft && !now.current.pin) made.getCanvas().style.cursor = "pointer";
      });
      made.on("mouseleave", layer, () => {
        if (!now.current.draft && !now.current.pin) made.getCanvas().style.cursor = "";
      });
    }
    const watched = new ResizeObserver(() => made.resize());
    watched.observe(host.current);
    return () => {
      watched.disconnect();
      region.setAttribute("aria-busy", "true");
      putAway(); // it draws on the map until then
      setMap(null);
      made.remove();
    };
  }, [ink, t, timeZone]);

  useEffect(() => {
    if (!map) return;
    map.getContainer().setAttribute("aria-busy", "true");
    const told = zones
      .filter((zone) => zone.id !== draft?.of)
      .map((zone) => ({ zone, properties: { id: zone.id, name: zone.name, chosen: zone.id === chosen, hidden: Boolean(draft) } }));
    setData(
      map,
      "zones",
      told.map(({ zone, properties }) => ({ type: "Feature", properties, geometry: zone.polygon as GeoJSON.Polygon })),
    );
    setData(
      map,
      "zone-names",
      told.map(({ zone, properties }) => ({
        type: "Feature",
        properties,
        geometry: { type: "Point", coordinates: [...labelPoint(ringsOf(zone.polygon))] },
      })),
    );
    setData(
      map,
      "places",
      places.map((place) => ({
        type: "Feature",
        properties: { id: place.id, name: place.name, kind: place.kind, chosen: place.id === chosen },
        geometry: { type: "Point", coordinates: [place.longitude, place.latitude] },
      })),
    );
  }, [map, zones, places, chosen, draft]);

  useEffect(() => {
    if (!map) return;
    const area = draft && areaOf(draft.rings);
    setData(map, "draft", area ? [{ type: "Feature", properties: {}, geometry: area as GeoJSON.Geometry }] : []);
  }, [map, draft]);

  // What is chosen comes into sight.
  useEffect(() => {
    if (!map || !chosen) return;
    const { zones: known, places: there } = now.current;
    const zone = known.find(({ id }) => id === chosen);
    const place = there.find(({ id }) => id === chosen);
    const box = zone ? boundsOf(ringsOf(zone.polygon).flat()) : null;
    if (box) map.fitBounds(box, { padding: 60, maxZoom: 17, duration: 300 });
    else if (place) map.easeTo({ center: [place.longitude, place.latitude], zoom: Math.max(map.getZoom(), 15), duration: 300 });
  }, [map, chosen]);

  const [drawingOf, tool] = [draft?.of, draft?.tool];
  useEffect(() => {
    if (!map || drawingOf === undefined) return undefined;
    tools.current = drawing(map, ink.chosen, now.current.draft?.rings ?? [], (rings) => now.current.onDraw(rings));
    return putAway;
  }, [map, ink, drawingOf]);
  useEffect(() => {
    if (tool) tools.current?.take(tool);
  }, [map, ink, drawingOf, tool]);
  useEffect(() => {
    if (draft) tools.current?.show(draft.rings);
  }, [draft]);

  useEffect(() => {
    if (!map || !sought) return undefined;
    const [longitude, latitude] = sought;
    const marker = new Marker({ color: ink.zone, scale: 0.8 }).setLngLat([longitude, latitude]).addTo(map);
    marker.getElement().style.pointerEvents = "none"; // it is drawn around, and through
    map.jumpTo({ center: [longitude, latitude], zoom: Math.max(map.getZoom(), 15) });
    return () => {
      marker.remove();
    };
  }, [map, ink, sought]);

  const pinned = pin?.join();
  useEffect(() => {
    if (!map || !pinned) return undefined;
    const [longitude = 0, latitude = 0] = pinned.split(",").map(Number);
    const marker = new Marker({ color: ink.chosen, draggable: true }).setLngLat([longitude, latitude]).addTo(map);
    marker.on("dragend", () => {
      const at = marker.getLngLat();
      now.current.onPin([at.lng, at.lat]);
    });
    if (!map.getBounds().contains([longitude, latitude])) map.easeTo({ center: [longitude, latitude], duration: 300 });
    map.getCanvas().style.cursor = "crosshair";
    return () => {
      map.getCanvas().style.cursor = "";
      marker.remove();
    };
  }, [map, ink, pinned]);

  if (broken) return <Empty icon={<GlobalOutlined />} title={t("map.broken")} hint={t("map.brokenHint")} />;
  return (
    <div className="z-ground">
      <div ref={host} className="z-map" role="region" aria-label={t("map.title")} aria-busy="true" />
      {map && <GoTo go={setSought} />}
    </div>
  );
}

function pointsOf(zones: readonly ZoneOnMap[], places: readonly PlaceOnMap[]): Point[] {
  return [
    ...zones.flatMap((zone) => ringsOf(zone.polygon).flat()),
    ...places.map((place) => [place.longitude, place.latitude] as const),
  ];
}

/** The side of the earth where the sun goes by the clocks of `timeZone`, before anything is drawn. */
function sideOf(timeZone: string): [number, number, number, number] {
  const parts = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" }).formatToParts();
  const offset = parts.find(({ type }) => type === "timeZoneName")?.value ?? "";
  const middle = 15 * Number(/[+-]\d+/.exec(offset)?.[0] ?? 0);
  return [middle - 35, -35, middle + 35, 60];
}

/** One place alone is shown with its surroundings. */
function padded([west, south, east, north]: [number, number, number, number]): [number, number, number, number] {
  const room = east - west < 0.002 && north - south < 0.002 ? 0.004 : 0;
  return [west - room, south - room, east + room, north + room];
}

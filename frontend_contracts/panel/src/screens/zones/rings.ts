/** A zone as people draw it: closed lines. What lies in what says which of them are holes. */

export type Point = readonly [longitude: number, latitude: number];
/** Without the first point again at its end. */
export type Ring = readonly Point[];

export type Area =
  | { type: 'Polygon'; coordinates: number[][][] }
  | { type: 'MultiPolygon'; coordinates: number[][][][] };

/** Why lines are no zone yet; the server looks again, more closely. */
export type Fault = 'NONE' | 'SHORT' | 'LONG' | 'CROSSES_ITSELF' | 'CROSSES_OTHER';

/** As the server has it: tenants/places/README.md. */
export const MAX_POINTS = 500;
/** A centimetre; what people draw is no finer. */
const DIGITS = 1e7;

/** The lines of a GeoJSON geometry, outer ones and holes alike. */
export function ringsOf(area: unknown): Ring[] {
  const { type, coordinates } = (area ?? {}) as { type?: string; coordinates?: unknown };
  if (!Array.isArray(coordinates)) return [];
  const parts = (type === 'MultiPolygon' ? coordinates : [coordinates]) as number[][][][];
  return parts.flatMap((part) => part.map((ring) => opened(ring)));
}

/** A ring without its closing point, as fine as people draw. */
export function opened(ring: readonly (readonly number[])[]): Ring {
  const points = ring.map(([x = 0, y = 0]) => [rounded(x), rounded(y)] as const);
  const [first, last] = [points[0], points.at(-1)];
  const closed = points.length > 1 && first?.[0] === last?.[0] && first?.[1] === last?.[1];
  return closed ? points.slice(0, -1) : points;
}

const rounded = (degrees: number) => Math.round(degrees * DIGITS) / DIGITS;

/** How many of the others each ring lies in: even is a border from outside, odd a hole. */
export function depthsOf(rings: readonly Ring[]): number[] {
  return rings.map((ring, index) => {
    const [point] = ring;
    if (!point) return 0;
    return rings.filter((other, at) => at !== index && contains(other, point)).length;
  });
}

/** The zone that the lines make: a hole belongs to the innermost border around it. */
export function areaOf(rings: readonly Ring[]): Area | null {
  const drawn = rings.filter((ring) => ring.length >= 3);
  const depths = depthsOf(drawn);
  const parts = drawn.flatMap((border, index) => {
    const depth = depths[index] ?? 0;
    if (depth % 2) return [];
    const holes = drawn.filter((ring, at) => depths[at] === depth + 1 && ring[0] && contains(border, ring[0]));
    return [[border, ...holes].map(closed)];
  });
  if (parts.length === 0) return null;
  const [only] = parts;
  return parts.length === 1 && only
    ? { type: 'Polygon', coordinates: only }
    : { type: 'MultiPolygon', coordinates: parts };
}

function closed(ring: Ring): number[][] {
  return [...ring, ...ring.slice(0, 1)].map(([x, y]) => [x, y]);
}

/** What is wrong with the lines, or null: said while people draw. */
export function faultOfRings(rings: readonly Ring[]): Fault | null {
  if (rings.length === 0) return 'NONE';
  if (rings.some((ring) => ring.length < 3)) return 'SHORT';
  if (rings.reduce((sum, ring) => sum + ring.length + 1, 0) > MAX_POINTS) return 'LONG';
  for (const [index, ring] of rings.entries()) {
    const sides = sidesOf(ring);
    for (const [at, side] of sides.entries()) {
      // Neighbours meet in a point: that is no crossing.
      const later = sides.slice(at + 2, at === 0 ? -1 : undefined);
      if (later.some((other) => crosses(side, other))) return 'CROSSES_ITSELF';
    }
    for (const other of rings.slice(index + 1)) {
      const others = sidesOf(other);
      if (sides.some((side) => others.some((one) => crosses(side, one)))) return 'CROSSES_OTHER';
    }
  }
  return null;
}

type Side = readonly [Point, Point];

function sidesOf(ring: Ring): Side[] {
  return ring.map((point, index) => [point, ring[(index + 1) % ring.length] ?? point] as const);
}

/** Whether two sides cross truly; touching is left to the server. */
function crosses([a, b]: Side, [c, d]: Side): boolean {
  return turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0;
}

function turn([ax, ay]: Point, [bx, by]: Point, [cx, cy]: Point): number {
  return Math.sign((bx - ax) * (cy - ay) - (by - ay) * (cx - ax));
}

/** Whether a point is inside of a ring, by the crossings of a ray to the east. */
export function contains(ring: Ring, [x, y]: Point): boolean {
  let inside = false;
  for (const [[ax, ay], [bx, by]] of sidesOf(ring)) {
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

/** West, south, east and north of all points; null for none. */
export function boundsOf(points: readonly Point[]): [number, number, number, number] | null {
  if (points.length === 0) return null;
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/** Where a zone's name stands: near the top of its largest line, clear of what is in its middle. */
export function labelPoint(rings: readonly Ring[]): Point {
  const boxes = rings.map((ring) => boundsOf(ring) ?? ([0, 0, 0, 0] as const));
  const size = ([west, south, east, north]: readonly [number, number, number, number]) => (east - west) * (north - south);
  const [west, south, east, north] = boxes.reduce((one, other) => (size(other) > size(one) ? other : one), [0, 0, 0, 0] as const);
  return [(west + east) / 2, south + (north - south) * 0.9];
}

/** About how large the lines' area is, in square metres: enough for a caption. */
export function squareMeters(area: Area | null): number {
  if (!area) return 0;
  const parts = area.type === 'Polygon' ? [area.coordinates] : area.coordinates;
  const sizes = parts.map(([border = [], ...holes]) => ringSize(border) - holes.reduce((sum, hole) => sum + ringSize(hole), 0));
  return sizes.reduce((sum, size) => sum + size, 0);
}

const METERS_PER_DEGREE = 111_195;

function ringSize(ring: readonly number[][]): number {
  const middle = ring.reduce((sum, point) => sum + (point[1] ?? 0), 0) / (ring.length || 1);
  const [tall, wide] = [METERS_PER_DEGREE, METERS_PER_DEGREE * Math.cos((middle * Math.PI) / 180)];
  let twice = 0;
  for (let at = 0; at + 1 < ring.length; at += 1) {
    const [[ax = 0, ay = 0] = [], [bx = 0, by = 0] = []] = [ring[at], ring[at + 1]];
    twice += (ax * by - bx * ay) * wide * tall;
  }
  return Math.abs(twice) / 2;
}

/** The point that "latitude, longitude" says, as maps give it to copy; null when it says none. */
export function pointOf(text: string): Point | null {
  const found = /^\s*(-?\d{1,2}(?:\.\d+)?)\s*[,，;\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*$/.exec(text);
  if (!found) return null;
  const [latitude, longitude] = [Number(found[1]), Number(found[2])];
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? [longitude, latitude] : null;
}

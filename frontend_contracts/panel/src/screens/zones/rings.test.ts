import { expect, test } from 'vitest';
import { areaOf, boundsOf, depthsOf, faultOfRings, opened, pointOf, ringsOf, squareMeters, type Ring } from './rings';

const square = (west: number, south: number, side: number): Ring => [
  [west, south],
  [west + side, south],
  [west + side, south + side],
  [west, south + side],
];

test('a line within a line is its hole', () => {
  const area = areaOf([square(0, 0, 1), square(0.2, 0.2, 0.2)]);
  expect(area?.type).toBe('Polygon');
  expect(area?.coordinates).toHaveLength(2);
});

test('the order in which they were drawn does not matter', () => {
  const area = areaOf([square(0.2, 0.2, 0.2), square(0, 0, 1)]);
  expect(area?.coordinates[0]).toEqual([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]);
});

test('an island in a hole is a part of its own', () => {
  const rings = [square(0, 0, 1), square(0.1, 0.1, 0.8), square(0.3, 0.3, 0.2)];
  expect(depthsOf(rings)).toEqual([0, 1, 2]);
  const area = areaOf(rings);
  expect(area?.type).toBe('MultiPolygon');
  expect(area?.coordinates.map((part) => part.length)).toEqual([2, 1]);
});

test('what the server sends comes back as it was', () => {
  const area = areaOf([square(0, 0, 1), square(0.2, 0.2, 0.2), square(3, 3, 1)]);
  expect(areaOf(ringsOf(area))).toEqual(area);
});

test('faults are told apart', () => {
  const bow: Ring = [[0, 0], [1, 1], [1, 0], [0, 1]];
  expect(faultOfRings([])).toBe('NONE');
  expect(faultOfRings([[[0, 0], [1, 0]]])).toBe('SHORT');
  expect(faultOfRings([bow])).toBe('CROSSES_ITSELF');
  expect(faultOfRings([square(0, 0, 1), square(0.5, 0.5, 1)])).toBe('CROSSES_OTHER');
  expect(faultOfRings([Array.from({ length: 500 }, (_, at) => [Math.cos(at / 80), Math.sin(at / 80)] as const)])).toBe('LONG');
  expect(faultOfRings([square(0, 0, 1), square(0.2, 0.2, 0.2)])).toBeNull();
});

test('a closing point is taken off once', () => {
  expect(opened([[0, 0], [1, 0], [1, 1], [0, 0]])).toHaveLength(3);
  expect(opened([[0, 0], [1, 0], [1, 1]])).toHaveLength(3);
});

test('nothing that is no area is taken for one', () => {
  expect(ringsOf({ type: 'Point' })).toEqual([]);
  expect(ringsOf(null)).toEqual([]);
  expect(areaOf([])).toBeNull();
});

test('sizes and bounds are about right', () => {
  const size = squareMeters(areaOf([square(0, 0, 0.01), square(0.002, 0.002, 0.002)]));
  expect(size / 1e6).toBeCloseTo(1.236 * 0.96, 1);
  expect(boundsOf(square(1, 2, 3))).toEqual([1, 2, 4, 5]);
  expect(boundsOf([])).toBeNull();
});

test('coordinates are read as maps give them to copy', () => {
  expect(pointOf(' 51.4545, -2.5879 ')).toEqual([-2.5879, 51.4545]);
  expect(pointOf('31.0252，121.4337')).toEqual([121.4337, 31.0252]);
  expect(pointOf('95, 10')).toBeNull();
  expect(pointOf('Bristol')).toBeNull();
});

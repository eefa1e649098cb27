// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { coasts } from '../src/model/coast';
import { clustered, fitted, graticule, latOf, lonOf, panned, pixelOf, placeOf, scaleBar, scaled } from '../src/model/map';
import type { DeviceSummary, Latest } from '../src/model/device';
import { positionOf } from '../src/model/position';

const SIZE = { width: 800, height: 600 };
const latest = (sensor: string, unit: string, value: unknown): Latest => ({ sensor, unit, value, atMs: 1 });
const device = (...all: Latest[]): DeviceSummary => ({
  device: 'van',
  thing: 'van',
  type: '',
  groups: [],
  lastMs: null,
  connected: null,
  connectionMs: null,
  latest: all,
  openAlarms: 0,
});

describe('a device is somewhere', () => {
  test.each([
    ['by the units of SenML', [latest('gps.a', 'lat', 52.5), latest('gps.b', 'lon', 13.4)], { lat: 52.5, lon: 13.4 }],
    ['by the names', [latest('latitude', 'deg', -33.9), latest('longitude', 'deg', 151.2)], { lat: -33.9, lon: 151.2 }],
    ['not by one of them', [latest('latitude', 'deg', 1)], null],
    ['not where nothing can be', [latest('latitude', 'deg', 91), latest('longitude', 'deg', 0)], null],
    ['not by a text', [latest('latitude', '', '1'), latest('longitude', '', '2')], null],
  ])('%s', (_, all, position) => {
    expect(positionOf(device(...all))).toEqual(position);
  });
});

describe('the map', () => {
  test('flattens the world and back', () => {
    expect(placeOf({ lat: 0, lon: 0 })).toEqual({ x: 0.5, y: 0.5 });
    const { x, y } = placeOf({ lat: 52.52, lon: 13.405 });
    expect(latOf(y)).toBeCloseTo(52.52, 9);
    expect(lonOf(x)).toBeCloseTo(13.405, 9);
    // Source: OpenStreetMap wiki, "Slippy map tilenames": Berlin's tile of zoom 10 is 550, 335.
    expect([Math.floor(x * 1024), Math.floor(y * 1024)]).toEqual([550, 335]);
  });

  test('shows all, with room around them', () => {
    const places = [placeOf({ lat: 48.1, lon: 11.6 }), placeOf({ lat: 53.5, lon: 10 }), placeOf({ lat: 52.5, lon: 13.4 })];
    const view = fitted(places, SIZE);
    for (const at of places.map((place) => pixelOf(place, view, SIZE))) {
      expect(at.x).toBeGreaterThan(50);
      expect(at.x).toBeLessThan(750);
      expect(at.y).toBeGreaterThan(50);
      expect(at.y).toBeLessThan(550);
    }
    expect(pixelOf(places[0]!, fitted([places[0]!], SIZE), SIZE), 'one alone is in the middle').toEqual({ x: 400, y: 300 });
  });

  test('zooms around the pointer, and moves with it', () => {
    const view = { x: 0.5, y: 0.4, px: 4096 };
    const pointer = { x: 100, y: 50 };
    const there = { x: view.x + (pointer.x - 400) / 4096, y: view.y + (pointer.y - 300) / 4096 };
    const nearer = pixelOf(there, scaled(view, 3, pointer, SIZE), SIZE);
    expect(nearer.x).toBeCloseTo(pointer.x, 6);
    expect(nearer.y).toBeCloseTo(pointer.y, 6);
    expect(pixelOf(there, panned(view, 30, -20), SIZE).x).toBeCloseTo(130, 6);
    expect(panned(view, -1e9, 0).x, 'never out of the world').toBe(1);
  });

  test('what is close together is one, and comes apart when the view is nearer', () => {
    const things = [0, 0.00001, 0.2].map((x) => ({ place: { x: 0.3 + x, y: 0.3 } }));
    const sizes = (px: number) => clustered(things, { x: 0.4, y: 0.3, px }, 40).map((one) => one.of.length).sort();
    expect(sizes(2048)).toEqual([1, 2]);
    expect(sizes(2 ** 24)).toEqual([1, 1, 1]);
    expect(sizes(64), 'nobody is lost').toEqual([3]);
  });

  test('a thousand are drawn as few', () => {
    const many = Array.from({ length: 1_000 }, (_, index) => ({ place: { x: (index % 32) / 32, y: Math.floor(index / 32) / 32 } }));
    const clusters = clustered(many, { x: 0.5, y: 0.5, px: 512 }, 44);
    expect(clusters.length).toBeLessThan(200);
    expect(clusters.reduce((sum, one) => sum + one.of.length, 0)).toBe(1_000);
  });

  test('lines are round degrees, and the scale a round length', () => {
    const view = fitted([placeOf({ lat: 52.52, lon: 13.405 })], SIZE);
    const { lats, lons, step } = graticule(view, SIZE);
    expect(step).toBeGreaterThan(0);
    expect(lats.length).toBeGreaterThan(1);
    expect(lons.length).toBeLessThan(12);
    const { metres, px } = scaleBar(view, 120);
    expect(px).toBeLessThanOrEqual(120);
    expect(px).toBeGreaterThan(40);
    expect(String(metres)).toMatch(/^[125]0*$/);
    expect(scaleBar({ x: 0.5, y: 0.5, px: 40_075.016686 }, 1_001).metres, 'at the equator a pixel is a kilometre').toBe(1_000_000);
  });
});

test('the coasts are where they are', () => {
  const rings = coasts();
  const inside = (lat: number, lon: number) => {
    const { x, y } = placeOf({ lat, lon });
    return rings.some((ring) => {
      let odd = false;
      ring.forEach((one, index) => {
        const other = ring[(index + 1) % ring.length]!;
        if (one.y > y !== other.y > y && x < one.x + ((y - one.y) / (other.y - one.y)) * (other.x - one.x)) {
          odd = !odd;
        }
      });
      return odd;
    });
  };
  for (const [lat, lon] of [[52.5, 13.4], [48.1, 11.6], [40, -100], [-25, 134], [36, 138], [-15, -55], [0, 25]] as const) {
    expect(inside(lat, lon), `land at ${lat}, ${lon}`).toBe(true);
  }
  for (const [lat, lon] of [[45, -30], [0, -150], [-30, 80], [36, 18], [56, 3]] as const) {
    expect(inside(lat, lon), `sea at ${lat}, ${lon}`).toBe(false);
  }
});

// SPDX-License-Identifier: Apache-2.0
import type { Position } from './position';

/** A place in the world as Web Mercator flattens it: both from 0 to 1, the north and the west are 0. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** What of the world is seen: its middle, and how many pixels the whole of it would be. */
export interface View extends Place {
  readonly px: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** As far as the projection goes. */
const MOST_LAT = 85.05;
const LEAST_PX = 256;
/** A metre is some 3 pixels then. */
export const MOST_PX = 2 ** 27;
/** One device alone: some kilometres around it. */
const ALONE_PX = 2 ** 21;
const PADDING_PX = 56;
const EQUATOR_M = 40_075_016.686;

export function placeOf({ lat, lon }: Position): Place {
  const sine = Math.sin((Math.max(-MOST_LAT, Math.min(MOST_LAT, lat)) * Math.PI) / 180);
  return { x: (lon + 180) / 360, y: 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI) };
}

export function latOf(y: number): number {
  return (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;
}

export function lonOf(x: number): number {
  return x * 360 - 180;
}

/** Where a place is in the picture. */
export function pixelOf(place: Place, view: View, { width, height }: Size): Place {
  return { x: (place.x - view.x) * view.px + width / 2, y: (place.y - view.y) * view.px + height / 2 };
}

/** The view in which all of some places are seen, no nearer than `mostPx`. */
export function fitted(places: readonly Place[], { width, height }: Size, mostPx = ALONE_PX): View {
  const xs = places.map((one) => one.x);
  const ys = places.map((one) => one.y);
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  const room = (px: number) => Math.max(64, px - 2 * PADDING_PX);
  const px = Math.min(room(width) / Math.max(1e-9, right - left), room(height) / Math.max(1e-9, bottom - top), mostPx);
  return kept({ x: (left + right) / 2, y: (top + bottom) / 2, px: Math.max(LEAST_PX, px) });
}

/** Moved by so many pixels. */
export function panned(view: View, right: number, down: number): View {
  return kept({ ...view, x: view.x - right / view.px, y: view.y - down / view.px });
}

/** Nearer or farther around a point of the picture, which stays where it is. */
export function scaled(view: View, factor: number, at: Place, size: Size): View {
  const px = Math.max(LEAST_PX, Math.min(MOST_PX, view.px * factor));
  const away = { x: at.x - size.width / 2, y: at.y - size.height / 2 };
  return kept({
    x: view.x + away.x / view.px - away.x / px,
    y: view.y + away.y / view.px - away.y / px,
    px,
  });
}

/** The middle stays in the world. */
function kept(view: View): View {
  const inside = (value: number) => Math.max(0, Math.min(1, value));
  return { ...view, x: inside(view.x), y: inside(view.y) };
}

/** Things that are too close together to be told apart. */
export interface Cluster<T> extends Place {
  readonly of: readonly T[];
}

/**
 * Things within a cell of the world are one, and so are those whose middles come nearer than that. The cells depend on
 * how near the view is, not on where it is: what moves does not fall apart.
 */
export function clustered<T extends { readonly place: Place }>(things: readonly T[], view: View, apartPx: number): Cluster<T>[] {
  const cell = apartPx / 2 ** Math.floor(Math.log2(view.px));
  const cells = new Map<string, T[]>();
  for (const thing of things) {
    const key = `${Math.floor(thing.place.x / cell)} ${Math.floor(thing.place.y / cell)}`;
    const found = cells.get(key);
    if (found) {
      found.push(thing);
    } else {
      cells.set(key, [thing]);
    }
  }
  const clusters: Cluster<T>[] = [];
  for (const of of cells.values()) {
    const middle = middleOf(of);
    const near = clusters.findIndex((one) => Math.hypot(one.x - middle.x, one.y - middle.y) * view.px < apartPx * 0.75);
    if (near === -1) {
      clusters.push({ ...middle, of });
    } else {
      const all = [...clusters[near]!.of, ...of];
      clusters[near] = { ...middleOf(all), of: all };
    }
  }
  return clusters;
}

function middleOf(things: readonly { readonly place: Place }[]): Place {
  const sum = things.reduce((all, { place }) => ({ x: all.x + place.x, y: all.y + place.y }), { x: 0, y: 0 });
  return { x: sum.x / things.length, y: sum.y / things.length };
}

const STEPS = [45, 30, 15, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002, 0.0001];
const LINE_PX = 90;

/** Meridians and parallels that are seen, in degrees, not too many. */
export function graticule(view: View, { width, height }: Size): { lats: number[]; lons: number[]; step: number } {
  const step = STEPS.findLast((one) => (one / 360) * view.px >= LINE_PX) ?? STEPS[0]!;
  const left = lonOf(Math.max(0, view.x - width / 2 / view.px));
  const right = lonOf(Math.min(1, view.x + width / 2 / view.px));
  const top = latOf(Math.max(0, view.y - height / 2 / view.px));
  const bottom = latOf(Math.min(1, view.y + height / 2 / view.px));
  return { lats: multiples(bottom, top, step), lons: multiples(left, right, step), step };
}

function multiples(from: number, to: number, step: number): number[] {
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.max(0, Math.floor(to / step) - first + 1) }, (_, index) => (first + index) * step);
}

/** A round length that is at most so long in the middle of the picture. */
export function scaleBar(view: View, mostPx: number): { readonly metres: number; readonly px: number } {
  const metresPerPx = (EQUATOR_M * Math.cos((latOf(view.y) * Math.PI) / 180)) / view.px;
  const most = metresPerPx * mostPx;
  const ten = 10 ** Math.floor(Math.log10(most));
  const metres = ([5, 2, 1].find((one) => one * ten <= most) ?? 1) * ten;
  return { metres, px: metres / metresPerPx };
}

// SPDX-License-Identifier: Apache-2.0
import { ALPHABET, COAST, HALF, PER_DEGREE } from './coast-data';
import { type Place, placeOf } from './map';

/** Nearer than this the coasts would be seen to be rough: a pixel is some kilometres then. */
export const COAST_PX = 2 ** 14;

/** The land of the world, roughly, as rings of places. */
export function coasts(): Place[][] {
  return COAST.split(' ').map((ring) => {
    const figures = [...ring].map((character) => ALPHABET.indexOf(character));
    const two = (at: number) => figures[at]! * ALPHABET.length + figures[at + 1]!;
    let lon = two(0) - 180 * PER_DEGREE;
    let lat = two(2) - 90 * PER_DEGREE;
    const places = [place(lat, lon)];
    for (let at = 4; at < figures.length; at += 2) {
      lon += figures[at]! - HALF;
      lat += figures[at + 1]! - HALF;
      places.push(place(lat, lon));
    }
    return places;
  });
}

function place(lat: number, lon: number): Place {
  return placeOf({ lat: lat / PER_DEGREE, lon: lon / PER_DEGREE });
}

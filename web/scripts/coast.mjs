// SPDX-License-Identifier: Apache-2.0
// Makes src/model/coast-data.ts: the coasts of the world in a few KiB, for a map that is looked at from far away.
// From land-110m.json of the npm package world-atlas, which is Natural Earth's, in the public domain; it is fetched for this
// alone:
//   npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz && node scripts/coast.mjs package/land-110m.json
import { readFileSync, writeFileSync } from 'node:fs';

/** In parts of a degree; what is smaller than so many square degrees is left out. */
const PER_DEGREE = 4;
const LEAST_TURN = 0.25;
const LEAST_ISLAND = 2;
/** A step is at most so long, so that it is one character. */
const LONGEST = 44;
const ALPHABET = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index)).filter((one) => !'\'\\`$'.includes(one));
const HALF = 45;

const { arcs, transform, objects } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const lines = arcs.map((arc) => {
  let [x, y] = [0, 0];
  return arc.map(([dx, dy]) => {
    x += dx;
    y += dy;
    return [x * transform.scale[0] + transform.translate[0], y * transform.scale[1] + transform.translate[1]];
  });
});
const line = (index) => (index >= 0 ? lines[index] : [...lines[~index]].reverse());
const ring = (indexes) => indexes.flatMap((index, place) => line(index).slice(place === 0 ? 0 : 1));
const shapes = objects.land.type === 'GeometryCollection' ? objects.land.geometries : [objects.land];
const rings = shapes.flatMap((shape) => (shape.type === 'Polygon' ? [shape.arcs] : shape.arcs)).map(([outer]) => ring(outer));

const turn = ([ax, ay], [bx, by], [cx, cy]) => Math.abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) / 2;
const area = (points) =>
  Math.abs(points.reduce((sum, [x, y], index) => {
    const [nextX, nextY] = points[(index + 1) % points.length];
    return sum + x * nextY - nextX * y;
  }, 0)) / 2;

/** Without the point that changes least, until none changes so little. Source: Visvalingam and Whyatt, 1993. */
function simplified(points) {
  const left = points.slice(0, -1);
  while (left.length > 4) {
    const turns = left.map((point, index) => turn(left.at(index - 1), point, left[(index + 1) % left.length]));
    const least = turns.indexOf(Math.min(...turns));
    if (turns[least] > LEAST_TURN) break;
    left.splice(least, 1);
  }
  return left;
}

function encoded(points) {
  const whole = points.map(([x, y]) => [Math.round(x * PER_DEGREE), Math.round(y * PER_DEGREE)]);
  let [x, y] = whole[0];
  const start = [x + 180 * PER_DEGREE, y + 90 * PER_DEGREE];
  let text = start.map((value) => ALPHABET[Math.floor(value / ALPHABET.length)] + ALPHABET[value % ALPHABET.length]).join('');
  for (const [toX, toY] of whole.slice(1)) {
    while (x !== toX || y !== toY) {
      const steps = Math.ceil(Math.max(Math.abs(toX - x), Math.abs(toY - y)) / LONGEST);
      const [dx, dy] = [Math.round((toX - x) / steps), Math.round((toY - y) / steps)];
      text += ALPHABET[dx + HALF] + ALPHABET[dy + HALF];
      x += dx;
      y += dy;
    }
  }
  return text;
}

const kept = rings.filter((points) => area(points) >= LEAST_ISLAND).map(simplified);
const data = kept.map(encoded).join(' ');
writeFileSync(
  new URL('../src/model/coast-data.ts', import.meta.url),
  `// SPDX-License-Identifier: Apache-2.0
// Made by scripts/coast.mjs from Natural Earth's coasts (public domain); do not edit.

/** Rings, with blanks between: the start in two figures each, then a step after the other, in parts of a degree. */
export const COAST = '${data}';
export const ALPHABET = '${ALPHABET.join('')}';
export const PER_DEGREE = ${PER_DEGREE};
export const HALF = ${HALF};
`,
);
console.log(`${kept.length} rings, ${kept.reduce((sum, one) => sum + one.length, 0)} points, ${data.length} characters`);

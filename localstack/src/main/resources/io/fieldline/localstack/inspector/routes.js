// SPDX-License-Identifier: Apache-2.0
// Where lines go, as the `d` of a path.

const TURN = 14;
const BAND = 14;
const MOST_OTHERS = 9;

/** From a step down its rail, and round the corner to another. */
export function lineTo(from, to) {
  if (Math.abs(to.x - from.x) < 1) return `M${from.x} ${from.y}V${to.y}`;
  const turn = Math.min(TURN, Math.abs(to.x - from.x), Math.max(0, to.y - from.y));
  if (to.x > from.x) {
    return `M${from.x} ${from.y}V${to.y - turn}Q${from.x} ${to.y} ${from.x + turn} ${to.y}H${to.x}`;
  }
  // Back to a lane on the left: into its box from above, or from the right where it is not so wide.
  return from.x < to.right - TURN
    ? `M${from.x} ${from.y}V${to.top}`
    : `M${from.x} ${from.y}V${to.y - turn}Q${from.x} ${to.y} ${from.x - turn} ${to.y}H${to.right}`;
}

/** Around the node of a step, down to the last of what it did. */
export function bandPlace(step, steps, placeOf) {
  const { x, y } = placeOf.get(step.number);
  const within = new Set([step.number]);
  let last = y;
  for (const one of steps) {
    if (within.has(one.parent)) {
      within.add(one.number);
      last = Math.max(last, placeOf.get(one.number).y);
    }
  }
  return { x: x - BAND / 2, y: y - BAND / 2, width: BAND, height: last - y + BAND };
}

/** Ways of others, which come from above and go on from here with this one. */
export function othersTo({ x, y }, others) {
  return Array.from({ length: Math.min(others, MOST_OTHERS) }, (_, i) => {
    const from = x - 16 - i * 9;
    return `M${from} ${y - 58}V${y - 34}C${from} ${y - 12} ${x - 12} ${y} ${x} ${y}`;
  });
}

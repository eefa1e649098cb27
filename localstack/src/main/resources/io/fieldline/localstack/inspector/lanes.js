// SPDX-License-Identifier: Apache-2.0
// The lanes of a picture, from the device to what is kept, and where each step stands.

export const LANES = {
  device: 'Device',
  iot: 'IoT Core',
  queue: 'Queue',
  function: 'Function',
  table: 'Tables',
  shadow: 'Shadow',
  other: 'Others',
};

export function laneOf(step) {
  return step.lane in LANES ? step.lane : 'other';
}

/** Those that a way uses, in their order; what begins at another service has its lane first, so that it goes to the right. */
export function lanesOf(steps) {
  const used = new Set(steps.map(laneOf));
  const lanes = Object.keys(LANES).filter((lane) => used.has(lane));
  return steps.length > 0 && laneOf(inOrder(steps)[0]) === 'other' ? ['other', ...lanes.filter((lane) => lane !== 'other')] : lanes;
}

/** Steps in the order in which they began, none before the one that it was done because of. */
export function inOrder(steps) {
  const byNumber = new Map(steps.map((step) => [step.number, step]));
  const placed = new Set();
  const place = (step) => {
    if (placed.has(step)) return;
    const parent = byNumber.get(step.parent);
    // A parent that comes of its own step is not waited for.
    if (parent !== undefined && parent.number < step.number) place(parent);
    placed.add(step);
  };
  [...steps].sort((a, b) => a.afterMs - b.afterMs || a.number - b.number).forEach(place);
  return [...placed];
}

/** The numbers of a step and of all that led to it. */
export function chainTo(steps, number) {
  const parents = new Map(steps.map((step) => [step.number, step.parent]));
  const chain = new Set();
  for (let at = number; parents.has(at) && !chain.has(at); at = parents.get(at)) {
    chain.add(at);
  }
  return chain;
}

/** The message that led to a step, which a rule's statement is about; else the one that the way began with. */
export function messageOf(steps, number) {
  const chain = chainTo(steps, number);
  const messages = steps.filter((step) => step.kind === 'publish' && step.request !== undefined);
  return messages.findLast((step) => chain.has(step.number)) ?? messages[0];
}

/** How many milliseconds the whole of it takes, waits included. */
export function wholeMs(way) {
  return Math.max(way.ms ?? 0, 0.001, ...way.steps.map((step) => step.afterMs + (step.ms ?? 0)));
}

/** Without what it waited first. */
export function workMs(step) {
  return Math.max(0, step.ms - (step.waitedMs ?? 0));
}

export const OUTCOMES = { ok: 'ok', refused: 'refused', failed: 'failed', running: 'runs' };

export function isBad(outcome) {
  return outcome === 'refused' || outcome === 'failed';
}

/** The step that the way came to grief at: the deepest of the first that failed. */
export function culprit(steps) {
  const bad = inOrder(steps).filter((step) => isBad(step.outcome));
  return bad.find((step) => !bad.some((other) => other.parent === step.number)) ?? bad[0];
}

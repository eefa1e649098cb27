// SPDX-License-Identifier: Apache-2.0
// What is drawn behind the steps: a rail for each lane, the lines from step to step, a band while a function runs, and the
// others that meet in an invocation.
import { draw, put } from './dom.js';
import { isBad, laneOf } from './lanes.js';
import { bandPlace, lineTo, othersTo } from './routes.js';

const MOST_SPARKS = 40;

export class Rails {
  #rails = draw('g');
  #bands = draw('g');
  #others = draw('g');
  #lines = draw('g');
  #lineOf = new Map();

  element = draw('svg', { class: 'rails', 'aria-hidden': 'true' }, this.#rails, this.#bands, this.#others, this.#lines);

  /** Another way: nothing of what is drawn stays. */
  clear() {
    this.#lineOf.clear();
  }

  /** @param places of each step: its node's `x`, `y`, the `left`, `right` and `top` of its box, its `lane` and `delay`
   *  @param chain the numbers of the step that is open and of what led to it */
  render({ steps, lanes, places, height, chain }) {
    const placeOf = new Map(steps.map((step, i) => [step.number, places[i]]));
    this.element.setAttribute('height', String(height));
    this.#rails.replaceChildren(
      ...lanes.map((lane) => {
        const { x } = places[steps.findIndex((step) => laneOf(step) === lane)];
        return draw('line', { class: 'rail', 'data-lane': lane, x1: x, x2: x, y1: 0, y2: height });
      }),
    );
    this.#bands.replaceChildren(
      ...steps
        .filter((step) => step.kind === 'invocation')
        .map((step) => draw('rect', { class: 'band', 'data-lane': laneOf(step), rx: 7, ...bandPlace(step, steps, placeOf) })),
    );
    this.#others.replaceChildren(
      ...steps.flatMap((step) => othersTo(placeOf.get(step.number), step.shared?.length ?? 0)).map((d) => draw('path', { class: 'other', d })),
    );
    // What failed lies over what did not.
    const joined = steps.filter((step) => placeOf.has(step.parent)).sort((a, b) => isBad(a.outcome) - isBad(b.outcome));
    put(this.#lines, joined.flatMap((step) => this.#line(step, placeOf, steps.length <= MOST_SPARKS, chain.has(step.number))));
  }

  /** The one that is there already is only moved: what was drawn in does not come in once more. */
  #line(step, placeOf, sparks, isOnChain) {
    const to = placeOf.get(step.number);
    const from = placeOf.get(step.parent);
    const path = lineTo(from, to);
    let line = this.#lineOf.get(step.number);
    if (line === undefined) {
      line = [draw('path')];
      if (sparks) line.push(draw('circle', { class: 'spark', r: '3.5' }));
      this.#lineOf.set(step.number, line);
      for (const one of line) {
        one.dataset.lane = from.lane;
        one.style.setProperty('--delay', to.delay);
      }
    }
    const [drawn, spark] = line;
    const marks = [isBad(step.outcome) && 'bad', step.outcome === 'running' && 'runs', step.waitedMs > 0 && 'waits', isOnChain && 'chain'];
    drawn.setAttribute('class', ['line', ...marks.filter(Boolean)].join(' '));
    // Drawn in from end to end, or dashed in pixels.
    if (marks[1] || marks[2]) drawn.removeAttribute('pathLength');
    else drawn.setAttribute('pathLength', '1');
    drawn.setAttribute('d', path);
    if (spark !== undefined) spark.style.offsetPath = `path("${path}")`;
    return line;
  }
}

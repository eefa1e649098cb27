// SPDX-License-Identifier: Apache-2.0
// One way as a picture, which is an ordered list of buttons: each step begins at the rail of its lane, time goes down, and
// lines drawn behind them lead from each step to what was done because of it.
import { make, put } from './dom.js';
import { icon } from './icons.js';
import { LANES, chainTo, inOrder, laneOf, lanesOf, wholeMs } from './lanes.js';
import { Rails } from './rails.js';
import { StepBox } from './step-box.js';

const STRETCH = 1.6;

export class Picture {
  #boxes = new Map();
  #heads = make('div.heads', { 'aria-hidden': 'true' });
  #list = make('ol.steps');
  #rails = new Rails();
  #drawn = null;
  #id = null;

  element = make('div.picture', this.#heads, make('div.ground', this.#rails.element, this.#list));

  constructor() {
    new ResizeObserver(() => this.#redraw()).observe(this.#list);
  }

  /** @param opens what a press on a step's box does
   *  @param toScale whether the way down is time, as far as the boxes leave room */
  render(way, { openStep, toScale, opens }) {
    if (this.#id !== way.id) {
      this.#id = way.id;
      this.#boxes.clear();
      this.#rails.clear();
    }
    const lanes = lanesOf(way.steps);
    const steps = inOrder(way.steps);
    const scale = { wholeMs: wholeMs(way) };
    this.element.style.setProperty('--lanes', lanes.length);
    this.#headsOf(lanes);
    const boxes = steps.map((step, i) => {
      const box = this.#boxes.get(step.number) ?? new StepBox(opens);
      this.#boxes.set(step.number, box);
      box.render(step, { place: i, lane: lanes.indexOf(laneOf(step)), scale, isOpen: step.number === openStep });
      return box;
    });
    put(this.#list, boxes.map((box) => box.element));
    this.#drawn = { steps, lanes, toScale, wholeMs: scale.wholeMs, chain: chainTo(steps, openStep) };
    this.#redraw();
  }

  #headsOf(lanes) {
    const heads = lanes.map((lane, i) => {
      const head = make('span.head', { 'data-lane': lane }, icon(lane), make('span.label', LANES[lane]));
      head.style.setProperty('--lane', i);
      return head;
    });
    this.#heads.replaceChildren(...heads);
  }

  #redraw() {
    if (this.#drawn === null || !this.element.isConnected) return;
    this.#spread();
    const origin = this.#rails.element.getBoundingClientRect();
    const places = this.#drawn.steps.map((step) => this.#boxes.get(step.number).place(origin));
    this.#rails.render({ ...this.#drawn, places, height: this.#list.offsetHeight });
  }

  /** Each box comes down to its time; where others are in the way, right below them. */
  #spread() {
    const { steps, toScale, wholeMs: whole } = this.#drawn;
    const elements = steps.map((step) => this.#boxes.get(step.number).element);
    const heights = elements.map((element) => element.offsetHeight);
    const room = STRETCH * heights.reduce((sum, height) => sum + height, 0);
    let y = 0;
    steps.forEach((step, i) => {
      const space = toScale ? Math.max(0, (room * step.afterMs) / whole - y) : 0;
      elements[i].style.marginTop = `${Math.round(space)}px`;
      y += space + heights[i];
    });
  }

  /** The box of a step, to have the focus or be scrolled to. */
  boxOf(number) {
    return this.#boxes.get(number)?.button ?? null;
  }

  /** The numbers of the steps, in the order of the picture. */
  get numbers() {
    return this.#drawn?.steps.map((step) => step.number) ?? [];
  }

  has(element) {
    return this.element.contains(element);
  }
}

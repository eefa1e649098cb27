// SPDX-License-Identifier: Apache-2.0
// The way that is chosen, with its steps, kept up while it goes on.
import { ask, Refused } from './http.js';

const RUNS_EVERY_MS = 400;
const AGAIN_MS = 1_500;

/** Tells `change` when there is another way to draw, or more of it. */
export class Chosen extends EventTarget {
  #timer = 0;
  #asked = null;

  id = null;
  /** `none`, `asking`, `here`, `forgotten`. */
  state = 'none';
  way = null;

  choose(id) {
    if (id === this.id) return;
    this.id = id;
    this.way = null;
    this.#asked = null;
    this.#turn(id === null ? 'none' : 'asking');
    if (id !== null) void this.#ask();
  }

  /** The list has heard of it: asked for again where it went on. */
  heard(summary) {
    const known = this.way?.revision ?? this.#asked;
    if (this.state !== 'forgotten' && known !== null && summary.revision > known) {
      this.#asked = summary.revision;
      void this.#ask();
    }
  }

  async #ask() {
    clearTimeout(this.#timer);
    const id = this.id;
    try {
      const way = await ask(`ways/${encodeURIComponent(id)}`);
      if (id !== this.id) return;
      this.way = way;
      this.#turn('here');
      if (way.outcome === 'running') this.#again(RUNS_EVERY_MS);
    } catch (error) {
      if (id !== this.id) return;
      if (error instanceof Refused && error.status === 404) {
        this.#turn('forgotten');
      } else {
        this.#again(AGAIN_MS);
      }
    }
  }

  #again(ms) {
    this.#timer = setTimeout(() => void this.#ask(), ms);
  }

  #turn(state) {
    this.state = state;
    this.dispatchEvent(new Event('change'));
  }
}

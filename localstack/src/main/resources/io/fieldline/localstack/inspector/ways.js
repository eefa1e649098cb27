// SPDX-License-Identifier: Apache-2.0
// The newest ways of the stack, asked for again and again: what began, and what went on.
import { ask, Gone } from './http.js';

const EVERY_MS = 700;
const GONE_EVERY_MS = 1_500;
const HIDDEN_EVERY_MS = 10_000;
const LIMIT = 200;
const KEPT = 500;

/** Tells `change` after each answer, and when its state turned. */
export class Ways extends EventTarget {
  #byId = new Map();
  #revision = null;
  #timer = 0;
  #asking = false;
  #isBehind = false;

  /** `asking` before the first answer, then `live`, `paused` or `gone`. */
  state = 'asking';
  /** Newest first. */
  list = [];
  /** From when on the stack has everything, how many older ways it had, and how many messages it let pass, too many at once. */
  wholeSince = null;
  forgotten = 0;
  passed = 0;
  /** Why the last answer was of no use. */
  trouble = '';

  start() {
    document.addEventListener('visibilitychange', () => this.#soon(0));
    this.#soon(0);
  }

  get isPaused() {
    return this.state === 'paused';
  }

  pause(paused) {
    this.#turn(paused ? 'paused' : 'asking');
    this.#soon(0);
  }

  get(id) {
    return this.#byId.get(id);
  }

  /** The stack knows it no more. */
  drop(id) {
    if (this.#byId.delete(id)) {
      this.#sorted();
      this.dispatchEvent(new Event('change'));
    }
  }

  #soon(ms) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), ms);
  }

  async #ask() {
    if (this.isPaused || this.#asking) return;
    this.#asking = true;
    try {
      this.#take(await ask(this.#revision === null ? `ways?limit=${KEPT}` : `ways?since=${this.#revision}&limit=${LIMIT}`));
    } catch (error) {
      // What is begun again may have been another stack meanwhile: everything is asked for anew.
      this.#revision = null;
      this.#isBehind = false;
      this.trouble = error.message;
      if (!this.isPaused) this.#turn(error instanceof Gone ? 'gone' : 'refused');
    } finally {
      this.#asking = false;
    }
    this.#soon(this.#isBehind ? 0 : this.state === 'live' ? (document.hidden ? HIDDEN_EVERY_MS : EVERY_MS) : GONE_EVERY_MS);
  }

  #take(answer) {
    // More was news than an answer holds, or it is another stack: all is asked for anew.
    if (this.#revision !== null && (answer.isMore || answer.revision < this.#revision)) {
      this.#revision = null;
      this.#isBehind = true;
      return;
    }
    this.#isBehind = false;
    if (this.#revision === null) {
      this.#byId.clear();
    }
    for (const way of answer.ways) {
      this.#byId.set(way.id, { ...way, atMs: Date.parse(way.at) });
    }
    // What the stack has forgotten, also one that was stopped and is there again in between.
    for (const way of this.#byId.values()) {
      if (answer.since && way.atMs < Date.parse(answer.since)) this.#byId.delete(way.id);
    }
    this.#sorted();
    this.#revision = answer.revision;
    this.wholeSince = answer.wholeSince ?? null;
    this.forgotten = answer.forgotten ?? 0;
    this.passed = answer.passed ?? 0;
    if (!this.isPaused) this.state = 'live';
    this.dispatchEvent(new Event('change'));
  }

  #sorted() {
    this.list = [...this.#byId.values()].sort((a, b) => b.atMs - a.atMs || b.revision - a.revision);
    for (const old of this.list.splice(KEPT)) {
      this.#byId.delete(old.id);
    }
  }

  #turn(state) {
    this.state = state;
    this.dispatchEvent(new Event('change'));
  }
}

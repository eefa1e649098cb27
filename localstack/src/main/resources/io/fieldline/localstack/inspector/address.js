// SPDX-License-Identifier: Apache-2.0
// What is chosen and how the list is filtered, in the page's address: it can be sent to someone else.

const KEYS = ['way', 'step', 'device', 'text', 'show', 'time'];

/** Tells `change` when the address does. */
export class Address extends EventTarget {
  #now = read();

  constructor() {
    super();
    addEventListener('popstate', () => this.#turn(read()));
  }

  get way() {
    return this.#now.way ?? null;
  }

  /** The number of the step that is open. */
  get step() {
    return this.#now.step === undefined ? null : Number(this.#now.step);
  }

  get device() {
    return this.#now.device ?? '';
  }

  get text() {
    return this.#now.text ?? '';
  }

  /** `all`, `messages`, `calls` or `failed`. */
  get show() {
    return this.#now.show ?? 'all';
  }

  /** Whether time is drawn to scale. */
  get toScale() {
    return this.#now.time === 'scale';
  }

  /** The address with these changed: null takes one away. */
  with(changes) {
    const next = { ...this.#now, ...changes };
    const query = new URLSearchParams();
    for (const key of KEYS) {
      if (next[key] !== null && next[key] !== undefined && next[key] !== '') query.set(key, next[key]);
    }
    return `#${query}`;
  }

  /** Goes there; `back` says whether the browser's own button leads back here. */
  go(changes, { back = false } = {}) {
    const next = this.with(changes);
    if (next === this.with({})) return;
    history[back ? 'pushState' : 'replaceState'](null, '', next);
    this.#turn(read());
  }

  #turn(next) {
    this.#now = next;
    this.dispatchEvent(new Event('change'));
  }
}

function read() {
  const query = new URLSearchParams(location.hash.slice(1));
  return Object.fromEntries(KEYS.filter((key) => query.has(key)).map((key) => [key, query.get(key)]));
}

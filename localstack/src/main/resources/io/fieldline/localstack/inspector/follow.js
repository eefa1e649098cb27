// SPDX-License-Identifier: Apache-2.0
// The picture is of the newest message until somebody chooses another.
import { make } from './dom.js';

const LOOKED_AT_MS = 2_500;
const WIDE = matchMedia('(min-width: 60rem)');

export class Follow {
  #address;
  #button;
  #isOn;
  #mine = null;
  #sinceMs = 0;

  constructor(place, address) {
    this.#address = address;
    // Who comes by an address with a way in it has chosen.
    this.#isOn = address.way === null;
    this.#button = make('button.slim.follow', { type: 'button', onclick: () => this.turn(!this.#isOn) }, 'Follow the newest');
    place.append(this.#button);
  }

  turn(on) {
    this.#isOn = on;
    this.#mine = this.#address.way;
    this.#sinceMs = 0;
    this.#render();
  }

  /** After each answer: goes to the newest, and stays there long enough to be looked at. */
  heard(shown) {
    // Another way in the address is somebody's choice.
    if (this.#isOn && this.#address.way !== null && this.#address.way !== this.#mine) this.#isOn = false;
    this.#render();
    const newest = shown.find((way) => way.kind === 'publish') ?? shown[0];
    const isDue = performance.now() - this.#sinceMs > LOOKED_AT_MS;
    if (!this.#isOn || !WIDE.matches || newest === undefined || newest.id === this.#mine || this.#address.step !== null || !isDue) return;
    this.#mine = newest.id;
    this.#sinceMs = performance.now();
    this.#address.go({ way: newest.id, step: null });
  }

  #render() {
    this.#button.setAttribute('aria-pressed', String(this.#isOn));
  }
}

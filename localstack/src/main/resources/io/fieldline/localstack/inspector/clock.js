// SPDX-License-Identifier: Apache-2.0
// The stack's clock, and how far it is ahead of ours: it can be moved on, never back.
import { ask, Refused } from './http.js';
import { make, say, write } from './dom.js';
import { ahead, moment } from './format.js';
import { icon } from './icons.js';

const EVERY_MS = 5_000;
const STEPS = { PT1M: '1 min', PT1H: '1 h', PT24H: '1 d' };

export class StackClock {
  #now = make('span.number');
  #ahead = make('span.tag.waiting');
  #button = make('button.slim.clock-button', { type: 'button', popovertarget: 'clock-menu' }, icon('clock'), make('span.unseen', "The stack's clock: "), this.#now, this.#ahead);
  #trouble = make('p.trouble', { role: 'alert' });
  #place;
  #lead = 0;

  constructor(place) {
    this.#place = place;
    const moves = Object.entries(STEPS).map(([by, label]) => make('button', { type: 'button', onclick: () => void this.#move(by, label) }, `+ ${label}`));
    place.hidden = true;
    place.append(
      this.#button,
      make('div.menu', { id: 'clock-menu', popover: 'auto' },
        make('h2', "The stack's clock"),
        make('p.quiet', 'Timers, retention, alarms and schedules go by it. It goes forward only, until the stack is started again; signatures keep the real time.'),
        make('div.moves', moves), this.#trouble),
    );
  }

  start() {
    setInterval(() => this.#tick(), 1_000);
    void this.#ask();
  }

  async #ask() {
    try {
      this.#take(await ask('clock'));
    } catch (error) {
      // What the stack does not have is not shown.
      if (error instanceof Refused) this.#place.hidden = true;
    }
    setTimeout(() => void this.#ask(), EVERY_MS);
  }

  #take({ now, ahead: by }) {
    this.#place.hidden = false;
    this.#lead = Date.parse(now) - Date.now();
    const words = ahead(by);
    this.#ahead.hidden = words === '';
    write(this.#ahead, words === '' ? '' : `${words} ahead`);
    this.#tick();
  }

  #tick() {
    if (!this.#place.hidden) write(this.#now, moment(Date.now() + this.#lead));
  }

  async #move(by, label) {
    this.#trouble.textContent = '';
    try {
      this.#take(await ask('clock', { method: 'POST', body: { by } }));
      say(`The clock is moved by ${label}: ${this.#now.textContent}.`);
    } catch (error) {
      this.#trouble.textContent = error.message;
    }
  }
}

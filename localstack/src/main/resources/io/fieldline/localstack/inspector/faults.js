// SPDX-License-Identifier: Apache-2.0
// What is planned to fail. It stands on top of the page until it is taken away: nobody is to look for a fault that is planned.
import { ask, Refused } from './http.js';
import { make, put, say } from './dom.js';
import { count, duration } from './format.js';
import { icon } from './icons.js';

const EVERY_MS = 2_000;

/** Tells `change` when it is known whether the stack plans faults. */
export class Faults extends EventTarget {
  #rows = new Map();
  #list = make('ul.faults');

  isThere = false;

  constructor(place) {
    super();
    place.append(this.#list);
  }

  start() {
    void this.#again();
  }

  async #again() {
    await this.#ask();
    setTimeout(() => void this.#again(), EVERY_MS);
  }

  async #ask() {
    try {
      const { faults } = await ask('faults');
      this.#turn(true);
      this.#render(faults);
    } catch (error) {
      if (error instanceof Refused) {
        this.#turn(false);
        this.#render([]);
      }
    }
  }

  /** @throws what the stack says against it */
  async plan(fault) {
    await ask('faults', { method: 'POST', body: fault });
    say(`Planned: ${sentence(fault)}`);
    await this.#ask();
  }

  async #takeAway(fault, row) {
    try {
      await ask(`faults/${encodeURIComponent(fault.id)}`, { method: 'DELETE' });
      say('Taken away.');
    } catch (error) {
      row.trouble.textContent = error.message;
    }
    await this.#ask();
  }

  #render(faults) {
    const rows = new Map();
    for (const fault of faults) {
      const row = this.#rows.get(fault.id) ?? this.#row(fault);
      row.hits.textContent = fault.hits > 0 ? `hit ${count(fault.hits, 'time')}` : 'not hit yet';
      rows.set(fault.id, row);
    }
    this.#rows = rows;
    put(this.#list, [...rows.values()].map((row) => row.element));
  }

  #row(fault) {
    const row = { hits: make('span.quiet.number'), trouble: make('span.trouble', { role: 'alert' }) };
    row.element = make('li', icon('fault'), make('span', make('strong', 'Planned: '), sentence(fault), ' · ', row.hits, row.trouble),
      make('button.slim', { type: 'button', onclick: () => void this.#takeAway(fault, row) }, 'Take away'));
    return row;
  }

  #turn(isThere) {
    if (this.isThere !== isThere) {
      this.isThere = isThere;
      this.dispatchEvent(new Event('change'));
    }
  }
}

/** A fault in words. */
export function sentence({ service, operation, principal, nth, probability, fault, error, delayMs }) {
  const which = nth ? `the ${ordinal(nth)} ` : probability ? `${Number((probability * 100).toPrecision(3))} % of ` : 'each ';
  const call = `${operation ? `${service}:${operation}` : `call of ${service}`}`;
  const by = principal ? ` by “${principal}”` : '';
  const what = { error: `fails with ${error || 'an error'}`, delay: `is late by ${duration(delayMs ?? 0)}`, drop: 'is never answered' }[fault] ?? fault;
  return `${which}${call}${by} ${what}`;
}

function ordinal(n) {
  const last = n % 10;
  const teen = n % 100 >= 11 && n % 100 <= 13;
  return `${n}${teen ? 'th' : last === 1 ? 'st' : last === 2 ? 'nd' : last === 3 ? 'rd' : 'th'}`;
}

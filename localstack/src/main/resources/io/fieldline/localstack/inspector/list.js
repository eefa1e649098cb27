// SPDX-License-Identifier: Apache-2.0
// The ways, the newest first. Each is a link: it can be opened elsewhere, and sent to someone.
import { make, put, write } from './dom.js';
import { count, duration, moment, shortName } from './format.js';
import { OUTCOMES } from './lanes.js';

const KINDS = { publish: 'message', call: 'call', schedule: 'schedule', lifecycle: 'lifecycle event' };

export class List {
  #rows = new Map();
  #list = make('ol');
  #none = make('div.none');
  #foot = make('p.foot.quiet');
  #address;
  #known = new Set();
  #isFirst = true;

  constructor(place, address) {
    this.#address = address;
    place.append(this.#list, this.#none, this.#foot);
  }

  /** @param shown those that the filters let through, of all of `ways` */
  render(ways, shown) {
    const rows = new Map();
    for (const way of shown) {
      const row = this.#rows.get(way.id) ?? new Row(!this.#isFirst && !this.#known.has(way.id));
      row.render(way, this.#address);
      rows.set(way.id, row);
    }
    this.#isFirst &&= ways.state === 'asking';
    this.#known = new Set(ways.list.map((way) => way.id));
    this.#rows = rows;
    put(this.#list, [...rows.values()].map((row) => row.element));
    this.#nothing(ways, shown);
    write(this.#foot, foot(ways));
  }

  #nothing(ways, shown) {
    const filtered = shown.length === 0 && ways.list.length > 0;
    this.#none.hidden = !filtered;
    if (filtered && this.#none.childElementCount === 0) {
      this.#none.append(
        make('p', 'No way matches.'),
        make('button', { type: 'button', onclick: () => this.#address.go({ show: null, device: null, text: null }) }, 'Show all ways'),
      );
    }
  }

  /** The identifiers in the list's order. */
  get ids() {
    return [...this.#rows.keys()];
  }

  focus(id) {
    this.#rows.get(id)?.link.focus();
  }

  has(element) {
    return this.#list.contains(element);
  }
}

class Row {
  #name = make('span.name');
  #took = make('span.took.number');
  #about = make('span.about');
  #outcome = make('span.unseen');
  #dot = make('span.dot');
  link = make('a', this.#dot, this.#name, this.#took, this.#about, this.#outcome);
  element = make('li', this.link);

  constructor(isFresh) {
    if (isFresh) this.element.classList.add('fresh');
  }

  render(way, address) {
    this.link.setAttribute('href', address.with({ way: way.id, step: null }));
    if (address.way === way.id) {
      this.link.setAttribute('aria-current', 'true');
    } else {
      this.link.removeAttribute('aria-current');
    }
    this.link.dataset.outcome = way.outcome;
    this.#dot.className = `dot ${way.outcome}`;
    write(this.#name, shortName(way.name));
    this.link.title = way.name;
    write(this.#took, way.outcome === 'running' ? '…' : duration(way.ms ?? 0));
    write(this.#about, [way.device ?? KINDS[way.kind] ?? way.kind, count(way.steps, 'step'), moment(way.at)].join(' · '));
    write(this.#outcome, `, ${OUTCOMES[way.outcome] ?? way.outcome}`);
  }
}

function foot(ways) {
  if (ways.wholeSince === null) return '';
  const more = [
    ways.forgotten > 0 ? `; ${count(ways.forgotten, 'older way')} forgotten` : '',
    ways.passed > 0 ? `; ${count(ways.passed, 'message')} not followed, too many at once` : '',
  ];
  return `Whole since ${moment(ways.wholeSince)}${more.join('')}.`;
}

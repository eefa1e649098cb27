// SPDX-License-Identifier: Apache-2.0
// Which ways the list shows: of a kind, of a device, with a text in it.
import { make, write } from './dom.js';
import { icon } from './icons.js';
import { isBad } from './lanes.js';

const SHOWN = { all: 'All', messages: 'Messages', calls: 'Calls', failed: 'Failed' };

/** Whether the list shows it. */
export function matches(way, { show, device, text }) {
  const kind =
    show === 'all' ||
    (show === 'failed' && isBad(way.outcome)) ||
    (show === 'messages' && way.kind === 'publish') ||
    (show === 'calls' && way.kind === 'call');
  const words = `${way.name} ${way.device ?? ''} ${way.principal ?? ''} ${way.id}`.toLowerCase();
  return kind && (device === '' || way.device === device) && words.includes(text.toLowerCase());
}

export class Filters {
  #address;
  #text;
  #device;
  #kinds = new Map();

  constructor(place, address) {
    this.#address = address;
    const kinds = make('div.choices', { role: 'group', 'aria-label': 'Which ways' });
    for (const [show, label] of Object.entries(SHOWN)) {
      const button = make('button', { type: 'button', onclick: () => address.go({ show: show === 'all' ? null : show }) }, label);
      this.#kinds.set(show, button);
      kinds.append(button);
    }
    this.#text = make('input', {
      type: 'search', placeholder: 'Search', 'aria-label': 'Search ways', autocomplete: 'off', spellcheck: 'false',
      oninput: () => address.go({ text: this.#text.value }),
    });
    this.#device = make('select', { 'aria-label': 'Device', onchange: () => address.go({ device: this.#device.value }) });
    place.append(kinds, make('div.fields-in-line', make('span.search', icon('search'), this.#text), this.#device));
  }

  /** @param ways all that are known, whose devices can be chosen */
  render(ways) {
    for (const [show, button] of this.#kinds) {
      button.setAttribute('aria-pressed', String(this.#address.show === show));
    }
    const failed = ways.filter((way) => isBad(way.outcome)).length;
    write(this.#kinds.get('failed'), failed > 0 ? `Failed ${failed}` : 'Failed');
    if (document.activeElement !== this.#text) this.#text.value = this.#address.text;
    const devices = new Set(ways.map((way) => way.device).filter(Boolean));
    if (this.#address.device !== '') devices.add(this.#address.device);
    const options = ['', ...[...devices].sort()];
    const offered = [...this.#device.options].map((one) => one.value);
    if (options.length !== offered.length || options.some((name, i) => name !== offered[i])) {
      this.#device.replaceChildren(...options.map((name) => make('option', { value: name }, name === '' ? 'Every device' : name)));
    }
    this.#device.value = this.#address.device;
  }
}

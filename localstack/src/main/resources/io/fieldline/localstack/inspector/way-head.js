// SPDX-License-Identifier: Apache-2.0
// What stands over the picture: which message, what became of it, to publish it again, and how time is drawn.
import { ask, Refused } from './http.js';
import { make, put, say, write } from './dom.js';
import { count, duration, moment, plainTopic, shortArn } from './format.js';
import { icon } from './icons.js';
import { culprit, inOrder, isBad } from './lanes.js';

const KINDS = { publish: 'Message', call: 'Call', schedule: 'Schedule', lifecycle: 'Lifecycle event' };
const OUTCOMES = { ok: 'ok', refused: 'refused', failed: 'failed', running: 'on its way' };
const TIMES = { even: 'Evenly', scale: 'To scale' };

export class WayHead {
  #address;
  #way = null;
  #shown = '';
  #canPublish = true;
  #name = make('h1');
  #again = make('button.slim', { type: 'button', onclick: () => void this.#publish() }, icon('again'), 'Publish again');
  #times = new Map();
  #about = make('p.about');
  #trouble = make('p.trouble', { role: 'alert' });
  #verdict = make('div.problem');
  element;

  constructor(address) {
    this.#address = address;
    const times = make('div.choices', { role: 'group', 'aria-label': 'How time is drawn' });
    for (const [time, label] of Object.entries(TIMES)) {
      const button = make('button', { type: 'button', onclick: () => address.go({ time: time === 'even' ? null : time }) }, label);
      this.#times.set(time, button);
      times.append(button);
    }
    const back = make('button.plain.back-to-list', { type: 'button', onclick: () => address.go({ way: null, step: null }) }, icon('back'), 'All ways');
    this.element = make('header.way-head', back, make('div.title', this.#name, make('div.tools', times, this.#again)), this.#about, this.#trouble, this.#verdict);
  }

  render(way) {
    for (const [time, button] of this.#times) {
      button.setAttribute('aria-pressed', String((time === 'scale') === this.#address.toScale));
    }
    this.#again.hidden = !isMessage(way) || !this.#canPublish;
    const shown = JSON.stringify([way.id, way.revision, way.ms, way.outcome, way.steps.length]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    if (this.#way?.id !== way.id) this.#trouble.textContent = '';
    this.#way = way;
    write(this.#name, plainTopic(way.name));
    this.#name.title = way.name;
    put(this.#about, this.#facts(way));
    this.#judge(way);
  }

  #facts(way) {
    const kind = isBad(way.outcome) ? 'bad' : way.outcome === 'running' ? 'waiting' : 'good';
    const by = way.principal && !way.device;
    return [
      make(`span.tag.${kind}`, OUTCOMES[way.outcome] ?? way.outcome),
      make('span', KINDS[way.kind] ?? way.kind, way.name.startsWith('$aws/rules/') ? ' by Basic Ingest' : ''),
      way.device ? make('span', 'from ', make('a', { href: this.#address.with({ device: way.device, step: null }), title: 'Show this device alone' }, way.device)) : null,
      by ? make('span', { title: way.principal }, 'by ', shortArn(way.principal)) : null,
      make('span.number', duration(way.ms ?? 0)),
      make('span', count(way.steps.length, 'step')),
      make('time', { datetime: way.at }, moment(way.at)),
    ].filter(Boolean);
  }

  /** Where it came to grief. */
  #judge(way) {
    const step = culprit(way.steps);
    this.#verdict.hidden = step === undefined;
    if (step === undefined) return;
    const at = inOrder(way.steps).indexOf(step) + 1;
    const title = `Step ${at} ${step.outcome === 'refused' ? 'was refused' : 'failed'}: ${plainTopic(step.name)}`;
    this.#verdict.replaceChildren(
      icon('warning'),
      make('span', make('strong', title), step.why ?? ''),
      make('button.slim', { type: 'button', onclick: () => this.#address.go({ step: step.number }) }, 'Show it'),
    );
  }

  async #publish() {
    const { id } = this.#way;
    this.#again.disabled = true;
    this.#trouble.textContent = '';
    try {
      const next = await ask(`ways/${encodeURIComponent(id)}/again`, { method: 'POST', body: {} });
      say('Published again.');
      this.#address.go({ way: next.id, step: null }, { back: true });
    } catch (error) {
      this.#canPublish = !(error instanceof Refused && error.status === 404 && (await isThere(id)));
      this.#trouble.textContent = this.#canPublish ? error.message : 'This stack cannot publish a message again.';
      this.#again.hidden = !this.#canPublish;
    } finally {
      this.#again.disabled = false;
    }
  }
}

/** Published over MQTT, or by a call. */
function isMessage(way) {
  return way.kind === 'publish' || way.name === 'iotdataplane:Publish';
}

/** Where the way is, and its action is not found, the stack has no such action. */
async function isThere(id) {
  try {
    await ask(`ways/${encodeURIComponent(id)}`);
    return true;
  } catch {
    return false;
  }
}

// SPDX-License-Identifier: Apache-2.0
// The step that is open: who did what on what, which statement decided, what was asked and answered.
import { copyButton } from './copy.js';
import { make } from './dom.js';
import { count, duration, plainTopic } from './format.js';
import { icon } from './icons.js';
import { jsonText } from './json.js';
import { LANES, OUTCOMES, inOrder, isBad, laneOf, messageOf, workMs } from './lanes.js';
import { sqlCommand, sqlText } from './sql.js';

const LONG = 20_000;

export class Opened {
  #place;
  #address;
  #plansFault;
  #shown = '';

  /** @param plansFault begins to plan one for a step's call, or is null where the stack plans none */
  constructor(place, address, plansFault) {
    this.#place = place;
    this.#address = address;
    this.#plansFault = plansFault;
  }

  get isOpen() {
    return !this.#place.hidden;
  }

  has(element) {
    return this.#place.contains(element);
  }

  focus() {
    this.#place.querySelector('h2')?.focus();
  }

  render(way, number) {
    const steps = way === null ? [] : inOrder(way.steps);
    const at = steps.findIndex((step) => step.number === number);
    this.#place.hidden = at < 0;
    document.body.classList.toggle('opened', at >= 0);
    // What is read or marked by hand is not made anew under it.
    const shown = at < 0 ? '' : JSON.stringify([way.id, steps[at], steps.length, this.#plansFault() !== null]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#place.replaceChildren(...(at < 0 ? [] : this.#inside(way, steps, at)));
    this.#place.scrollTop = 0;
  }

  #inside(way, steps, at) {
    const step = steps[at];
    return [
      this.#head(steps, at),
      step.why ? (isBad(step.outcome) ? make('p.problem', icon('warning'), make('span', step.why)) : make('p.remark', step.why)) : null,
      facts(step),
      decision(step),
      sql(way, step),
      payload(step.sql ? null : 'Request', step.request),
      payload('Answer', step.answer),
      step.isCut ? make('p.quiet.small', 'Cut: ./fieldline up --inspect whole keeps payloads whole.') : null,
      this.#shared(step),
      this.#fault(step),
    ].filter(Boolean);
  }

  #head(steps, at) {
    const step = steps[at];
    const to = (other, name, label) =>
      make('button.square.slim', { type: 'button', 'aria-label': label, disabled: other === undefined, onclick: () => this.#address.go({ step: other.number }) }, icon(name));
    return make(
      'header',
      make('div.turns', make('span.quiet', `Step ${at + 1} of ${steps.length}`), to(steps[at - 1], 'back', 'Step before'), to(steps[at + 1], 'forth', 'Next step'),
        make('button.square.slim', { type: 'button', 'aria-label': 'Close', onclick: () => this.#address.go({ step: null }) }, icon('close'))),
      make('h2', { tabindex: '-1', 'data-lane': laneOf(step) }, icon(laneOf(step)), make('span', plainTopic(step.name))),
      make('p', tag(step), make('span.quiet', `${LANES[laneOf(step)]} · ${step.kind}`)),
    );
  }

  #shared(step) {
    if (!step.shared?.length) return null;
    return part(
      'Met here',
      make('p.quiet', `One invocation for ${count(step.shared.length + 1, 'way')}: its calls are of all of them.`),
      make('ul.links', step.shared.map((id) => make('li', make('a', { href: this.#address.with({ way: id, step: null }) }, id)))),
    );
  }

  #fault(step) {
    const plan = this.#plansFault();
    if (plan === null || !/^[a-z0-9-]+:\w+$/i.test(step.name)) return null;
    return make('p', make('button.slim', { type: 'button', onclick: () => plan(step) }, icon('fault'), 'Plan a fault for this call'));
  }
}

function tag(step) {
  const kind = isBad(step.outcome) ? 'bad' : step.outcome === 'running' ? 'waiting' : 'good';
  return make(`span.tag.${kind}`, OUTCOMES[step.outcome] ?? step.outcome);
}

function facts(step) {
  const rows = {
    Who: step.principal,
    On: step.resource,
    Began: `${duration(step.afterMs)} after the start`,
    Waited: step.waitedMs > 0 ? duration(step.waitedMs) : undefined,
    Took: step.ms === null || step.ms === undefined ? 'runs' : duration(workMs(step)),
  };
  const shown = Object.entries(rows).filter(([, value]) => value);
  return make('dl.facts', shown.map(([name, value]) => make('div', make('dt', name), make('dd', value))));
}

function decision({ decision: made }) {
  if (!made) return null;
  const allowed = made.effect === 'allow';
  const said = allowed ? (made.policy ? 'Allowed by' : 'Allowed: the account itself asked.') : made.effect === 'deny' ? 'Denied by' : 'No statement of any policy allows it.';
  return part(
    'Policy',
    make(`p.verdict.${allowed ? 'allow' : 'deny'}`, icon(allowed ? 'allow' : 'deny'), make('span', said, ' ', made.policy ? make('b', made.policy) : '')),
    made.statement ? jsonText(JSON.stringify(made.statement)) : null,
  );
}

/** The statement, and its result beside the message. */
function sql(way, step) {
  if (!step.sql) return null;
  const message = messageOf(inOrder(way.steps), step.number);
  // Of what was cut or masked, and of bytes that are no text, the command would say something else.
  const isSame = message && !message.isCut && !message.isMasked && !message.request?.startsWith('base64:');
  const command = isSame ? sqlCommand(step.sql, message.name, message.request) : null;
  return part(
    'Statement',
    sqlText(step.sql),
    make('div.beside', payload('Message', message?.request ?? step.request), payload('Result', step.result)),
    command === null ? null : make('p.evaluate', copyButton(command, 'Copy as ./fieldline sql'), make('span.quiet', 'evaluates the same')),
  );
}

function payload(title, text) {
  if (title === null || text === undefined || text === null) return null;
  const place = make('div.payload', make('h3', title));
  const shown = (all) => {
    const pre = jsonText(all ? text : text.slice(0, LONG));
    pre.setAttribute('aria-label', title);
    return pre;
  };
  if (text === '') {
    place.append(make('p.quiet', 'Empty.'));
  } else if (text.length <= LONG) {
    place.append(shown(true));
  } else {
    const first = shown(false);
    const more = make('button.slim', { type: 'button', onclick: () => (first.replaceWith(shown(true)), more.remove()) }, `Show all ${count(text.length, 'character')}`);
    place.append(first, more);
  }
  return place;
}

function part(title, ...content) {
  return make('section', make('h3', title), content);
}

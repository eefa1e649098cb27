// SPDX-License-Identifier: Apache-2.0
// One step in the picture: what it was in few words, how long it took, what a policy said of it.
import { make, put } from './dom.js';
import { count, duration, shortArn, shortName } from './format.js';
import { icon } from './icons.js';
import { LANES, OUTCOMES, isBad, laneOf, workMs } from './lanes.js';

const SHOWN_DELAY_MS = 45;
const LAST_DELAY_MS = 1_200;

export class StepBox {
  #shown = '';
  #node = make('span.node');
  button;
  element = make('li.step');

  constructor(opens) {
    this.button = make('button.box', { type: 'button', 'aria-controls': 'opened', onclick: () => opens(this.number) });
  }

  render(step, { place, lane, scale, isOpen }) {
    this.number = step.number;
    this.button.setAttribute('aria-expanded', String(isOpen));
    this.element.style.setProperty('--lane', lane);
    // What has not changed stays as it is: a picture that goes on is drawn twice a second.
    const shown = JSON.stringify([step, scale]);
    if (shown === this.#shown) return;
    if (this.#shown === '') {
      this.element.style.setProperty('--delay', `${Math.min(place * SHOWN_DELAY_MS, LAST_DELAY_MS)}ms`);
    }
    this.#shown = shown;
    this.element.dataset.lane = laneOf(step);
    this.element.dataset.outcome = step.outcome;
    this.button.replaceChildren(...inside(step));
    // The button stays where it is, with its focus.
    put(this.element, [gap(step), this.#node, this.button, clock(step, scale)]);
    this.element.classList.toggle('meets', (step.shared?.length ?? 0) > 0);
  }

  /** Where its node is, and its box, seen from the picture's corner. */
  place(origin) {
    const node = this.#node.getBoundingClientRect();
    const box = this.button.getBoundingClientRect();
    return {
      x: node.left + node.width / 2 - origin.left,
      y: node.top + node.height / 2 - origin.top,
      left: box.left - origin.left,
      right: box.right - origin.left,
      top: box.top - origin.top,
      lane: this.element.dataset.lane,
      delay: this.element.style.getPropertyValue('--delay'),
    };
  }
}

function inside(step) {
  const bad = isBad(step.outcome);
  const [kind, below] = step.why ? [bad ? '.why' : '', step.why] : belowOf(step);
  return [
    icon(laneOf(step)),
    make('span.what', named(step)),
    make('span.took.number', step.ms === null || step.ms === undefined ? (step.kind === 'message' ? 'waits' : 'runs') : duration(workMs(step))),
    law(step.decision),
    below === '' ? null : make(`span.below${kind}`, below),
    make('span.unseen', `, ${LANES[laneOf(step)]}, ${OUTCOMES[step.outcome] ?? step.outcome}, began after ${duration(step.afterMs)}`),
  ].filter(Boolean);
}

/** Of a call, its service stands back: the lane tells it already. */
function named(step) {
  const [, service, operation] = /^([\w-]+:)(\w+)$/.exec(step.name) ?? [];
  return operation === undefined ? [shortName(step.name)] : [make('span.service', service), operation];
}

/** The statement of a rule, the message that is published, else what it was done on. */
function belowOf(step) {
  if (step.sql) return ['.code', step.sql];
  if (step.kind === 'publish' && step.request) return ['.code', step.request.slice(0, 120)];
  const on = shortName(shortArn(step.resource ?? ''));
  return ['', on === shortName(step.name) ? shortArn(step.principal ?? '') : on];
}

/** A shield: with a tick where a statement allowed it, crossed where one denied it or none allowed it. */
function law(decision) {
  if (!decision) return null;
  const allowed = decision.effect === 'allow';
  const said = allowed
    ? decision.policy ? `Allowed by ${decision.policy}` : 'Allowed'
    : decision.effect === 'deny'
      ? `Denied by ${decision.policy ?? 'a policy'}`
      : 'No statement allows it';
  return make(`span.law.${allowed ? 'allow' : 'deny'}`, { title: said }, icon(allowed ? 'allow' : 'deny'), make('span.unseen', `, ${said}`));
}

/** What came before it and is no step: time that it waited, others that it met. */
function gap(step) {
  const others = step.shared?.length ?? 0;
  const parts = [
    step.waitedMs > 0 ? make('span.waited', icon('wait'), `waited ${duration(step.waitedMs)}`, make('span', waitedFor(step))) : null,
    others > 0 ? make('span.met', `${count(others + 1, 'way')} meet here`) : null,
  ].filter(Boolean);
  return make('span.gap', { hidden: parts.length === 0 }, parts);
}

function waitedFor(step) {
  if (step.kind === 'invocation') return 'for an environment';
  return laneOf(step) === 'queue' ? 'in the queue' : '';
}

/** When it began, how long it waited and ran, to the scale of the whole way. */
function clock(step, { wholeMs }) {
  const waitedMs = step.waitedMs ?? 0;
  const bar = (className, fromMs, forMs) => {
    const part = make(`span.${className}`);
    part.style.left = `${Math.min(99, (100 * fromMs) / wholeMs).toFixed(2)}%`;
    part.style.width = `${Math.max(0, Math.min(100, (100 * forMs) / wholeMs)).toFixed(2)}%`;
    return part;
  };
  return make(
    'span.clock', { 'aria-hidden': 'true' },
    make('span.after.number', `+${duration(step.afterMs < 0.01 ? 0 : step.afterMs)}`),
    make('span.track', waitedMs > 0 ? bar('wait', step.afterMs, waitedMs) : null,
      bar('ran', step.afterMs + waitedMs, step.ms === null || step.ms === undefined ? wholeMs - step.afterMs - waitedMs : step.ms - waitedMs)),
  );
}

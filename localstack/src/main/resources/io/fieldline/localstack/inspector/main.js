// SPDX-License-Identifier: Apache-2.0
// The page: what is asked of the stack, what is shown of it, and what leads from one to the other.
import { Address } from './address.js';
import { Chosen } from './chosen.js';
import { FaultForm } from './fault-form.js';
import { Faults } from './faults.js';
import { Filters, matches } from './filters.js';
import { Follow } from './follow.js';
import { listenToKeys } from './keys.js';
import { List } from './list.js';
import { Live } from './live.js';
import { Opened } from './opened.js';
import { Picture } from './picture.js';
import { StackClock } from './clock.js';
import { WayHead } from './way-head.js';
import { Ways } from './ways.js';
import { forgotten, loading, nothingChosen, nothingYet, unusable } from './states.js';
import { icon } from './icons.js';
import { make, put } from './dom.js';

const at = (id) => document.getElementById(id);

const address = new Address();
const ways = new Ways();
const chosen = new Chosen();
const faults = new Faults(at('notices'));
const faultForm = new FaultForm(faults);
const plan = make('button.slim', { type: 'button', hidden: true, onclick: () => faultForm.open() }, icon('fault'), make('span', 'Plan a fault'));
at('fault').append(plan);

const live = new Live(at('live'), at('notices'), ways);
const filters = new Filters(at('filters'), address);
const follow = new Follow(at('filters'), address);
const list = new List(at('ways'), address);
const head = new WayHead(address);
const picture = new Picture();
const opened = new Opened(at('opened'), address, () => (faults.isThere ? (step) => faultForm.open(step) : null));

const states = new Map();
function state(key, makes) {
  if (!states.has(key)) {
    states.clear();
    states.set(key, makes());
  }
  put(at('picture'), [states.get(key)]);
}

function shownWays() {
  return ways.list.filter((way) => matches(way, address));
}

function renderPicture() {
  document.body.classList.toggle('has-way', address.way !== null);
  if (chosen.state === 'here') {
    states.clear();
    put(at('picture'), [head.element, picture.element]);
    head.render(chosen.way);
    picture.render(chosen.way, { openStep: address.step, toScale: address.toScale, opens: openStep });
  } else if (chosen.state === 'forgotten') {
    state(`forgotten ${chosen.id}`, () => forgotten(chosen.id, () => (address.go({ way: null, step: null }), follow.turn(true))));
  } else if (chosen.state === 'asking' || ways.state === 'asking') {
    state('loading', loading);
  } else if (ways.state === 'refused') {
    state(`unusable ${ways.trouble}`, () => unusable(ways.trouble));
  } else if (ways.list.length > 0) {
    state('nothing chosen', nothingChosen);
  } else if (ways.state === 'live' || ways.isPaused) {
    state('nothing yet', nothingYet);
  } else {
    state('loading', loading);
  }
  opened.render(chosen.state === 'here' ? chosen.way : null, address.step);
}

function render() {
  const shown = shownWays();
  live.render();
  filters.render(ways.list);
  list.render(ways, shown);
  document.body.classList.toggle('no-ways', ways.list.length === 0);
  renderPicture();
}

/** Opens a step, or closes it where it is open. */
function openStep(number) {
  const isOpen = address.step === number;
  address.go({ step: isOpen ? null : number });
  if (!isOpen) opened.focus();
}

function closeStep() {
  const box = picture.boxOf(address.step);
  address.go({ step: null });
  box?.focus();
}

function moveWay(by) {
  const { ids } = list;
  const here = ids.indexOf(address.way);
  const id = here < 0 ? ids[0] : ids[here + by];
  if (id === undefined) return;
  follow.turn(false);
  address.go({ way: id, step: null });
  list.focus(id);
}

/** What is open goes along. */
function moveStep(by) {
  const { numbers } = picture;
  if (chosen.state !== 'here' || numbers.length === 0) return;
  const focused = numbers.findIndex((number) => picture.boxOf(number) === document.activeElement);
  const here = address.step !== null ? numbers.indexOf(address.step) : focused;
  const number = numbers[here < 0 ? (by > 0 ? 0 : numbers.length - 1) : here + by];
  if (number === undefined) return;
  if (address.step !== null) address.go({ step: number });
  picture.boxOf(number).focus();
}

address.addEventListener('change', () => {
  chosen.choose(address.way);
  render();
  picture.boxOf(address.step)?.scrollIntoView({ block: 'nearest' });
});
chosen.addEventListener('change', () => {
  if (chosen.state === 'forgotten') ways.drop(chosen.id);
  renderPicture();
});
ways.addEventListener('change', () => {
  const summary = ways.get(chosen.id);
  if (summary !== undefined) chosen.heard(summary);
  follow.heard(shownWays());
  render();
});
faults.addEventListener('change', () => {
  plan.hidden = !faults.isThere;
  renderPicture();
});
at('ways').addEventListener('click', () => follow.turn(false));
listenToKeys({
  way: moveWay,
  step: moveStep,
  close: closeStep,
  pause: () => ways.pause(!ways.isPaused),
  search: () => at('filters').querySelector('input').focus(),
});

chosen.choose(address.way);
render();
ways.start();
faults.start();
new StackClock(at('clock')).start();

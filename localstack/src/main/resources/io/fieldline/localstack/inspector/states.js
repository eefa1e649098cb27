// SPDX-License-Identifier: Apache-2.0
// What is said in place of a picture: nothing yet, nothing chosen, no longer kept.
import { copyable } from './copy.js';
import { draw, make } from './dom.js';
import { icon } from './icons.js';

/** Nobody has sent anything. What is offered works on any stack, with or without an agent. */
export function nothingYet() {
  // Both major versions of the command line take bytes from a file alike.
  const publish =
    `printf '{"temperature": 21.5}' | AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1 ` +
    `aws --endpoint-url ${location.origin} iot-data publish --topic hello/inspector --payload fileb:///dev/stdin`;
  return said(
    ghost(),
    'No message has come yet',
    make('p.quiet', 'What is published, and what comes of it, is drawn here as it happens. Send a reading to the agent on this machine:'),
    copyable("echo 'temperature=21.5 Cel' | nc -N 127.0.0.1 9999"),
    make('p.quiet', 'Or publish without a device:'),
    copyable(publish),
  );
}

export function nothingChosen() {
  return said(icon('iot'), 'Choose a way', make('p.quiet', 'Each line of the list is one message or call, with all that came of it.'));
}

export function forgotten(id, toList) {
  return said(
    icon('nothing'),
    'This way is not kept any more',
    make('p.quiet', 'The stack keeps the newest ways in memory: older ones make room, and a stop forgets them all.'),
    make('p', make('code', id)),
    make('button', { type: 'button', onclick: toList }, 'Show the newest'),
  );
}

export function loading() {
  return make('div.loading', { role: 'status' }, make('span.unseen', 'Loading…'), make('i'), make('i'), make('i'));
}

/** The stack is there, and has no ways: it is older than this page, or something stands between. */
export function unusable(reason) {
  return said(icon('warning'), 'The ways cannot be read', make('p.quiet', `${reason}.`), make('p.quiet', 'It is asked again by itself.'));
}

function said(sign, title, ...content) {
  return make('section.empty', sign, make('h1', title), content);
}

/** A way that nobody went. */
function ghost() {
  const line = (d, className) => draw('path', { class: className, d });
  return draw(
    'svg', { class: 'ghost', viewBox: '0 0 260 110', 'aria-hidden': 'true' },
    ...[30, 80, 130, 180, 230].map((x) => line(`M${x} 6V104`, 'rail')),
    line('M30 18V22Q30 34 42 34H68Q80 34 80 46V50Q80 62 92 62H118Q130 62 130 70Q130 80 142 80H168Q180 80 180 88Q180 96 192 96H230', 'line'),
    ...[[30, 18], [80, 44], [130, 68], [180, 86], [230, 96]].map(([cx, cy]) => draw('circle', { class: 'dot', cx, cy, r: 5 })),
  );
}

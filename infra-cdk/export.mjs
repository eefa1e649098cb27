// SPDX-License-Identifier: Apache-2.0
// What `fieldline export` needs of JSON, read on standard input: the shell has none.
import { readFileSync } from 'node:fs';
import { event, refused } from './routes.mjs';

const DAY_MS = 86_400_000;
const answer = () => JSON.parse(readFileSync(0, 'utf8'));

const time = (name, text) => {
  const ms = /^\d{1,15}$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isNaN(ms)) {
    process.stderr.write(
      `fieldline: export: --${name}: expected a time as in 2026-11-26, 2026-11-26T10:00Z or epoch milliseconds, got '${text}'\n`,
    );
    process.exit(1);
  }
  return ms;
};

const commands = {
  range(from, to) {
    const toMs = to ? time('to', to) : Date.now();
    console.log(from ? time('from', from) : toMs - DAY_MS, toMs);
  },

  event(by, route, device, ...asked) {
    const pairs = asked.map((one) => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)]);
    const queryStringParameters = Object.fromEntries(pairs.filter(([, value]) => value));
    console.log(event(by, route, { device }, { queryStringParameters }));
  },

  // Whether it is one: the part itself is text.
  answer() {
    const { statusCode, body } = answer();
    if (statusCode !== 200) refused('export', statusCode, JSON.parse(body ?? '{}'));
  },

  part: () => process.stdout.write(answer().body),

  // Of the header Link, as of RFC 8288.
  cursor() {
    const next = /^<([^>]*)>; rel="next"$/.exec(answer().headers.link ?? '')?.[1];
    console.log(next ? new URL(next, 'http://api').searchParams.get('cursor') : '');
  },
};

const [name, ...rest] = process.argv.slice(2);
commands[name](...rest);

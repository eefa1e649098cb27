// SPDX-License-Identifier: Apache-2.0
// What `fieldline replay` needs of JSON, read on standard input: the shell has none.
import { readFileSync, writeFileSync } from 'node:fs';
import { answered, event } from './routes.mjs';

const input = () => readFileSync(0, 'utf8');
const parsed = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
const lines = () => input().split('\n').filter(Boolean).map((line) => JSON.parse(line));
const messages = () => parsed(input())?.Messages ?? [];
const time = (ms) => new Date(ms).toISOString();
const out = (...texts) => process.stdout.write(texts.map((text) => `${text}\n`).join(''));

const commands = {
  event(by, route, entry = '', cursor = '', kind = '') {
    const asked = Object.fromEntries(
      Object.entries({ cursor, kind, limit: '200' }).filter(([, value]) => value),
    );
    const isPost = route === 'POST /quarantine/replay';
    if (isPost) delete asked.limit;
    out(event(by, route, { entry }, isPost ? { body: JSON.stringify(asked) } : { queryStringParameters: asked }));
  },

  answer() {
    const body = answered('replay', input());
    if (body) out(JSON.stringify(body));
  },

  cursor: () => out(JSON.parse(input()).cursor ?? ''),
  entries: () => out(...JSON.parse(input()).entries.map((entry) => JSON.stringify(entry))),

  replayed() {
    const { replayed, left } = JSON.parse(input());
    out(`${replayed} ${left}`);
  },

  list() {
    for (const entry of lines()) {
      const replayed = entry.replayedMs ? `, sent again ${time(entry.replayedMs)}` : '';
      out(
        `${entry.id}  ${entry.kind}  ${entry.thing ?? '?'}  ${time(entry.atMs)}${replayed}`,
        `  ${entry.reason}`,
      );
    }
  },

  show() {
    const { message, messageBase64, ...rest } = JSON.parse(input());
    out(...Object.entries(rest).map(([name, value]) => `${name.padEnd(12)}  ${value}`));
    out('', message ?? messageBase64 ?? 'the message had no room; see the dead letters quarantine-dead');
  },

  // Of a received message the receipt, and its body into a file; nothing where none was received.
  receipt(file) {
    const [message] = messages();
    if (message) writeFileSync(file, message.Body);
    out(message?.ReceiptHandle ?? '');
  },

  // Of a dead letter of a function the function's ARN, and its event into a file.
  target(file) {
    const [{ Body, MessageAttributes = {}, MessageId }] = messages();
    const record = parsed(Body);
    const ofSchedule = MessageAttributes.TARGET_ARN?.StringValue;
    const target = ofSchedule ?? record?.requestContext?.functionArn;
    if (!target) {
      process.stderr.write(
        `fieldline: replay: ${MessageId} is left: expected Lambda's record of a failed invocation or a schedule's ` +
          `dead letter, got ${Body.slice(0, 80)}\n`,
      );
      process.exitCode = 1;
      return;
    }
    writeFileSync(file, ofSchedule ? Body : JSON.stringify(record.requestPayload));
    out(target);
  },

  kinds() {
    const kinds = new Map();
    for (const { kind, reason, replayedMs } of lines()) {
      const known = kinds.get(kind) ?? { all: 0, open: 0, reason };
      kinds.set(kind, { ...known, all: known.all + 1, open: known.open + (replayedMs ? 0 : 1) });
    }
    for (const [kind, { all, open, reason }] of [...kinds].sort()) {
      out(`${String(open).padStart(6)}  quarantine ${kind} (and ${all - open} sent again), the last: ${reason}`);
    }
    if (kinds.size === 0) out('     0  quarantine');
  },
};

const [name, ...rest] = process.argv.slice(2);
commands[name](...rest);

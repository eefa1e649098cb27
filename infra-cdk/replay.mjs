// SPDX-License-Identifier: Apache-2.0
// What `fieldline replay` needs of JSON, read on standard input: the shell has none.
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

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
  // The event of a route, as API Gateway makes it for whom IAM has let in.
  event(by, route, entry = '', cursor = '', kind = '') {
    const asked = Object.fromEntries(
      Object.entries({ cursor, kind, limit: '200' }).filter(([, value]) => value),
    );
    const isPost = route === 'POST /quarantine/replay';
    if (isPost) delete asked.limit;
    out(
      JSON.stringify({
        version: '2.0',
        routeKey: route,
        pathParameters: { entry },
        ...(isPost ? { body: JSON.stringify(asked) } : { queryStringParameters: asked }),
        requestContext: { requestId: randomUUID(), timeEpoch: Date.now(), authorizer: { iam: { userArn: by } } },
      }),
    );
  },

  // The body of the answer, or why there is none.
  answer() {
    const answer = JSON.parse(input());
    const body = answer.body ? JSON.parse(answer.body) : {};
    if (answer.statusCode === 200) {
      out(JSON.stringify(body));
    } else {
      process.stderr.write(`fieldline: replay: ${body.detail ?? body.message ?? JSON.stringify(answer)}\n`);
      process.exitCode = 1;
    }
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

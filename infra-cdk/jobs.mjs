// SPDX-License-Identifier: Apache-2.0
// What `fieldline jobs` needs of JSON, read on standard input: the shell has none.
import { readFileSync } from 'node:fs';
import { answered, event } from './routes.mjs';

const input = () => JSON.parse(readFileSync(0, 'utf8'));
const out = (...texts) => process.stdout.write(texts.map((text) => `${text}\n`).join(''));
const wrong = (text) => {
  process.stderr.write(`fieldline: jobs: ${text}\n`);
  process.exit(1);
};

// The options, a line each: name or name=value. One that may be there more than once is a list.
const options = (file) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => [line.split('=', 1)[0], line.includes('=') ? line.slice(line.indexOf('=') + 1) : true]);

const number = (name, text) =>
  /^\d+(\.\d+)?$/.test(text) ? Number(text) : wrong(`--${name}: expected a number, got '${text}'`);

const numbers = (name, text, least, most) => {
  const parts = text.split(':').map((part) => number(name, part));
  if (parts.length < least || parts.length > most) wrong(`--${name}: expected ${most} numbers with ':' between, got '${text}'`);
  return parts;
};

const document = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (e) {
    return wrong(`${file}: expected JSON: ${e.message}`);
  }
};

const created = (file, given) => {
  const body = { document: document(file), devices: [], groups: [] };
  for (const [name, value] of given) {
    const parts = {
      device: () => body.devices.push(value),
      group: () => body.groups.push(value),
      description: () => (body.description = value),
      continuous: () => (body.continuous = true),
      'per-minute': () => (body.rollout = { ...body.rollout, maximumPerMinute: number(name, value) }),
      growing: () => {
        const [basePerMinute, factor, afterSucceeded] = numbers(name, value, 3, 3);
        body.rollout = { ...body.rollout, growing: { basePerMinute, factor, afterSucceeded } };
      },
      abort: () => {
        const [percent, atLeast] = numbers(name, value, 1, 2);
        body.abort = [{ of: 'FAILED', percent, ...(atLeast && { atLeast }) }];
      },
      timeout: () => (body.timeoutMinutes = number(name, value)),
      retries: () => (body.retries = { failed: number(name, value) }),
    };
    if (!parts[name]) wrong(`--${name} is not for create`);
    parts[name]();
  }
  return body;
};

const time = (ms) => (ms ? new Date(ms).toISOString() : '-');
const counts = (job) =>
  Object.entries(job.counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ') || 'nobody was told yet';
const line = (job) =>
  `${job.job}  ${job.type}  ${job.status}  ${counts(job)}${job.description ? `  ${job.description}` : ''}`;

const commands = {
  event(by, route, of, second, file, cursor) {
    const given = options(file);
    const named = Object.fromEntries(given);
    const parts = {
      'POST /jobs': () => ({ body: JSON.stringify(created(of, given)) }),
      'POST /jobs/{job}/cancel': () => ({ body: JSON.stringify({ force: named.force === true }) }),
      'GET /jobs': () => ({ queryStringParameters: { limit: '50', ...(cursor && { cursor }) } }),
      'GET /jobs/{job}/devices': () => ({
        queryStringParameters: { limit: '200', ...(named.status && { status: named.status }), ...(cursor && { cursor }) },
      }),
    };
    out(event(by, route, { job: of, device: second }, parts[route]?.() ?? {}));
  },

  answer() {
    const body = answered('jobs', readFileSync(0, 'utf8'));
    if (body) out(JSON.stringify(body));
  },

  cursor: () => out(input().cursor ?? ''),
  made: () => out(input().job),
  jobs() {
    const answer = input();
    out(...(answer.jobs ?? [answer]).map(line));
  },
  show() {
    const job = input();
    out(line(job), `by ${job.by}, ${time(job.atMs)}`);
    out(`for ${[...job.devices, ...job.groups.map((group) => `the group ${group}`)].join(', ')}`);
    if (job.reasonCode || job.comment) out(`canceled: ${[job.reasonCode, job.comment].filter(Boolean).join(', ')}`);
    if (job.document) out(JSON.stringify(job.document, null, 2));
  },
  devices: () =>
    out(...input().devices.map((one) => `${one.device}  ${one.status}  try ${one.execution}  ${time(one.updatedMs)}`)),
  device() {
    const one = input();
    out(`${one.device}  ${one.status}  try ${one.execution}  ${time(one.updatedMs)}`);
    out(...Object.entries(one.details).map(([name, value]) => `${name}: ${value}`));
  },
};

const [name, ...rest] = process.argv.slice(2);
commands[name](...rest);

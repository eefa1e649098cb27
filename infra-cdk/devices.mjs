// SPDX-License-Identifier: Apache-2.0
// What `fieldline devices` needs of JSON, read on standard input: the shell has none.
import { readFileSync } from 'node:fs';
import { answered, event } from './routes.mjs';

const input = () => readFileSync(0, 'utf8');
const out = (...texts) => process.stdout.write(texts.map((text) => `${text}\n`).join(''));
const columns = ['serial', 'addedMs', 'by', 'admissions', 'admittedMs', 'certificateId', 'againMs'];
const cell = (name, value) => {
  const text = name.endsWith('Ms') && value ? new Date(value).toISOString() : `${value ?? ''}`;
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

const commands = {
  // Of a route and what it is about: a file, a serial number, a device, or where a list goes on.
  event(by, route, of) {
    const parts = {
      'POST /serials': () => [{}, { body: JSON.stringify({ csv: readFileSync(of, 'utf8') }) }],
      'GET /serials': () => [{}, { queryStringParameters: { limit: '200', ...(of && { cursor: of }) } }],
    };
    out(event(by, route, ...(parts[route]?.() ?? [{ serial: of, device: of }, {}])));
  },

  answer() {
    const body = answered('devices', input());
    if (body) out(JSON.stringify(body));
  },

  counts() {
    const { added, there } = JSON.parse(input());
    out(`${added} added, ${there} were on the list`);
  },

  receipt() {
    const { device, askedMs, doneMs, certificates, shadows, telemetryItems, fleetItems } = JSON.parse(input());
    out(
      doneMs
        ? `${device} was deleted at ${new Date(doneMs).toISOString()}: ${certificates} certificates, ${shadows} shadows, ` +
            `${telemetryItems} items of readings, ${fleetItems} others`
        : `${device} is being deleted since ${new Date(askedMs).toISOString()}; the receipt (the same command) is done after some 15 minutes`,
    );
  },

  cursor: () => out(JSON.parse(input()).cursor ?? ''),
  header: () => out(columns.join(',')),
  rows: () =>
    out(...JSON.parse(input()).serials.map((one) => columns.map((name) => cell(name, one[name])).join(','))),
};

const [name, ...rest] = process.argv.slice(2);
commands[name](...rest);

// SPDX-License-Identifier: Apache-2.0
// What `fieldline devices` needs of JSON, read on standard input: the shell has none.
import { readFileSync } from 'node:fs';
import { answered, event } from './routes.mjs';

const input = () => readFileSync(0, 'utf8');
const out = (...texts) => process.stdout.write(texts.map((text) => `${text}\n`).join(''));
const columns = {
  serials: ['serial', 'type', 'groups', 'addedMs', 'by', 'admissions', 'admittedMs', 'certificateId', 'againMs'],
  devices: ['device', 'thing', 'type', 'groups', 'connected', 'lastMs', 'openAlarms'],
  certificates: ['certificate', 'status', 'createdMs', 'changedMs', 'validToMs'],
  groups: ['group', 'devices', 'description', 'by', 'createdMs'],
};
const cell = (name, value) => {
  const shown = Array.isArray(value) ? value.join(' ') : value;
  const text = name.endsWith('Ms') && shown ? new Date(shown).toISOString() : `${shown ?? ''}`;
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
const row = (list, one) => {
  const flat = { ...one, connected: one.connection?.connected };
  return columns[list].map((name) => cell(name, flat[name])).join(',');
};
const body = (value) => ({ body: JSON.stringify(value) });
const part = (cursor, filters) => ({
  queryStringParameters: Object.fromEntries(Object.entries({ limit: '200', cursor, ...filters }).filter(([, value]) => value)),
});

// By route, of what follows it on the command line: what is in its path, and the rest of the event.
const events = {
  'POST /serials': (file) => [{}, body({ csv: readFileSync(file, 'utf8') })],
  'GET /serials': (cursor) => [{}, part(cursor)],
  'GET /devices': (cursor, group, type) => [{}, part(cursor, { group, type })],
  'GET /groups': (cursor) => [{}, part(cursor)],
  'PUT /groups/{group}': (group, description = '') => [{ group }, body({ description })],
  'DELETE /groups/{group}': (group) => [{ group }, {}],
  'POST /groups/{group}/devices': (what, group, ...devices) => [{ group }, body({ [what === 'join' ? 'add' : 'remove']: devices })],
  'PUT /devices/{device}/type': (device, type = '') => [{ device }, body({ type })],
  'DELETE /devices/{device}': (device) => [{ device }, {}],
  'GET /devices/{device}/certificates': (device) => [{ device }, {}],
  'POST /devices/{device}/certificates/{certificate}/revoke': (device, certificate) => [{ device, certificate }, {}],
  'POST /jobs': (device) => [{}, body({ document: { fieldline: { type: 'rotate-certificate' } }, devices: [device] })],
  'PUT /serials/{serial}': (serial) => [{ serial }, {}],
  'DELETE /serials/{serial}': (serial) => [{ serial }, {}],
};

const commands = {
  event: (by, route, ...rest) => out(event(by, route, ...events[route](...rest))),

  answer() {
    const found = answered('devices', input());
    if (found) out(JSON.stringify(found));
  },

  counts() {
    const { added, there } = JSON.parse(input());
    out(`${added} added, ${there} were on the list`);
  },

  group() {
    const { group, devices } = JSON.parse(input());
    out(`the group ${group} has ${devices} devices`);
  },

  members() {
    const { added, removed, unchanged } = JSON.parse(input());
    out(`${added} put in, ${removed} taken out, ${unchanged} as they were`);
  },

  job() {
    const { job } = JSON.parse(input());
    out(`ordered by the job ${job}; ./fieldline jobs show ${job} tells how far it is, and the certificate before stays until you revoke it`);
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
  header: (list) => out(columns[list].join(',')),
  rows: (list) => out(...JSON.parse(input())[list].map((one) => row(list, one))),
};

const [name, ...rest] = process.argv.slice(2);
commands[name](...rest);

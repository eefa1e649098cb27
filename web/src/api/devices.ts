// SPDX-License-Identifier: Apache-2.0
import type { Command, CommandStatus, DeviceDetail, DeviceSummary, Latest, Takes } from '../model/device';
import type { Series } from '../model/series';
import type { Api } from './client';
import { type Json, list, maybe, numbers, object, string } from './json';
import type { Some } from './operate';

const path = (device: string, rest = '') => `/devices/${encodeURIComponent(device)}${rest}`;

export async function devices(api: Api): Promise<DeviceSummary[]> {
  return (await api.all('/devices', 'devices')).map(summaryOf);
}

export async function device(api: Api, name: string): Promise<DeviceDetail> {
  const answer = await api.json('GET', path(name));
  const actuators = object(answer['actuators']);
  return {
    ...summaryOf(answer),
    actuators: Object.keys(actuators)
      .sort()
      .map((actuator) => {
        const { reported = null, desired = null, takes } = object(actuators[actuator]);
        return { name: actuator, reported, desired, takes: takesOf(object(takes)) };
      }),
  };
}

/** Of one sensor, or of all that the device has. */
export async function series(
  api: Api,
  name: string,
  fromMs: number,
  toMs: number,
  sensor?: string,
): Promise<Series[]> {
  const range = new URLSearchParams({
    fromMs: String(Math.floor(fromMs)),
    toMs: String(Math.ceil(toMs)),
    ...(sensor === undefined ? {} : { sensor }),
  });
  const answer = await api.json('GET', path(name, `/series?${range}`));
  const all = list(answer['series']).map((one) => ({
    sensor: string(one['sensor']),
    unit: string(one['unit']),
    stepMs: Number(one['stepMs'] ?? 0),
    timesMs: numbers(one['timesMs']),
    values: numbers(one['values']),
    mins: some(one['mins']),
    maxs: some(one['maxs']),
  }));
  return all.sort((a, b) => byWhatIsMeasured(a.sensor, b.sensor));
}

/** 50 of them, newest first. */
export async function commands(api: Api, name: string, cursor: string | null): Promise<Some<Command>> {
  const part = await api.part(path(name, '/commands'), 'commands', cursor);
  return { found: part.found.map(commandOf), cursor: part.cursor };
}

/** Answers the command as it was issued. */
export async function send(api: Api, name: string, actuator: string, value: unknown): Promise<Command> {
  const answer = await api.once(path(name, '/commands'), { actuator, value });
  return commandOf({ ...answer, actuator, value });
}

/** Asks the device to send live values for a while; answers until when. */
export async function watch(api: Api, name: string): Promise<number> {
  return Number((await api.json('POST', path(name, '/live'), { body: {} }))['untilMs']);
}

function summaryOf(one: Json): DeviceSummary {
  const latest = object(one['latest']);
  const connection = object(one['connection']);
  return {
    device: string(one['device']),
    thing: string(one['thing'] ?? one['device']),
    type: string(one['type']),
    groups: Array.isArray(one['groups']) ? one['groups'].map(string) : [],
    lastMs: maybe(one['lastMs']),
    connected: typeof connection['connected'] === 'boolean' ? connection['connected'] : null,
    connectionMs: maybe(connection['sinceMs']),
    latest: Object.keys(latest)
      .sort(byWhatIsMeasured)
      .map((sensor): Latest => {
        const value = object(latest[sensor]);
        return {
          sensor,
          unit: string(value['unit']),
          value: value['value'],
          atMs: Number(value['atMs']),
        };
      }),
    openAlarms: Number(one['openAlarms'] ?? 0),
  };
}

function takesOf(takes: Json): Takes | null {
  switch (takes['kind']) {
    case 'BOOLEAN':
      return { kind: 'BOOLEAN' };
    case 'NUMBER':
      return {
        kind: 'NUMBER',
        minimum: maybe(takes['minimum']),
        maximum: maybe(takes['maximum']),
        step: maybe(takes['step']),
        unit: string(takes['unit']),
      };
    case 'TEXT':
      return { kind: 'TEXT', options: Array.isArray(takes['options']) ? takes['options'].map(string) : [] };
    default:
      return null;
  }
}

/** What an agent tells about itself comes after what is measured. */
export function byWhatIsMeasured(one: string, other: string): number {
  const own = Number(one.startsWith('agent.')) - Number(other.startsWith('agent.'));
  return own !== 0 ? own : one < other ? -1 : 1;
}

function commandOf(one: Json): Command {
  return {
    id: string(one['id']),
    actuator: string(one['actuator']),
    value: one['value'],
    status: one['status'] as CommandStatus,
    atMs: Number(one['atMs']),
    expiresAtMs: Number(one['expiresAtMs']),
    statusAtMs: maybe(one['statusAtMs']),
    by: string(one['by']),
    detail: string(one['detail']),
  };
}

/** Columns that are there only where points are merged. */
function some(value: unknown): number[] | null {
  const all = numbers(value);
  return all.length > 0 ? all : null;
}

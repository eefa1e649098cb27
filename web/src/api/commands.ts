// SPDX-License-Identifier: Apache-2.0
import { COMMAND_STATUSES, type Counts, type FleetCommand, type FleetCommandDevice, type Schedule } from '../model/command';
import type { CommandStatus } from '../model/device';
import type { Api } from './client';
import { type Json, maybe, object, string } from './json';
import type { Some } from './operate';

const commandPath = (id: string, rest = '') => `/commands/${encodeURIComponent(id)}${rest}`;
const schedulePath = (name: string, rest = '') => `/schedules/${encodeURIComponent(name)}${rest}`;

/** Commands to many, newest first. */
export async function fleetCommands(api: Api, cursor: string | null): Promise<Some<FleetCommand>> {
  const part = await api.part('/commands', 'commands', cursor);
  return { found: part.found.map(commandOf), cursor: part.cursor };
}

/** With how many devices are how far. */
export async function fleetCommand(api: Api, id: string): Promise<FleetCommand> {
  return commandOf(await api.json('GET', commandPath(id)));
}

/** Those of one status, or, where it is empty, of any. */
export async function fleetCommandDevices(
  api: Api,
  id: string,
  status: CommandStatus | '',
  cursor: string | null,
): Promise<Some<FleetCommandDevice>> {
  const path = commandPath(id, status === '' ? '/devices' : `/devices?status=${status}`);
  const part = await api.part(path, 'devices', cursor);
  return {
    found: part.found.map((one) => ({
      id: string(one['device']),
      device: string(one['device']),
      status: one['status'] as CommandStatus,
      statusAtMs: maybe(one['statusAtMs']),
      detail: string(one['detail']),
    })),
    cursor: part.cursor,
  };
}

/** All devices on which it came to one of these. */
export async function devicesThatCameTo(api: Api, id: string, statuses: readonly CommandStatus[]): Promise<string[]> {
  const path = (status: CommandStatus) => commandPath(id, `/devices?status=${status}`);
  const all = await Promise.all(statuses.map((status) => api.all(path(status), 'devices')));
  return all.flat().map((one) => string(one['device']));
}

/** Answers its identifier. */
export async function commandMany(api: Api, body: Record<string, unknown>): Promise<string> {
  return string((await api.once('/commands', body))['id']);
}

export async function schedules(api: Api): Promise<Schedule[]> {
  return (await api.all('/schedules', 'schedules')).map(scheduleOf);
}

/** A schedule, and by what it is changed only as it was read. */
export async function schedule(api: Api, name: string): Promise<{ schedule: Schedule; etag: string }> {
  const response = await api.answer('GET', schedulePath(name));
  return { schedule: scheduleOf((await response.json()) as Json), etag: response.headers.get('etag') ?? '' };
}

/** A new schedule where there is no `etag`, else another for the one that was read. */
export async function putSchedule(
  api: Api,
  name: string,
  body: Record<string, unknown>,
  etag: string | null,
): Promise<void> {
  const headers: Record<string, string> = etag === null ? { 'if-none-match': '*' } : { 'if-match': etag };
  await api.json('PUT', schedulePath(name), { body, headers });
}

/** As it is now, but paused or going on again: a list may have it as it was before. */
export async function pause(api: Api, name: string, enabled: boolean): Promise<void> {
  const { schedule: now, etag } = await schedule(api, name);
  const { at, cron, timeZone, description, devices, groups, actuator, value, validForMs } = now;
  const body = {
    ...(at === '' ? { cron } : { at }),
    ...(description === '' ? {} : { description }),
    timeZone,
    enabled,
    devices,
    groups,
    actuator,
    value,
    validForMs,
  };
  await putSchedule(api, name, body, etag);
}

export async function deleteSchedule(api: Api, name: string): Promise<void> {
  await api.json('DELETE', schedulePath(name));
}

/** What a schedule came to, newest first. */
export async function runs(api: Api, name: string, cursor: string | null): Promise<Some<FleetCommand>> {
  const part = await api.part(schedulePath(name, '/runs'), 'commands', cursor);
  return { found: part.found.map(commandOf), cursor: part.cursor };
}

const texts = (value: unknown) => (Array.isArray(value) ? value.map(string) : []);

function commandOf(one: Json): FleetCommand {
  return {
    id: string(one['id']),
    atMs: Number(one['atMs']),
    by: string(one['by']),
    actuator: string(one['actuator']),
    value: one['value'],
    expiresAtMs: Number(one['expiresAtMs']),
    devices: texts(one['devices']),
    groups: texts(one['groups']),
    schedule: string(one['schedule']),
    targets: Number(one['targets'] ?? 0),
    counts: one['counts'] === undefined ? null : countsOf(object(one['counts'])),
  };
}

/** Counts are named `succeeded` where the status is SUCCEEDED. */
function countsOf(counts: Json): Counts {
  const count = (status: CommandStatus) => Number(counts[status.toLowerCase()] ?? 0);
  return Object.fromEntries(COMMAND_STATUSES.map((status) => [status, count(status)])) as unknown as Counts;
}

function scheduleOf(one: Json): Schedule {
  return {
    schedule: string(one['schedule']),
    by: string(one['by']),
    changedMs: Number(one['changedMs']),
    at: string(one['at']),
    cron: string(one['cron']),
    timeZone: string(one['timeZone']),
    enabled: one['enabled'] === true,
    description: string(one['description']),
    devices: texts(one['devices']),
    groups: texts(one['groups']),
    actuator: string(one['actuator']),
    value: one['value'],
    validForMs: Number(one['validForMs']),
  };
}

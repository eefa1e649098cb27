// SPDX-License-Identifier: Apache-2.0
import type { Api } from './client';
import { maybe, string } from './json';

/** Devices that belong together. */
export interface Group {
  readonly group: string;
  readonly description: string;
  readonly devices: number;
}

const path = (group: string, rest = '') => `/groups/${encodeURIComponent(group)}${rest}`;

export async function groups(api: Api): Promise<Group[]> {
  return (await api.all('/groups', 'groups')).map((one) => ({
    group: string(one['group']),
    description: string(one['description']),
    devices: Number(one['devices'] ?? 0),
  }));
}

export async function createGroup(api: Api, group: string, description: string): Promise<void> {
  await api.json('PUT', path(group), { body: { description }, headers: { 'if-none-match': '*' } });
}

export async function deleteGroup(api: Api, group: string): Promise<void> {
  await api.json('DELETE', path(group));
}

export async function putInto(api: Api, group: string, device: string): Promise<void> {
  await api.json('PUT', path(group, `/devices/${encodeURIComponent(device)}`));
}

export async function takeOut(api: Api, group: string, device: string): Promise<void> {
  await api.json('DELETE', path(group, `/devices/${encodeURIComponent(device)}`));
}

export async function setType(api: Api, device: string, type: string): Promise<void> {
  await api.json('PUT', `/devices/${encodeURIComponent(device)}/type`, { body: { type } });
}

/** A device that may be provisioned. */
export interface Serial {
  readonly serial: string;
  readonly by: string;
  readonly addedMs: number;
  readonly admittedMs: number | null;
  readonly againMs: number | null;
}

export async function serials(api: Api): Promise<Serial[]> {
  return (await api.all('/serials', 'serials')).map((one) => ({
    serial: string(one['serial']),
    by: string(one['by']),
    addedMs: Number(one['addedMs']),
    admittedMs: maybe(one['admittedMs']),
    againMs: maybe(one['againMs']),
  }));
}

/** All, or, where one is wrong, none. */
export async function addSerials(api: Api, csv: string): Promise<{ added: number; there: number }> {
  const answer = await api.json('POST', '/serials', { body: { csv } });
  return { added: Number(answer['added']), there: Number(answer['there']) };
}

/** Lets a device be provisioned anew within a day. */
export async function allowAgain(api: Api, serial: string): Promise<void> {
  await api.json('PUT', `/serials/${encodeURIComponent(serial)}`);
}

export async function removeSerial(api: Api, serial: string): Promise<void> {
  await api.json('DELETE', `/serials/${encodeURIComponent(serial)}`);
}

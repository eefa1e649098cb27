// SPDX-License-Identifier: Apache-2.0
import type { Alarm, AlarmEvent } from '../model/device';
import type { Api } from './client';
import type { AlarmRule } from './contract';
import { type Json, maybe, string } from './json';

const path = (device: string, rest: string) => `/devices/${encodeURIComponent(device)}/alarms${rest}`;

/** Every alarm that stands. */
export async function standing(api: Api): Promise<Alarm[]> {
  return (await api.all('/alarms', 'alarms')).map(alarmOf);
}

export async function alarmsOf(api: Api, device: string): Promise<Alarm[]> {
  return (await api.all(path(device, ''), 'alarms')).map(alarmOf);
}

/** The newest 200 of what became of a device's alarms, newest first. */
export async function history(api: Api, device: string): Promise<AlarmEvent[]> {
  const { found } = await api.part(path(device, '/history'), 'events', null, 200);
  return found.map((one) => ({
    rule: string(one['rule']),
    kind: one['kind'] as AlarmEvent['kind'],
    atMs: Number(one['atMs']),
    value: maybe(one['value']),
    told: one['told'] !== false,
    by: string(one['by']),
    text: string(one['text']),
  }));
}

/** That of the alarm as it was seen: one raised anew meanwhile is refused. */
export async function acknowledge(api: Api, alarm: Alarm): Promise<void> {
  const to = path(alarm.device, `/${encodeURIComponent(alarm.rule)}/acknowledge`);
  await api.json('POST', to, { body: { sinceMs: alarm.sinceMs } });
}

export async function comment(api: Api, device: string, rule: string, said: string): Promise<void> {
  await api.once(path(device, `/${encodeURIComponent(rule)}/comments`), { text: said });
}

export async function rules(api: Api): Promise<AlarmRule[]> {
  return (await api.all('/rules', 'rules')) as unknown as AlarmRule[];
}

/** A rule, and by what it is changed only as it was read. */
export async function rule(api: Api, name: string): Promise<{ rule: AlarmRule; etag: string }> {
  const response = await api.answer('GET', `/rules/${encodeURIComponent(name)}`);
  return { rule: (await response.json()) as AlarmRule, etag: response.headers.get('etag') ?? '' };
}

/** A new rule where there is no `etag`, else another for the one that was read. */
export async function putRule(api: Api, made: AlarmRule, etag: string | null): Promise<void> {
  const headers: Record<string, string> = etag === null ? { 'if-none-match': '*' } : { 'if-match': etag };
  await api.json('PUT', `/rules/${encodeURIComponent(made.name)}`, { body: made, headers });
}

export async function removeRule(api: Api, name: string): Promise<void> {
  await api.json('DELETE', `/rules/${encodeURIComponent(name)}`);
}

function alarmOf(one: Json): Alarm {
  return {
    rule: string(one['rule']),
    device: string(one['device']),
    sensor: string(one['sensor']),
    raised: one['state'] === 'ALARM',
    sinceMs: Number(one['sinceMs']),
    value: maybe(one['value']),
    detail: string(one['detail']),
    acknowledgedMs: maybe(one['acknowledgedMs']),
    acknowledgedBy: string(one['acknowledgedBy']),
  };
}

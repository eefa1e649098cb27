// SPDX-License-Identifier: Apache-2.0
import type { AuditEntry, Quarantined, QuarantineKind } from '../model/operate';
import type { Api } from './client';
import { type Json, maybe, object, string } from './json';

/** Some of a list that may be long, and by what the next is asked for. */
export interface Some<T> {
  readonly found: readonly T[];
  readonly cursor: string | null;
}

export async function quarantine(api: Api, kind: string, cursor: string | null): Promise<Some<Quarantined>> {
  const path = kind === '' ? '/quarantine' : `/quarantine?kind=${encodeURIComponent(kind)}`;
  return some(await api.part(path, 'entries', cursor), quarantinedOf);
}

/** With its message. */
export async function quarantined(api: Api, id: string): Promise<Quarantined> {
  return quarantinedOf(await api.json('GET', `/quarantine/${encodeURIComponent(id)}`));
}

export async function replay(api: Api, id: string): Promise<void> {
  await api.json('POST', `/quarantine/${encodeURIComponent(id)}/replay`, { body: {} });
}

/** Every entry that was never sent again, however many there are. */
export async function replayAll(api: Api, kind: string): Promise<{ replayed: number; left: number }> {
  let replayed = 0;
  let left = 0;
  for (let cursor: unknown = undefined; ; ) {
    const body = { ...(kind === '' ? {} : { kind }), ...(typeof cursor === 'string' ? { cursor } : {}) };
    const answer = await api.json('POST', '/quarantine/replay', { body });
    replayed += Number(answer['replayed']);
    left += Number(answer['left']);
    cursor = answer['cursor'];
    if (typeof cursor !== 'string') {
      return { replayed, left };
    }
  }
}

export async function drop(api: Api, id: string): Promise<void> {
  await api.json('DELETE', `/quarantine/${encodeURIComponent(id)}`);
}

export async function audit(api: Api, cursor: string | null): Promise<Some<AuditEntry>> {
  return some(await api.part('/audit', 'entries', cursor), (one) => ({
    id: string(one['id']),
    atMs: Number(one['atMs']),
    by: string(one['by']),
    route: string(one['route']),
    path: Object.entries(object(one['path'])).map(([name, value]) => [name, string(value)] as const),
    body: string(one['body']),
    status: maybe(one['status']),
  }));
}

function some<T>(part: { found: readonly Json[]; cursor: string | null }, of: (one: Json) => T): Some<T> {
  return { found: part.found.map(of), cursor: part.cursor };
}

function quarantinedOf(one: Json): Quarantined {
  return {
    id: string(one['id']),
    atMs: Number(one['atMs']),
    kind: one['kind'] as QuarantineKind,
    reason: string(one['reason']),
    source: string(one['source']),
    thing: string(one['thing']),
    to: string(one['to']),
    bytes: Number(one['messageBytes']),
    message: typeof one['message'] === 'string' ? one['message'] : null,
    base64: typeof one['messageBase64'] === 'string' ? one['messageBase64'] : null,
    replayedMs: maybe(one['replayedMs']),
    replayedBy: string(one['replayedBy']),
    replays: Number(one['replays'] ?? 0),
  };
}

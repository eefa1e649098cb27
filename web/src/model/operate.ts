// SPDX-License-Identifier: Apache-2.0

export const QUARANTINE_KINDS = ['MALFORMED', 'TIME', 'TOO_OLD', 'ACTION_FAILED', 'UNKNOWN'] as const;

export type QuarantineKind = (typeof QUARANTINE_KINDS)[number];

/** A message that nothing could use. */
export interface Quarantined {
  readonly id: string;
  readonly atMs: number;
  readonly kind: QuarantineKind;
  readonly reason: string;
  readonly source: string;
  readonly thing: string;
  /** Where it is sent again; empty where nobody knows. */
  readonly to: string;
  readonly bytes: number;
  /** Only of an entry that was asked for by itself. */
  readonly message: string | null;
  readonly base64: string | null;
  readonly replayedMs: number | null;
  readonly replayedBy: string;
  readonly replays: number;
}

/** Who changed what, or tried to. */
export interface AuditEntry {
  readonly id: string;
  readonly atMs: number;
  readonly by: string;
  /** Method and path with placeholders, and what stood in their place. */
  readonly route: string;
  readonly path: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** Null where nobody knows what became of it. */
  readonly status: number | null;
}

export const ROLES = ['viewer', 'operator', 'admin'] as const;

export type Role = (typeof ROLES)[number];

/** Somebody who may sign in. */
export interface User {
  readonly user: string;
  readonly email: string;
  readonly role: Role | null;
  readonly enabled: boolean;
  /** Has not followed the invitation yet. */
  readonly invited: boolean;
}

/** A message as a person reads it: JSON on lines of its own. */
export function pretty(message: string): string {
  try {
    return JSON.stringify(JSON.parse(message), null, 2);
  } catch {
    return message;
  }
}

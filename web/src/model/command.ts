// SPDX-License-Identifier: Apache-2.0
import type { CommandStatus } from './device';

/** In the order in which a bar of them is drawn. */
export const COMMAND_STATUSES = [
  'SUCCEEDED',
  'ACCEPTED',
  'PENDING',
  'FAILED',
  'REJECTED',
  'EXPIRED',
  'SUPERSEDED',
] as const satisfies readonly CommandStatus[];

export type Counts = Readonly<Record<CommandStatus, number>>;

/** One command to many devices. */
export interface FleetCommand {
  readonly id: string;
  readonly atMs: number;
  readonly by: string;
  readonly actuator: string;
  readonly value: unknown;
  readonly expiresAtMs: number;
  readonly devices: readonly string[];
  readonly groups: readonly string[];
  /** Of which it is a run; empty for none. */
  readonly schedule: string;
  readonly targets: number;
  /** Null where nobody has counted yet. */
  readonly counts: Counts | null;
}

/** What became of it on one device. */
export interface FleetCommandDevice {
  readonly id: string;
  readonly device: string;
  readonly status: CommandStatus;
  readonly statusAtMs: number | null;
  readonly detail: string;
}

/** A command to devices at a time, or by the calendar. */
export interface Schedule {
  readonly schedule: string;
  readonly by: string;
  readonly changedMs: number;
  /** Once, or, where it is empty, by the calendar. */
  readonly at: string;
  readonly cron: string;
  readonly timeZone: string;
  readonly enabled: boolean;
  readonly description: string;
  readonly devices: readonly string[];
  readonly groups: readonly string[];
  readonly actuator: string;
  readonly value: unknown;
  readonly validForMs: number;
}

/** How many are not over yet. */
export function openOf(counts: Counts): number {
  return counts.PENDING + counts.ACCEPTED;
}

// SPDX-License-Identifier: Apache-2.0

import type { CommandOutcome } from '../api/contract';

export type CommandStatus = CommandOutcome['status'];

/** A sensor's newest value. */
export interface Latest {
  readonly sensor: string;
  readonly unit: string;
  readonly value: unknown;
  readonly atMs: number;
}

/** A line of the fleet list. */
export interface DeviceSummary {
  readonly device: string;
  readonly thing: string;
  /** Empty where nobody said. */
  readonly type: string;
  readonly groups: readonly string[];
  readonly lastMs: number | null;
  /** Null where nobody knows: a device behind a gateway has no connection of its own. */
  readonly connected: boolean | null;
  readonly connectionMs: number | null;
  readonly latest: readonly Latest[];
  readonly openAlarms: number;
}

/** A number that an actuator takes; its steps count from the minimum, or from 0 where there is none. */
export interface TakesNumber {
  readonly kind: 'NUMBER';
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly step: number | null;
  readonly unit: string;
}

/** What an actuator takes, as its device says it; everything else it rejects. */
export type Takes =
  | { readonly kind: 'BOOLEAN' }
  | TakesNumber
  /** Any text where there are no options. */
  | { readonly kind: 'TEXT'; readonly options: readonly string[] };

/** Something on a device that obeys: what it says it is, and what was asked of it. */
export interface Actuator {
  readonly name: string;
  readonly reported: unknown;
  readonly desired: unknown;
  /** Null where its device does not say. */
  readonly takes: Takes | null;
}

export interface DeviceDetail extends DeviceSummary {
  readonly actuators: readonly Actuator[];
}

export interface Command {
  readonly id: string;
  readonly actuator: string;
  readonly value: unknown;
  readonly status: CommandStatus;
  readonly atMs: number;
  readonly expiresAtMs: number;
  /** When it came to its status. */
  readonly statusAtMs: number | null;
  /** A person's name in the user pool, or `rule:<name>`. */
  readonly by: string;
  readonly detail: string;
}

/** What a rule has come to on a device. */
export interface Alarm {
  readonly rule: string;
  readonly device: string;
  /** Empty where the rule is about none. */
  readonly sensor: string;
  readonly raised: boolean;
  readonly sinceMs: number;
  readonly value: number | null;
  readonly detail: string;
  readonly acknowledgedMs: number | null;
  readonly acknowledgedBy: string;
}

/** What became of an alarm, or what somebody did about it. */
export interface AlarmEvent {
  readonly rule: string;
  readonly kind: 'RAISED' | 'CLEARED' | 'ACKNOWLEDGED' | 'COMMENTED';
  readonly atMs: number;
  readonly value: number | null;
  /** Whether people were told. */
  readonly told: boolean;
  readonly by: string;
  readonly text: string;
}

/**
 * The newest command of an actuator: from the history, or one that was just sent and that the
 * history does not tell of yet. Both lists are newest first.
 */
export function newestOf(
  actuator: string,
  history: readonly Command[],
  sent: readonly Command[],
): Command | null {
  const known = history.find((one) => one.actuator === actuator) ?? null;
  const fresh = sent.find((one) => one.actuator === actuator) ?? null;
  if (fresh === null || (known !== null && (known.id === fresh.id || known.atMs > fresh.atMs))) {
    return known;
  }
  return history.find((one) => one.id === fresh.id) ?? fresh;
}

/** Texts that an actuator has taken before, which are those that it knows. */
export function valuesOf({ name, reported }: Actuator, commands: readonly Command[]): string[] {
  const taken = commands.filter((one) => one.actuator === name && one.status === 'SUCCEEDED');
  const texts = [reported, ...taken.map((one) => one.value)].filter((one) => typeof one === 'string');
  return [...new Set(texts)].sort();
}

/** Nothing more happens to a command in one of these states. */
export function isOver(command: Command): boolean {
  return !['PENDING', 'ACCEPTED'].includes(command.status);
}

/** How a command in a state is to be coloured. */
export function toneOf(status: CommandStatus): 'waiting' | 'good' | 'bad' | 'quiet' {
  switch (status) {
    case 'PENDING':
    case 'ACCEPTED':
      return 'waiting';
    case 'SUCCEEDED':
      return 'good';
    case 'SUPERSEDED':
      return 'quiet';
    case 'FAILED':
    case 'REJECTED':
    case 'EXPIRED':
      return 'bad';
  }
}

/** A device's name in two parts: the gateway in front of it, if that is in the name, and its own. */
export function partsOf({ device, thing }: Pick<DeviceSummary, 'device' | 'thing'>): readonly [string, string] {
  const before = `${thing}:`;
  return device.startsWith(before) ? [before, device.slice(before.length)] : ['', device];
}

const SILENT_MS = 15 * 60_000;

/** Has a device sent nothing for a while? */
export function isSilent(device: DeviceSummary, nowMs: number): boolean {
  return device.lastMs === null || nowMs - device.lastMs > SILENT_MS;
}

/** Which devices the fleet list shows. */
export const SHOWS = ['all', 'sending', 'silent', 'alarms'] as const;

export type Show = (typeof SHOWS)[number];

export function isShown(device: DeviceSummary, show: Show, nowMs: number): boolean {
  switch (show) {
    case 'all':
      return true;
    case 'sending':
      return !isSilent(device, nowMs);
    case 'silent':
      return isSilent(device, nowMs);
    case 'alarms':
      return device.openAlarms > 0;
  }
}

/** Does a line of the fleet list match what was typed? Every word must occur somewhere. */
export function matches(device: DeviceSummary, search: string): boolean {
  const haystack = [device.device, device.thing, ...device.latest.map((one) => one.sensor)]
    .join(' ')
    .toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => haystack.includes(word));
}

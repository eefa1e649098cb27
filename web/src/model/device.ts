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
  readonly lastMs: number | null;
  readonly latest: readonly Latest[];
  readonly openAlarms: number;
}

/** Something on a device that obeys: what it says it is, and what was asked of it. */
export interface Actuator {
  readonly name: string;
  readonly reported: unknown;
  readonly desired: unknown;
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
  readonly detail: string;
}

export interface Alarm {
  readonly rule: string;
  readonly sensor: string;
  readonly state: string;
  readonly sinceMs: number;
  readonly detail: string;
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

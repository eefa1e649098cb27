// SPDX-License-Identifier: Apache-2.0
import type { Schedule } from './command';
import { valueOf } from './value';

export const TIMES = ['now', 'once', 'calendar'] as const;

/** When a command is given. */
export type When = (typeof TIMES)[number];

/** Of what kind the value of an actuator is; any where nobody knows. */
export type ValueKind = 'boolean' | 'number' | 'string' | 'any';

export const UNITS = { s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;

export type Unit = keyof typeof UNITS;

/** A command while it is being made: what was typed, as it was typed. */
export interface OrderDraft {
  readonly devices: readonly string[];
  readonly groups: readonly string[];
  readonly actuator: string;
  readonly value: string;
  readonly valid: string;
  readonly unit: Unit;
  readonly when: When;
  readonly at: string;
  readonly cron: string;
  readonly timeZone: string;
  readonly name: string;
  readonly description: string;
  readonly enabled: boolean;
}

const MOST_VALID_MS = 7 * 86_400_000;

export function newOrder(some: Partial<OrderDraft>): OrderDraft {
  return {
    devices: [],
    groups: [],
    actuator: '',
    value: '',
    valid: '60',
    unit: 's',
    when: 'now',
    at: '',
    cron: '0 8 * * ? *',
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC',
    name: '',
    description: '',
    enabled: true,
    ...some,
  };
}

export function orderOf(schedule: Schedule): OrderDraft {
  const unit = (['d', 'h', 'min'] as const).find((one) => schedule.validForMs % UNITS[one] === 0) ?? 's';
  return newOrder({
    devices: schedule.devices,
    groups: schedule.groups,
    actuator: schedule.actuator,
    value: String(schedule.value),
    valid: String(schedule.validForMs / UNITS[unit]),
    unit,
    when: schedule.at === '' ? 'calendar' : 'once',
    at: schedule.at,
    ...(schedule.cron === '' ? {} : { cron: schedule.cron }),
    timeZone: schedule.timeZone,
    name: schedule.schedule,
    description: schedule.description,
    enabled: schedule.enabled,
  });
}

/** The body of the request that the draft is, or null while something that it needs is missing. */
export function bodyOf(draft: OrderDraft, kind: ValueKind): Record<string, unknown> | null {
  const value = typed(draft.value, kind);
  const validForMs = Math.round(Number(draft.valid) * UNITS[draft.unit]);
  const time = timeOf(draft);
  if (
    draft.devices.length + draft.groups.length === 0 ||
    !/^[a-zA-Z0-9:_-]{1,128}$/.test(draft.actuator) ||
    value === null ||
    !(validForMs >= 1_000 && validForMs <= MOST_VALID_MS) ||
    time === null
  ) {
    return null;
  }
  return {
    ...(draft.devices.length > 0 ? { devices: draft.devices } : {}),
    ...(draft.groups.length > 0 ? { groups: draft.groups } : {}),
    actuator: draft.actuator,
    value,
    validForMs,
    ...time,
  };
}

function timeOf(draft: OrderDraft): Record<string, unknown> | null {
  if (draft.when === 'now') {
    return {};
  }
  const time = draft.when === 'once' ? { at: draft.at } : { cron: draft.cron.trim() };
  const description = draft.description.trim();
  return Object.values(time)[0] === '' || !/^[0-9a-zA-Z_.-]{1,64}$/.test(draft.name)
    ? null
    : {
        ...time,
        timeZone: draft.timeZone,
        enabled: draft.enabled,
        ...(description === '' ? {} : { description }),
      };
}

function typed(value: string, kind: ValueKind): boolean | number | string | null {
  if (value.trim() === '') {
    return null;
  }
  switch (kind) {
    case 'any':
      return valueOf(value.trim());
    case 'string':
      return value;
    case 'boolean':
      return value === 'true' ? true : value === 'false' ? false : null;
    case 'number':
      return Number.isFinite(Number(value)) ? Number(value) : null;
  }
}

/** Of what kind values are, where they are all of one. */
export function kindOfValues(values: readonly unknown[]): ValueKind {
  const kinds = new Set(values.map((one) => typeof one));
  const [kind] = kinds;
  return kinds.size === 1 && (kind === 'boolean' || kind === 'number' || kind === 'string') ? kind : 'any';
}

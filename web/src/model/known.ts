// SPDX-License-Identifier: Apache-2.0
import type { Actuator, DeviceDetail, Takes } from './device';
import { type ValueKind, kindOfValues } from './order';

/** What the devices that were looked at have: by actuator, each device's. */
export type Known = ReadonlyMap<string, readonly Actuator[]>;

export function knownOf(details: readonly Pick<DeviceDetail, 'actuators'>[]): Known {
  const known = new Map<string, Actuator[]>();
  for (const actuator of details.flatMap((one) => one.actuators)) {
    known.set(actuator.name, [...(known.get(actuator.name) ?? []), actuator]);
  }
  return known;
}

/** What it is set to, on each device where somebody knows. */
export function valuesIn(known: Known, actuator: string): unknown[] {
  const values = (known.get(actuator) ?? []).map((one) => one.reported ?? one.desired);
  return values.filter((value) => value !== null);
}

const LIKE = { BOOLEAN: true, NUMBER: 0, TEXT: '' } as const;

/** Of what kind its values are on all of them; what a device says that it takes goes before what it is set to. */
export function kindIn(known: Known, actuator: string): ValueKind {
  const values = (known.get(actuator) ?? []).map(({ takes, reported, desired }) =>
    takes === null ? (reported ?? desired) : LIKE[takes.kind],
  );
  return kindOfValues(values.filter((value) => value !== null));
}

/** What all of them take; null where one does not say, or says something else. */
export function takesIn(known: Known, actuator: string): Takes | null {
  const all = (known.get(actuator) ?? []).map((one) => one.takes);
  const takes = all[0] ?? null;
  return all.every((one) => JSON.stringify(one) === JSON.stringify(takes)) ? takes : null;
}

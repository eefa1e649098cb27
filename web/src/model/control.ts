// SPDX-License-Identifier: Apache-2.0
import { type Actuator, type Command, isOver, valuesOf } from './device';

/** How an actuator is drawn. */
export type Control =
  /** It reports whether it is on. */
  | { readonly kind: 'switch' }
  /** It is on or off, and nobody knows which: both are offered, neither is shown as what it is. */
  | { readonly kind: 'onOff' }
  | ({ readonly kind: 'slider' } & Reach)
  /** Texts that it has taken before; a single one is a button. */
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  | { readonly kind: 'text' };

/** From where to where a slider goes. */
export interface Reach {
  readonly least: number;
  readonly most: number;
  readonly step: number;
}

/** A device says what its actuators are set to and no more: the rest is told by what they have taken. */
export function controlOf(actuator: Actuator, commands: readonly Command[]): Control {
  // Before the device has reported it, what was asked of it tells what kind it is.
  switch (typeof (actuator.reported ?? actuator.desired)) {
    case 'boolean':
      return { kind: typeof actuator.reported === 'boolean' ? 'switch' : 'onOff' };
    case 'number': {
      const asked = commands.filter((one) => one.actuator === actuator.name).map((one) => one.value);
      const numbers = [actuator.reported, actuator.desired, ...asked].filter((one) => typeof one === 'number');
      return { kind: 'slider', ...reachOf(numbers) };
    }
    default: {
      const values = valuesOf(actuator, commands);
      return values.length === 0 ? { kind: 'text' } : { kind: 'choice', values };
    }
  }
}

const MOSTS = [100, 255, 1_000];

/** The usual range that has all values so far. */
export function reachOf(values: readonly number[]): Reach {
  const most = Math.max(0, ...values);
  const least = Math.min(0, ...values);
  const isWhole = values.every(Number.isInteger);
  if (!isWhole && most <= 1 && least >= -1) {
    return { least: Math.floor(least), most: 1, step: 0.01 };
  }
  const reach = { least: least === 0 ? 0 : -usual(-least), most: usual(most) };
  return { ...reach, step: isWhole ? Math.max(1, usual(reach.most) / 1_000) : 0.1 };
}

function usual(value: number): number {
  return MOSTS.find((most) => value <= most) ?? 10 ** Math.ceil(Math.log10(value));
}

/** Those of a device: the history of a device behind a gateway is its gateway's. */
export function commandsOf(device: string, thing: string, commands: readonly Command[]): readonly Command[] {
  const prefix = device.slice(thing.length + 1) + ':';
  return device === thing ? commands : commands.filter((one) => one.actuator.startsWith(prefix));
}

/** How far a command has come: 1 of 3 is issued, 2 delivered, 3 over. */
export function stepsOf(command: Command): number {
  return isOver(command) ? 3 : command.status === 'ACCEPTED' ? 2 : 1;
}

/** Whether the device had it: one that expired or was replaced may never have come there. */
export function wasDelivered({ status }: Command): boolean {
  return ['ACCEPTED', 'SUCCEEDED', 'FAILED', 'REJECTED'].includes(status);
}

// SPDX-License-Identifier: Apache-2.0
import { type Actuator, type Command, type TakesNumber, isOver, valuesOf } from './device';

/** How an actuator is drawn. */
export type Control =
  /** It reports whether it is on. */
  | { readonly kind: 'switch' }
  /** It is on or off, and nobody knows which: both are offered, neither is shown as what it is. */
  | { readonly kind: 'onOff' }
  /** With `takes`, nothing else is taken. */
  | ({ readonly kind: 'slider'; readonly takes?: TakesNumber } & Reach)
  /** Texts that it takes, or, unless `only`, that it has taken before; a single one is a button. */
  | { readonly kind: 'choice'; readonly values: readonly string[]; readonly only?: true }
  | { readonly kind: 'text' }
  /** Nobody knows anything of it: it is tried with what is typed. */
  | { readonly kind: 'any' };

/** From where to where a slider goes. */
export interface Reach {
  readonly least: number;
  readonly most: number;
  readonly step: number;
}

/** Of what its device says that it takes; where that says nothing, of what it has taken. */
export function controlOf(actuator: Actuator, commands: readonly Command[]): Control {
  const { takes, reported, desired } = actuator;
  switch (takes?.kind) {
    case 'BOOLEAN':
      return isOn(reported);
    case 'NUMBER':
      return { kind: 'slider', takes, ...within(takes, reachOf(numbersOf(actuator, commands))) };
    case 'TEXT':
      return takes.options.length > 0
        ? { kind: 'choice', values: takes.options, only: true }
        : texts(actuator, commands);
  }
  // Before the device has reported it, what was asked of it tells what kind it is.
  switch (typeof (reported ?? desired)) {
    case 'boolean':
      return isOn(reported);
    case 'number':
      return { kind: 'slider', ...reachOf(numbersOf(actuator, commands)) };
    default: {
      const control = texts(actuator, commands);
      return control.kind === 'text' && (reported ?? desired) === null ? { kind: 'any' } : control;
    }
  }
}

function isOn(reported: unknown): Control {
  return { kind: typeof reported === 'boolean' ? 'switch' : 'onOff' };
}

function texts(actuator: Actuator, commands: readonly Command[]): Control {
  const values = valuesOf(actuator, commands);
  return values.length === 0 ? { kind: 'text' } : { kind: 'choice', values };
}

function numbersOf({ name, reported, desired }: Actuator, commands: readonly Command[]): number[] {
  const asked = commands.filter((one) => one.actuator === name).map((one) => one.value);
  return [reported, desired, ...asked].filter((one) => typeof one === 'number');
}

/** What is taken; the end that is not said is where it is usual, on a step. */
function within({ minimum, maximum, step }: TakesNumber, usual: Reach): Reach {
  const least = minimum ?? (maximum !== null && maximum <= usual.least ? maximum - SPAN : usual.least);
  const most = maximum ?? (minimum !== null && minimum >= usual.most ? minimum + SPAN : usual.most);
  const by = step ?? fine(most - least);
  return { least: minimum ?? Math.floor(least / by) * by, most, step: by };
}

const SPAN = 100;

/** Some hundreds of steps, whole ones where there are that many. */
function fine(span: number): number {
  return span <= 2 ? 0.01 : span <= 20 ? 0.1 : Math.max(1, 10 ** Math.floor(Math.log10(span / 1_000)));
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

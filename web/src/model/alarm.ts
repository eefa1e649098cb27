// SPDX-License-Identifier: Apache-2.0
import type { AlarmRule } from '../api/contract';
import type { DeviceSummary } from './device';
import { figures, quantityText, scaleOf } from './quantity';
import { duration } from './time';
import { shown } from './series';
import * as text from '../text';

export type Kind = NonNullable<AlarmRule['kind']>;

export const KINDS: readonly Kind[] = ['THRESHOLD', 'RATE', 'ABSENCE', 'COMPOSITE'];

/** A rule about a sensor's value. */
export type ThresholdRule = AlarmRule & Required<Pick<AlarmRule, 'sensor' | 'side' | 'threshold'>>;

/** A rule about other rules. */
export type CompositeRule = AlarmRule & Required<Pick<AlarmRule, 'of' | 'rules'>>;

/** Whether a rule is about a device: by its name, its group or its type. */
export function isAbout(rule: AlarmRule, device: Pick<DeviceSummary, 'device' | 'groups' | 'type'>): boolean {
  return (
    rule.device === device.device ||
    (rule.group !== undefined && device.groups.includes(rule.group)) ||
    (rule.type !== undefined && rule.type === device.type)
  );
}

export function kindOf(rule: AlarmRule): Kind {
  return rule.kind ?? 'THRESHOLD';
}

export function isThreshold(rule: AlarmRule): rule is ThresholdRule {
  return kindOf(rule) === 'THRESHOLD';
}

export function isComposite(rule: AlarmRule): rule is CompositeRule {
  return kindOf(rule) === 'COMPOSITE';
}

/** What a rule says, in words; `unit` is its sensor's. */
export function sentence(rule: AlarmRule, unit: string): string {
  return [condition(rule, unit), text.rule.held(rule.holdSeconds ? duration(rule.holdSeconds * 1000) : '')]
    .filter((part) => part !== '')
    .join(' ');
}

function condition(rule: AlarmRule, unit: string): string {
  const sensor = rule.sensor ?? '';
  const side = rule.side ?? 'ABOVE';
  switch (kindOf(rule)) {
    case 'THRESHOLD':
      return text.rule.threshold(sensor, side, quantityText(rule.threshold ?? 0, unit));
    case 'RATE': {
      const per = rule.perMinute === undefined ? 's' : 'min';
      const rate = figures(rule.perMinute ?? rule.perSecond ?? 0);
      return text.rule.rate(sensor, side, `${rate} ${scaleOf(unit, 0).unit}/${per}`);
    }
    case 'ABSENCE':
      return text.rule.absence(sensor, duration((rule.afterSeconds ?? 0) * 1000));
    case 'COMPOSITE':
      return text.rule.composite(rule.of ?? 'ANY', rule.rules ?? []);
  }
}

/** What a rule commands, in words; empty where it commands nothing. */
export function reaction({ command }: AlarmRule): string {
  return command ? text.rule.reaction(command.thing, command.actuator, shown(command.value)) : '';
}

/** A name for a new rule that tells what it is about and is not taken yet. */
export function ruleName(about: readonly string[], taken: readonly string[]): string {
  const base = about
    .filter((part) => part !== '')
    .join('-')
    .replace(/[^\w:-]+/g, '-')
    .slice(0, 120);
  let name = base;
  for (let number = 2; taken.includes(name); number++) {
    name = `${base}-${number}`;
  }
  return name;
}

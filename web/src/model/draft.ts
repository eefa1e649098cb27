// SPDX-License-Identifier: Apache-2.0
import type { AlarmReaction, AlarmRule } from '../api/contract';
import { type Kind, kindOf, ruleName } from './alarm';
import { number, valueOf } from './value';

export const SUBJECTS = ['device', 'group', 'type'] as const;

/** A rule is about one device, or each of a group or of a type. */
export type Subject = (typeof SUBJECTS)[number];

/** A rule while it is being made: what was typed, as it was typed. */
export interface Draft {
  readonly name: string;
  readonly about: Subject;
  readonly device: string;
  readonly group: string;
  readonly type: string;
  readonly kind: Kind;
  readonly sensor: string;
  readonly side: 'ABOVE' | 'BELOW';
  /** The threshold, or the rate. */
  readonly limit: string;
  readonly per: 'SECOND' | 'MINUTE';
  readonly over: string;
  readonly hysteresis: string;
  readonly hold: string;
  readonly after: string;
  readonly of: 'ALL' | 'ANY';
  readonly rules: readonly string[];
  /** Null where it commands nothing. */
  readonly command: CommandDraft | null;
}

export interface CommandDraft {
  readonly thing: string;
  readonly actuator: string;
  readonly value: string;
  readonly validSeconds: string;
}

export function newDraft(device: string, sensor: string): Draft {
  return {
    name: '',
    about: 'device',
    device,
    group: '',
    type: '',
    kind: 'THRESHOLD',
    sensor,
    side: 'ABOVE',
    limit: '',
    per: 'MINUTE',
    over: '',
    hysteresis: '',
    hold: '',
    after: '600',
    of: 'ALL',
    rules: [],
    command: null,
  };
}

export function draftOf(rule: AlarmRule): Draft {
  const typed = (value: number | undefined) => (value === undefined ? '' : String(value));
  return {
    name: rule.name,
    about: rule.group !== undefined ? 'group' : rule.type !== undefined ? 'type' : 'device',
    device: rule.device ?? '',
    group: rule.group ?? '',
    type: rule.type ?? '',
    kind: kindOf(rule),
    sensor: rule.sensor ?? '',
    side: rule.side ?? 'ABOVE',
    limit: typed(rule.threshold ?? rule.perMinute ?? rule.perSecond),
    per: rule.perSecond === undefined ? 'MINUTE' : 'SECOND',
    over: typed(rule.overSeconds),
    hysteresis: typed(rule.hysteresis),
    hold: typed(rule.holdSeconds),
    after: typed(rule.afterSeconds),
    of: rule.of ?? 'ALL',
    rules: rule.rules ?? [],
    command: rule.command ? commandDraftOf(rule.command) : null,
  };
}

function commandDraftOf({ thing, actuator, value, validForMs }: AlarmReaction): CommandDraft {
  return { thing, actuator, value: String(value), validSeconds: String(validForMs / 1000) };
}

/** The rule that the draft is, or null while something that it needs is missing. */
export function ruleOf(draft: Draft, taken: readonly string[]): AlarmRule | null {
  const about = condition(draft);
  const command = draft.command === null ? undefined : commandOf(draft.command);
  const subject = draft[draft.about];
  if (subject === '' || about === null || command === null) {
    return null;
  }
  const name = draft.name || ruleName([subject, draft.sensor, wordOf(draft)], taken);
  return { name, [draft.about]: subject, ...about, ...(command === undefined ? {} : { command }) };
}

/** What a name of the rule ends with. */
function wordOf({ kind, side }: Draft): string {
  switch (kind) {
    case 'THRESHOLD':
      return side.toLowerCase();
    case 'RATE':
      return side === 'ABOVE' ? 'rising' : 'falling';
    case 'ABSENCE':
      return 'absent';
    case 'COMPOSITE':
      return 'together';
  }
}

function condition(draft: Draft): Omit<AlarmRule, 'name'> | null {
  const { kind, sensor, side } = draft;
  const limit = number(draft.limit);
  const bound = { side, ...given('hysteresis', draft.hysteresis), ...given('holdSeconds', draft.hold) };
  switch (kind) {
    case 'THRESHOLD':
      return limit === null || sensor === '' ? null : { kind, sensor, threshold: limit, ...bound };
    case 'RATE': {
      const rate = limit === null ? null : draft.per === 'MINUTE' ? { perMinute: limit } : { perSecond: limit };
      return rate === null || sensor === ''
        ? null
        : { kind, sensor, ...rate, ...given('overSeconds', draft.over), ...bound };
    }
    case 'ABSENCE': {
      const after = number(draft.after);
      return after === null
        ? null
        : { kind, ...(sensor === '' ? {} : { sensor }), afterSeconds: after };
    }
    case 'COMPOSITE':
      return draft.rules.length === 0 ? null : { kind, of: draft.of, rules: draft.rules };
  }
}

function given(name: string, typed: string): Record<string, number> {
  const value = number(typed);
  return value === null ? {} : { [name]: value };
}

function commandOf(draft: CommandDraft): AlarmReaction | null {
  const seconds = number(draft.validSeconds);
  return draft.thing === '' || draft.actuator === '' || draft.value === '' || seconds === null
    ? null
    : {
        thing: draft.thing,
        actuator: draft.actuator,
        value: valueOf(draft.value),
        validForMs: Math.round(seconds * 1000),
      };
}

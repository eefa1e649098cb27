// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { AlarmRule } from '../src/api/contract';
import { isAbout, reaction, ruleName, sentence } from '../src/model/alarm';
import { draftOf, newDraft, ruleOf } from '../src/model/draft';
import { valueOf } from '../src/model/value';
import { raisedOn } from '../src/model/evaluate';
import type { Series } from '../src/model/series';
import { WEEK_MS, days, joined, weekOf } from '../src/model/week';

interface Case {
  readonly case: string;
  readonly rules: readonly AlarmRule[];
  readonly steps: readonly ({ readonly at: number; readonly raised: readonly string[] } & Record<string, unknown>)[];
}

/** What backend and agent are held to. */
const cases = JSON.parse(
  readFileSync(new URL('../../messages/src/test/resources/alarm-cases.json', import.meta.url), 'utf8'),
) as Case[];

const series = (sensor: string, points: readonly (readonly [number, number])[]): Series => ({
  sensor,
  unit: '',
  stepMs: 0,
  timesMs: points.map(([atMs]) => atMs),
  values: points.map(([, value]) => value),
  mins: null,
  maxs: null,
});

describe('the judge of rules says what the backend says', () => {
  test.each(cases.map((one) => [one.case, one] as const))('%s', (_, { rules, steps }) => {
    for (let count = 1; count <= steps.length; count++) {
      const measured = new Map<string, [number, number][]>();
      for (const { at, raised: _raised, ...values } of steps.slice(0, count)) {
        for (const [sensor, value] of Object.entries(values)) {
          const points = measured.get(sensor) ?? [];
          points.push([at * 1000, value as number]);
          measured.set(sensor, points);
        }
      }
      const all = [...measured].map(([sensor, points]) => series(sensor, points));
      const raised = rules.filter((rule) => raisedOn(rule, rules, all, 0).at(-1)?.toMs === null);
      expect(raised.map((rule) => rule.name), `after step ${count}`).toEqual(steps[count - 1]!.raised);
    }
  });

  test('the cases are there', () => expect(cases.length).toBeGreaterThan(8));
});

describe('absence', () => {
  const rule: AlarmRule = { name: 'a', device: 'd', kind: 'ABSENCE', afterSeconds: 600 };

  test('begins when it was due, ends with the next reading, and is believed after two minutes', () => {
    const measured = [series('t', [[0, 1], [719_000, 1], [2_000_000, 1]])];

    expect(raisedOn(rule, [], measured, 2_000_000)).toEqual([{ fromMs: 1_319_000, toMs: 2_000_000 }]);
    expect(raisedOn(rule, [], measured, 2_720_000).at(-1)).toEqual({ fromMs: 2_600_000, toMs: null });
  });

  test('any sensor is a sign of life, unless the rule is about one', () => {
    const measured = [series('t', [[0, 1]]), series('u', [[500_000, 1], [1_000_000, 1]])];

    expect(raisedOn(rule, [], measured, 1_000_000)).toEqual([]);
    expect(raisedOn({ ...rule, sensor: 't' }, [], measured, 1_000_000)).toEqual([{ fromMs: 600_000, toMs: null }]);
  });
});

test('of merged points the farthest value raises and the nearest clears', () => {
  const merged: Series = { ...series('t', [[0, 20], [60_000, 20]]), stepMs: 60_000, mins: [19, 19], maxs: [35, 21] };
  const rule: AlarmRule = { name: 'a', device: 'd', sensor: 't', side: 'ABOVE', threshold: 30 };

  expect(raisedOn(rule, [], [merged], 0)).toEqual([{ fromMs: 0, toMs: 30_000 }]);
  expect(raisedOn({ ...rule, holdSeconds: 60 }, [], [merged], 0)).toEqual([]);
});

describe('rules in words', () => {
  test.each<[string, Partial<AlarmRule>]>([
    ['t above 30 °C for 5 min', { sensor: 't', side: 'ABOVE', threshold: 30, holdSeconds: 300 }],
    ['t changes by less than −2 °C/min', { kind: 'RATE', sensor: 't', side: 'BELOW', perMinute: -2 }],
    ['no t for 1 h 30 min', { kind: 'ABSENCE', sensor: 't', afterSeconds: 5_400 }],
    ['nothing comes for 10 min', { kind: 'ABSENCE', afterSeconds: 600 }],
    ['a and b', { kind: 'COMPOSITE', of: 'ALL', rules: ['a', 'b'] }],
  ])('%s', (said, rule) => {
    expect(sentence({ name: 'r', device: 'd', ...rule }, 'Cel')).toBe(said);
  });

  test('what is commanded', () => {
    const command = { thing: 'gw', actuator: 'fan', value: true, validForMs: 1000 };
    expect(reaction({ name: 'r', device: 'd', command })).toBe('gw: fan → on');
    expect(reaction({ name: 'r', device: 'd' })).toBe('');
  });

  test('a rule is named after what it is about, and not as another', () => {
    expect(ruleName(['pump:a', 'flow rate', 'above'], [])).toBe('pump:a-flow-rate-above');
    expect(ruleName(['p', '', 'below'], ['p-below'])).toBe('p-below-2');
  });
});

describe('a draft', () => {
  const kinds: AlarmRule[] = [
    { name: 'r', group: 'hall-1', kind: 'ABSENCE', afterSeconds: 600 },
    { name: 'r', type: 'pump', kind: 'THRESHOLD', sensor: 't', side: 'ABOVE', threshold: 1 },
    { name: 'r', device: 'd', kind: 'THRESHOLD', sensor: 't', side: 'BELOW', threshold: -1.5, hysteresis: 0.5, holdSeconds: 60 },
    { name: 'r', device: 'd', kind: 'RATE', sensor: 't', side: 'ABOVE', perSecond: 2, overSeconds: 10 },
    { name: 'r', device: 'd', kind: 'RATE', sensor: 't', side: 'ABOVE', perMinute: 0 },
    { name: 'r', device: 'd', kind: 'ABSENCE', afterSeconds: 600 },
    { name: 'r', device: 'd', kind: 'COMPOSITE', of: 'ANY', rules: ['a', 'b'] },
    {
      name: 'r',
      device: 'd',
      kind: 'THRESHOLD',
      sensor: 't',
      side: 'ABOVE',
      threshold: 3,
      command: { thing: 'gw', actuator: 'fan', value: 'eco', validForMs: 90_000 },
    },
  ];

  test.each(kinds.map((rule) => [rule.kind, rule] as const))('of a rule (%s) is that rule', (_, rule) => {
    expect(ruleOf(draftOf(rule), [])).toEqual(expect.objectContaining(rule));
  });

  test('is no rule while something is missing, and says no number that was not typed', () => {
    const draft = newDraft('d', 't');
    expect(ruleOf(draft, [])).toBeNull();
    expect(ruleOf({ ...draft, limit: '0' }, [])).toEqual({
      name: 'd-t-above',
      device: 'd',
      kind: 'THRESHOLD',
      sensor: 't',
      side: 'ABOVE',
      threshold: 0,
    });
    expect(ruleOf({ ...draft, limit: '1e999' }, [])).toBeNull();
    expect(ruleOf({ ...draft, kind: 'COMPOSITE' }, [])).toBeNull();
    const command = { thing: 'gw', actuator: 'fan', value: '', validSeconds: '60' };
    expect(ruleOf({ ...draft, limit: '1', command }, [])).toBeNull();
  });

  test('values are what they look like', () => {
    expect(['true', 'false', '21.5', 'eco', ' 7 '].map(valueOf)).toEqual([true, false, 21.5, 'eco', 7]);
  });
});

test('a week is seven days without a point twice', () => {
  const week = days(7 * 86_400_000);
  expect(week.map((day) => day.fromMs)).toEqual([0, 1, 2, 3, 4, 5, 6].map((day) => day * 86_400_000));
  expect(week.at(-1)!.toMs).toBe(7 * 86_400_000 - 1);
  const merged: Series = { ...series('t', [[2000, 5], [3000, 6]]), stepMs: 1000, mins: [4, 5], maxs: [6, 7] };

  expect(joined([[series('t', [[1000, 1], [2000, 2]])], [merged]])).toEqual([
    { sensor: 't', unit: '', stepMs: 1000, timesMs: [1000, 2000, 3000], values: [1, 2, 6], mins: [1, 2, 5], maxs: [1, 2, 7] },
  ]);
});

test('a rule is about a device by its name, its group or its type', () => {
  const pump = { device: 'pump', groups: ['hall-1'], type: 'p' };
  const none = { device: 'fan', groups: [], type: '' };
  const rules: AlarmRule[] = [{ name: 'a', device: 'pump' }, { name: 'b', group: 'hall-1' }, { name: 'c', type: 'p' }];

  expect(rules.map((rule) => isAbout(rule, pump))).toEqual([true, true, true]);
  expect(rules.map((rule) => isAbout(rule, none))).toEqual([false, false, false]);
});

test('the week of what is younger begins a little before its first value', () => {
  const nowMs = 10 * WEEK_MS;
  const since = (agoMs: number) => weekOf(series('t', [[nowMs - agoMs, 1], [nowMs, 2]]), nowMs);

  expect(weekOf(undefined, nowMs)).toEqual({ fromMs: nowMs - WEEK_MS, toMs: nowMs });
  expect(since(WEEK_MS)).toEqual({ fromMs: nowMs - WEEK_MS, toMs: nowMs });
  expect(since(4 * 3_600_000)).toEqual({ fromMs: nowMs - 4.2 * 3_600_000, toMs: nowMs });
  expect(since(1_000), 'a quarter of an hour at the least').toEqual({ fromMs: nowMs - 900_000, toMs: nowMs });
});

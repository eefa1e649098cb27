// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { NOBODY, allToggled, toggled } from '../src/model/choice';
import { bodyOf, kindOfValues, newOrder, orderOf } from '../src/model/order';
import { commandsOf, controlOf, reachOf, stepsOf, wasDelivered } from '../src/model/control';
import { calendarOf, cronOf, nextOf, said, wallClock } from '../src/model/cron';
import type { Actuator, Command, CommandStatus, Takes } from '../src/model/device';
import { kindIn, knownOf, takesIn, valuesIn } from '../src/model/known';
import { newCommandHref, parseRoute } from '../src/router';

const command = (actuator: string, value: unknown, status: CommandStatus = 'SUCCEEDED'): Command => ({
  id: `${actuator} ${String(value)}`,
  actuator,
  value,
  status,
  atMs: 1,
  expiresAtMs: 2,
  statusAtMs: null,
  by: '',
  detail: '',
});

describe('an actuator is drawn as', () => {
  test.each([
    ['a switch, where it reports whether it is on', { reported: false, desired: null }, [], { kind: 'switch' }],
    ['on or off, where nobody knows which', { reported: null, desired: true }, [], { kind: 'onOff' }],
    ['a slider of per cents', { reported: 40, desired: 60 }, [], { kind: 'slider', least: 0, most: 100, step: 1 }],
    ['one that goes as far as it was asked', { reported: 40, desired: 40 }, [180], { kind: 'slider', least: 0, most: 255, step: 1 }],
    ['what it has taken', { reported: 'auto', desired: 'auto' }, ['off'], { kind: 'choice', values: ['auto', 'off'] }],
    ['a button, where that is one thing', { reported: null, desired: 'ring' }, ['ring'], { kind: 'choice', values: ['ring'] }],
    ['anything, where nobody knows', { reported: null, desired: null }, [], { kind: 'any' }],
    ['a text, where it has taken nothing', { reported: null, desired: 'x' }, [], { kind: 'text' }],
  ])('%s', (_, state, taken, control) => {
    const history = taken.map((value) => command('it', value));

    expect(controlOf({ name: 'it', takes: null, ...state }, history)).toEqual(control);
  });

  const number = { kind: 'NUMBER', minimum: 10, maximum: 35, step: 0.5, unit: 'Cel' } as const;
  test.each([
    ['a switch', { kind: 'BOOLEAN' }, false, { kind: 'switch' }],
    ['on or off before it was ever moved', { kind: 'BOOLEAN' }, null, { kind: 'onOff' }],
    ['exactly the range', number, 40, { kind: 'slider', least: 10, most: 35, step: 0.5, takes: number }],
    ['the range before it was ever moved', number, null, { kind: 'slider', least: 10, most: 35, step: 0.5, takes: number }],
    ['the texts that it takes and no others', { kind: 'TEXT', options: ['off', 'eco'] }, 'auto', { kind: 'choice', values: ['off', 'eco'], only: true }],
    ['a button, where it takes one thing', { kind: 'TEXT', options: ['ring'] }, null, { kind: 'choice', values: ['ring'], only: true }],
    ['what it has taken, where any text will do', { kind: 'TEXT', options: [] }, 'auto', { kind: 'choice', values: ['auto', 'before'] }],
  ] as const)('its device says: %s', (_, takes, reported, control) => {
    const actuator = { name: 'it', takes, reported, desired: null };

    expect(controlOf(actuator, [command('it', 'before'), command('it', 7)])).toEqual(control);
  });

  test.each([
    ['no end', {}, { least: 0, most: 100, step: 1 }],
    ['a small range', { minimum: 0, maximum: 1 }, { least: 0, most: 1, step: 0.01 }],
    ['a large one', { minimum: 0, maximum: 65_535 }, { least: 0, most: 65_535, step: 10 }],
    ['a low end beyond what is usual', { minimum: 300 }, { least: 300, most: 400, step: 1 }],
    ['a high end below it', { maximum: -5 }, { least: -105, most: -5, step: 1 }],
    ['steps from 0', { maximum: 50, step: 7 }, { least: -105, most: 50, step: 7 }],
  ])('a slider as far as its device says: %s', (_, some, reach) => {
    const takes = { kind: 'NUMBER', minimum: null, maximum: null, step: null, unit: '', ...some } as const;
    const reported = 'step' in some ? -3 : null;

    expect(controlOf({ name: 'it', takes, reported, desired: null }, [])).toMatchObject(reach);
  });

  test('a range that is usual and has every value', () => {
    expect(reachOf([0.25, 1])).toEqual({ least: 0, most: 1, step: 0.01 });
    expect(reachOf([-12, 21.5])).toEqual({ least: -100, most: 100, step: 0.1 });
    expect(reachOf([4_200])).toEqual({ least: 0, most: 10_000, step: 10 });
    expect(reachOf([])).toEqual({ least: 0, most: 100, step: 1 });
  });
});

describe('what several devices have', () => {
  const has = (name: string, takes: Takes | null, reported: unknown = null): Actuator => ({ name, takes, reported, desired: null });
  const on = (...actuators: Actuator[]) => ({ actuators });
  const percent: Takes = { kind: 'NUMBER', minimum: 0, maximum: 100, step: 1, unit: '%' };

  test('is of the kind that each says or is set to', () => {
    const known = knownOf([on(has('fan', percent), has('bell', null, 'x'), has('new', null)), on(has('fan', null, 3), has('bell', percent))]);

    expect(kindIn(known, 'fan')).toBe('number');
    expect(kindIn(known, 'bell')).toBe('any');
    expect(kindIn(known, 'new')).toBe('any');
    expect(valuesIn(known, 'fan')).toEqual([3]);
    expect(takesIn(known, 'fan'), 'one does not say').toBeNull();
  });

  test('takes what each takes, where that is the same', () => {
    const known = knownOf([on(has('fan', percent), has('mode', percent)), on(has('fan', { ...percent }), has('mode', { ...percent, maximum: 9 }))]);

    expect(takesIn(known, 'fan')).toEqual(percent);
    expect(takesIn(known, 'mode')).toBeNull();
    expect(takesIn(known, 'nothing')).toBeNull();
  });
});

test('a command goes its way; what expired may never have come there', () => {
  const steps = (['PENDING', 'ACCEPTED', 'FAILED', 'EXPIRED'] as const).map((status) => command('it', 1, status));

  expect(steps.map(stepsOf)).toEqual([1, 2, 3, 3]);
  expect(steps.map(wasDelivered)).toEqual([false, true, true, false]);
});

test('of the commands of its gateway a device behind it has its own', () => {
  const all = [command('fan', 1), command('hall:lamp', 2), command('hall2:lamp', 3)];

  expect(commandsOf('gw', 'gw', all)).toHaveLength(3);
  expect(commandsOf('gw:hall', 'gw', all).map((one) => one.value)).toEqual([2]);
});

describe('the calendar', () => {
  test.each([
    ['30 22 * * ? *', 'every day at 22:30'],
    ['5 6 ? * MON-FRI *', 'from Monday to Friday at 06:05'],
    ['0 8 ? * SAT,MON *', 'Monday, Saturday at 08:00'],
    ['0 8 15 * ? *', 'on day 15 of each month at 08:00'],
    ['0 8 L * ? *', 'on the last day of each month at 08:00'],
    ['0/10 8 * * ? *', 'cron 0/10 8 * * ? *'],
    ['0 8 ? * FRI-MON *', 'cron 0 8 ? * FRI-MON *'],
    ['0 8 ? 3 MON *', 'cron 0 8 ? 3 MON *'],
    ['0 8 32 * ? *', 'cron 0 8 32 * ? *'],
    ['0 24 * * ? *', 'cron 0 24 * * ? *'],
    ['0 8 ? * 2 *', 'cron 0 8 ? * 2 *'],
    ['', 'cron '],
  ])('%s is %s', (cron, words) => {
    expect(said(cron)).toBe(words);
    const calendar = calendarOf(cron);
    if (calendar.repeat !== 'own') {
      expect(said(cronOf(calendar)), 'and is written so that it says the same').toBe(words);
    }
  });

  test('days that follow one another are written as a range', () => {
    expect(cronOf({ repeat: 'weekly', time: '06:30', days: ['MON', 'TUE', 'WED', 'THU', 'FRI'] })).toBe('30 6 ? * MON-FRI *');
    expect(cronOf({ repeat: 'weekly', time: '06:30', days: ['MON', 'TUE'] })).toBe('30 6 ? * MON,TUE *');
  });

  test('what comes next is told on the clock of the zone', () => {
    // A Friday, 23:30 in Berlin.
    const nowMs = Date.UTC(2026, 10, 27, 22, 30);

    expect(wallClock(nowMs, 'Europe/Berlin')).toBe('2026-11-27T23:30');
    expect(nextOf('45 23 ? * MON-FRI *', 'Europe/Berlin', nowMs, 2)).toEqual(['2026-11-27T23:45', '2026-11-30T23:45']);
    expect(nextOf('0 23 ? * MON-FRI *', 'Europe/Berlin', nowMs, 1)).toEqual(['2026-11-30T23:00']);
    expect(nextOf('0 8 31 * ? *', 'UTC', nowMs, 2)).toEqual(['2026-12-31T08:00', '2027-01-31T08:00']);
    expect(nextOf('0 8 L * ? *', 'UTC', nowMs, 2)).toEqual(['2026-11-30T08:00', '2026-12-31T08:00']);
    expect(nextOf('0/5 * * * ? *', 'UTC', nowMs, 2)).toEqual([]);
  });
});

describe('a command to many', () => {
  const draft = newOrder({ devices: ['a'], actuator: 'lamp', value: 'true', valid: '2', unit: 'min' });

  test('is what was typed, as the actuator takes it', () => {
    expect(bodyOf(draft, 'any')).toEqual({ devices: ['a'], actuator: 'lamp', value: true, validForMs: 120_000 });
    expect(bodyOf({ ...draft, value: '5' }, 'string')).toMatchObject({ value: '5' });
    expect(bodyOf({ ...draft, value: '5' }, 'any')).toMatchObject({ value: 5 });
  });

  test.each([
    ['for nobody', { devices: [] }],
    ['of nothing', { actuator: '' }],
    ['of what can be no name', { actuator: 'a b' }],
    ['without a value', { value: ' ' }],
    ['for longer than a week', { valid: '8', unit: 'd' }],
    ['for no time', { valid: '0' }],
    ['at no time', { when: 'once', name: 'x' }],
    ['under no name', { when: 'calendar' }],
    ['under what can be no name', { when: 'calendar', name: 'a/b' }],
  ] as const)('%s is none', (_, some) => {
    expect(bodyOf({ ...draft, ...some }, 'any')).toBeNull();
  });

  test('a schedule is changed as it was read', () => {
    const read = orderOf({
      schedule: 'night',
      by: 'ada',
      changedMs: 1,
      at: '',
      cron: '30 22 * * ? *',
      timeZone: 'Europe/Berlin',
      enabled: false,
      description: 'lights out',
      devices: [],
      groups: ['hall'],
      actuator: 'lamp',
      value: false,
      validForMs: 7_200_000,
    });

    expect([read.valid, read.unit]).toEqual(['2', 'h']);
    expect(bodyOf(read, 'boolean')).toEqual({
      groups: ['hall'],
      actuator: 'lamp',
      value: false,
      validForMs: 7_200_000,
      cron: '30 22 * * ? *',
      timeZone: 'Europe/Berlin',
      enabled: false,
      description: 'lights out',
    });
  });

  test('values of several kinds are of any', () => {
    expect(kindOfValues([true, false])).toBe('boolean');
    expect(kindOfValues([true, 1])).toBe('any');
    expect(kindOfValues([])).toBe('any');
    expect(kindOfValues([null])).toBe('any');
  });

  test('for whom it is stands in the address', () => {
    const href = newCommandHref({ devices: ['a b', 'gw:c'], groups: ['hall'], when: 'calendar' });

    expect(parseRoute(href)).toEqual({
      page: 'new-command',
      devices: ['a b', 'gw:c'],
      groups: ['hall'],
      actuator: '',
      value: '',
      when: 'calendar',
    });
  });
});

describe('devices are chosen', () => {
  const shown = ['a', 'b', 'c', 'd'];
  const names = (choice: typeof NOBODY) => [...choice.names].sort().join('');

  test('one by one, a range, and all that are shown', () => {
    const one = toggled(NOBODY, 'b', shown, false);
    expect(names(toggled(one, 'd', shown, true))).toBe('bcd');
    expect(names(toggled(one, 'b', shown, false))).toBe('');
    expect(names(allToggled(one, ['c', 'd']))).toBe('bcd');
    expect(names(allToggled(allToggled(one, shown), shown)), 'a second time: none').toBe('');
  });

  test('a range from what is not shown any more is one', () => {
    expect(names(toggled({ names: new Set(['x']), last: 'x' }, 'c', shown, true))).toBe('cx');
  });
});

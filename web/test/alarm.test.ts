// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { firings, ruleName } from '../src/model/alarm';
import type { Series } from '../src/model/series';

const of = (values: number[], mins: number[] | null = null, maxs: number[] | null = null): Series => ({
  sensor: 't',
  unit: '',
  stepMs: 0,
  timesMs: values.map((_, index) => index),
  values,
  mins,
  maxs,
});

test('an alarm is raised beyond the threshold, and again after it has come back', () => {
  const series = of([29, 30, 31, 32, 30, 31]);

  expect(firings(series, { side: 'ABOVE', threshold: 30 })).toEqual([2, 5]);
  expect(firings(series, { side: 'ABOVE', threshold: 30, hysteresis: 1 })).toEqual([2]);
});

test('below is the other way round', () => {
  expect(firings(of([5, -1, 0, -2]), { side: 'BELOW', threshold: 0 })).toEqual([1, 3]);
});

test('of merged points the farthest value counts', () => {
  expect(firings(of([20, 20], [19, 19], [35, 21]), { side: 'ABOVE', threshold: 30 })).toEqual([0]);
});

test('a rule is named after what it is about, and not as another', () => {
  expect(ruleName('pump:a', 'flow rate', 'ABOVE', [])).toBe('pump:a-flow-rate-above');
  expect(ruleName('p', 's', 'BELOW', ['p-s-below'])).toBe('p-s-below-2');
});

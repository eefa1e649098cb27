// SPDX-License-Identifier: Apache-2.0
// @vitest-environment jsdom
import { expect, test, vi } from 'vitest';

test('a point between gaps is seen; one that is only between the times of another device is in a line', async () => {
  // The chart's library asks for the screen as soon as it is there.
  vi.stubGlobal('matchMedia', () => ({ addEventListener: () => undefined }));
  const { aloneIn } = await import('../src/chart/options');

  expect(aloneIn([1, 2, null, 3, null, 4, 5])).toEqual([3]);
  expect(aloneIn([1, undefined, 2, undefined, 3, undefined])).toEqual([]);
  expect(aloneIn([undefined, 1, undefined, null, undefined, 2, undefined, 3])).toEqual([1]);
  expect(aloneIn([null, 7])).toEqual([1]);
  expect(aloneIn([7])).toEqual([0]);
  expect(aloneIn([])).toEqual([]);
});

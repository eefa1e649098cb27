// SPDX-License-Identifier: Apache-2.0
// @vitest-environment jsdom
import { render } from 'preact';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Unreachable } from '../src/api/unreachable';
import { type Polled, usePoll } from '../src/parts/poll';

// On a clock that the tests move.
const DAY_MS = 24 * 3_600_000;
let place: HTMLElement;
beforeEach(() => {
  vi.useFakeTimers();
  place = document.createElement('div');
});
afterEach(() => {
  render(null, place);
  vi.useRealTimers();
});

function shows(ask: () => Promise<string>, everyMs: number): { last: Polled<string> | null } {
  const seen: { last: Polled<string> | null } = { last: null };
  const Asker = () => {
    seen.last = usePoll(ask, everyMs, 'key');
    return null;
  };
  render(<Asker />, place);
  return seen;
}

test('what nothing answered is asked for again soon, however seldom it is asked for', async () => {
  let asked = 0;
  const seen = shows(async () => {
    asked++;
    if (asked < 3) {
      throw new Unreachable('nobody is there');
    }
    return 'here';
  }, DAY_MS);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(asked).toBe(1);
  expect(seen.last!.error, 'the app says so, once').toBeNull();

  await vi.advanceTimersByTimeAsync(20_000);
  expect(seen.last!.data).toBe('here');
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(asked, 'and then as seldom as before').toBe(3);
});

test('what is asked for often is not asked for less because nothing answers', async () => {
  let asked = 0;
  shows(async () => {
    asked++;
    throw new Unreachable('nobody is there');
  }, 1_000);

  await vi.advanceTimersByTimeAsync(5_500);
  expect(asked).toBeGreaterThanOrEqual(5);
});

test('two turns at once are one from then on, and the newer is heard', async () => {
  const answers: ((answer: string) => void)[] = [];
  const seen = shows(() => new Promise((answer) => answers.push(answer)), 1_000);
  await vi.advanceTimersByTimeAsync(200);
  expect(answers).toHaveLength(1);
  dispatchEvent(new Event('online'));
  expect(answers).toHaveLength(2);

  answers[1]!('newer');
  await vi.advanceTimersByTimeAsync(10);
  answers[0]!('older');
  await vi.advanceTimersByTimeAsync(10);
  expect(seen.last!.data).toBe('newer');

  await vi.advanceTimersByTimeAsync(1_000);
  expect(answers).toHaveLength(3);
  answers[2]!('third');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(answers, 'not two by two').toHaveLength(4);
});

test('why one question was refused is not said of another', async () => {
  const errors: (string | null)[] = [];
  const Asker = ({ of }: { of: string }) => {
    const ask = () => (of === 'first' ? Promise.reject(new Error('no')) : new Promise<string>(() => undefined));
    errors.push(usePoll(ask, 1_000, of).error);
    return null;
  };
  render(<Asker of="first" />, place);
  await vi.advanceTimersByTimeAsync(200);
  expect(errors.at(-1)).toBe('no');

  render(<Asker of="second" />, place);
  await vi.advanceTimersByTimeAsync(200);
  expect(errors.at(-1)).toBeNull();
});

// SPDX-License-Identifier: Apache-2.0
// @vitest-environment jsdom
import { render } from 'preact';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { COMMAND_STATUSES, type Counts, type FleetCommand } from '../src/model/command';
import type { CommandStatus } from '../src/model/device';
import { FleetCommandCard } from '../src/parts/fleet-command';
import * as text from '../src/text';

// On a clock that the tests move.
let root: HTMLElement;
beforeEach(() => {
  vi.useFakeTimers();
  root = document.createElement('div');
});
afterEach(() => {
  render(null, root);
  vi.useRealTimers();
});

const all = (status: CommandStatus): Counts =>
  Object.fromEntries(COMMAND_STATUSES.map((one) => [one, one === status ? 2 : 0])) as Record<CommandStatus, number>;

test('a command is counted until all of it is over, also after it has expired', async () => {
  const command: FleetCommand = {
    id: 'c1',
    atMs: Date.now(),
    by: 'ada',
    actuator: 'lamp',
    value: true,
    expiresAtMs: Date.now() + 60_000,
    devices: ['a', 'b'],
    groups: [],
    schedule: '',
    targets: 2,
    counts: null,
  };
  let status: CommandStatus = 'PENDING';
  let counted = 0;
  const count = async () => {
    counted++;
    return { ...command, counts: all(status) };
  };
  render(<FleetCommandCard command={command} who={(by) => by} count={count} />, root);
  await vi.advanceTimersByTimeAsync(90_000);
  expect(root.querySelector('.tag')!.textContent).toBe(text.commands.open);

  // It is marked so by what looks for it every minute.
  status = 'EXPIRED';
  await vi.advanceTimersByTimeAsync(30_000);
  expect(root.querySelector('.tag')!.textContent).toBe(text.commands.over);
  expect(root.textContent).toContain('2 expired');
  const before = counted;
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(counted, 'what is over changes no more').toBe(before);
});

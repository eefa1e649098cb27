// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { NEW_JOB, requestOf } from '../src/model/job';

const whole = { ...NEW_JOB, devices: ['gw'] };

test('a job is none without a target, or with the document of another type', () => {
  expect(requestOf(NEW_JOB)).toBeNull();
  expect(requestOf({ ...whole, type: 'run' })).toBeNull();
  expect(requestOf({ ...whole, type: 'run', document: '{"fieldline": {"type": "reboot"}}' })).toBeNull();
  expect(requestOf({ ...whole, type: 'run', document: 'null' })).toBeNull();
  expect(requestOf({ ...whole, type: 'run', document: '{"fieldline": {"type": "run", "program": "/a"}}' })).toMatchObject({
    document: { fieldline: { type: 'run', program: '/a' } },
  });
});

test('what is not said is not sent', () => {
  expect(requestOf({ ...whole, abortPercent: '' })).toEqual({
    document: { fieldline: { type: 'reboot' } },
    devices: ['gw'],
  });
  expect(
    requestOf({ ...whole, perMinute: '5', abortPercent: '2.5', abortAfter: '', timeoutMinutes: '30', description: 'x' }),
  ).toEqual({
    document: { fieldline: { type: 'reboot' } },
    devices: ['gw'],
    description: 'x',
    rollout: { maximumPerMinute: 5 },
    abort: [{ of: 'ALL', percent: 2.5, atLeast: 1 }],
    timeoutMinutes: 30,
  });
});

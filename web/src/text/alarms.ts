// SPDX-License-Identifier: Apache-2.0
import type { AlarmEvent } from '../model/device';

// Alarms, and what rules say.

export const alarms = {
  title: 'Alarms',
  showLabel: 'Which alarms',
  show: { all: 'All', open: 'Not acknowledged', acknowledged: 'Acknowledged' },
  none: 'No alarm stands',
  noneHint: 'What your rules watch for is told here while it lasts, on every device.',
  toRules: 'See the alarm rules',
  noneOfThese: 'None of these.',
  since: (ago: string) => `since ${ago}`,
  acknowledge: 'Acknowledge',
  acknowledgeOf: (rule: string) => `Acknowledge ${rule}`,
  acknowledged: (by: string, when: string) => `acknowledged by ${by}, ${when}`,
  history: 'History',
  historyOf: (rule: string) => `History of ${rule}`,
  noHistory: 'Nothing is kept of this alarm.',
  commentLabel: (rule: string) => `Comment on ${rule}`,
  commentHint: 'What was found, what was done…',
  send: 'Add comment',
  untold: 'nobody was told: it was over when it came',
  standing: 'alarm',
  over: 'OK',
  events: {
    RAISED: 'raised',
    CLEARED: 'cleared',
    ACKNOWLEDGED: 'acknowledged',
    COMMENTED: 'commented',
  } satisfies Record<AlarmEvent['kind'], string>,
  at: (value: string) => `at ${value}`,
};

export const rule = {
  threshold: (sensor: string, side: 'ABOVE' | 'BELOW', limit: string) =>
    `${sensor} ${side === 'ABOVE' ? 'above' : 'below'} ${limit}`,
  rate: (sensor: string, side: 'ABOVE' | 'BELOW', rate: string) =>
    `${sensor} changes by ${side === 'ABOVE' ? 'more' : 'less'} than ${rate}`,
  absence: (sensor: string, after: string) =>
    sensor === '' ? `nothing comes for ${after}` : `no ${sensor} for ${after}`,
  composite: (of: 'ALL' | 'ANY', rules: readonly string[]) =>
    rules.join(of === 'ALL' ? ' and ' : ' or '),
  held: (time: string) => (time === '' ? '' : `for ${time}`),
  reaction: (thing: string, actuator: string, value: string) =>
    `${thing === '@device' ? 'itself' : thing}: ${actuator} → ${value}`,
  add: 'New alarm rule',
  edit: 'Change',
  editOf: (name: string) => `Change ${name}`,
  quiet: 'quiet',
};

// SPDX-License-Identifier: Apache-2.0
import { plural } from './plural';

// Commands to many.

export const commands = {
  title: 'Commands to many',
  none: 'No command to many was given yet',
  noneHint: 'Choose devices in the list of devices, or a group, and command them at once. What becomes of it on each is told here.',
  add: 'New command',
  what: (actuator: string, value: string) => `${actuator} → ${value}`,
  of: (schedule: string) => `of the schedule ${schedule}`,
  open: 'on its way',
  over: 'over',
  every: 'All',
  showLabel: 'Which devices',
  noneOfThese: 'No device is so far.',
  again: 'Command those again…',
  columns: { device: 'Device', state: 'State', when: 'When', why: 'Why' },
  nobody: 'nobody was told yet',
  targets: (count: number) => plural(count, 'device'),
  make: 'Command to many devices',
  forWhom: 'For whom',
  forWhomHint: 'Devices behind one gateway are commanded once, by it.',
  actuator: 'What is commanded',
  actuatorHint: 'The name of a switch, as the devices have it.',
  value: 'Set to',
  valueHint: 'true, false, a number or a text',
  known: (has: number, of: number) => (has === of ? 'each that was looked at has it' : `${has} of ${of} looked at have it`),
  on: 'on',
  off: 'off',
  valid: 'Valid for',
  validHint: 'After that no device carries it out. At most 7 days.',
  units: { s: 'seconds', min: 'minutes', h: 'hours', d: 'days' },
  unit: 'Unit of the time',
  when: 'When',
  times: { now: 'Now', once: 'Once', calendar: 'By the calendar' },
  timeHints: {
    now: 'As soon as each device is there.',
    once: 'At one time.',
    calendar: 'Again and again.',
  },
  give: 'Give the command',
};

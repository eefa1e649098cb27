// SPDX-License-Identifier: Apache-2.0

import type { CommandStatus } from './model/device';

/** Every word that the app says, in one place. */
export const text = {
  name: 'Fieldline',
  skip: 'Skip to content',
  loading: 'Loading…',
  retry: 'Try again',
  signIn: {
    title: 'Sign in to see your devices',
    button: 'Sign in',
    out: 'Sign out',
    unreachable: 'The sign-in service cannot be reached',
    refused: 'The sign-in was not accepted',
    ended: 'Your sign-in has ended. Sign in again.',
    unexpectedAnswer: 'This page was opened with an answer that it did not ask for. Sign in again.',
  },
  fleet: {
    title: 'Devices',
    search: 'Search devices',
    empty: 'No device has sent anything yet',
    emptyHint: 'Send a reading to the agent on this machine:',
    emptyCommand: "echo 'temperature=21.5 Cel' | nc -N 127.0.0.1 9999",
    alarms: (count: number) => `${count} alarm${count === 1 ? '' : 's'}`,
    emptyAgent: 'Or start an agent where the sensors are, with a file of its own:',
    emptyAgentCommand: './fieldline agent --config agent.yaml',
    emptyLook: 'This page shows the device as soon as its first value arrives.',
    show: { all: 'All', sending: 'Sending', silent: 'Silent', alarms: 'With alarms' },
    showLabel: 'Which devices',
    silent: 'silent',
    sending: 'sending',
    noMatch: 'No device matches.',
    columns: { device: 'Device', latest: 'Latest values', seen: 'Last seen', alarms: 'Alarms' },
    count: (shown: number, all: number) =>
      shown === all ? `${all} device${all === 1 ? '' : 's'}` : `${shown} of ${all} devices`,
  },
  device: {
    back: 'All devices',
    noSensors: 'No values in this time range',
    noSensorsHint: 'Choose a longer range, or check that the device is switched on.',
    sensors: 'Values',
    actuators: 'Switches',
    noActuators: 'This device reports nothing that can be switched.',
    alarms: 'Alarms',
    noAlarms: 'No alarm.',
    commands: 'Commands',
    noCommands: 'No command was sent yet.',
    range: 'Time range',
    csv: 'Download CSV',
    live: { on: 'live', connecting: 'connecting…', off: 'not live' },
    reported: 'reported',
    desired: 'wanted',
    unknown: 'unknown',
    never: 'never',
    set: 'Set',
    needsOperator: 'Only operators may switch. Ask an administrator for the role.',
    zoomHint: 'Drag over a chart to zoom, or turn the wheel with Ctrl held; double-click to go back.',
    earlier: 'Earlier',
    later: 'Later',
    closer: 'Zoom in',
    wider: 'Zoom out',
    between: (from: string, to: string) => `${from} – ${to}`,
  },
  chart: {
    empty: (sensor: string) => `${sensor}: no values`,
    summary: (sensor: string, points: number, least: string, most: string, last: string) =>
      `${sensor}: ${points} points, from ${least} to ${most}, last ${last}`,
  },
  table: {
    title: 'Values as a table',
    of: (sensor: string) => `Values of ${sensor} as a table`,
    time: 'Time',
    value: 'Value',
    min: 'Least',
    max: 'Most',
    more: (shown: number, all: number) =>
      `The newest ${shown} of ${all}. The CSV file has them all.`,
  },
  command: {
    PENDING: 'pending',
    ACCEPTED: 'delivered',
    SUCCEEDED: 'done',
    FAILED: 'failed',
    REJECTED: 'rejected',
    EXPIRED: 'expired',
    SUPERSEDED: 'replaced by a newer command',
  } satisfies Record<CommandStatus, string>,
  rules: {
    rule: 'rule',
    add: 'New alarm',
    save: 'Add alarm',
    remove: 'Remove',
    sensor: 'Sensor',
    side: 'Above or below',
    threshold: 'Threshold',
    above: 'above',
    below: 'below',
    sentence: (sensor: string, side: 'ABOVE' | 'BELOW', threshold: string) =>
      `${sensor} ${side === 'ABOVE' ? 'above' : 'below'} ${threshold}`,
    other: (name: string, kind: 'THRESHOLD' | 'RATE' | 'ABSENCE' | 'COMPOSITE') =>
      ({
        THRESHOLD: name,
        RATE: `${name}: changes too fast`,
        ABSENCE: `${name}: nothing comes`,
        COMPOSITE: `${name}: other rules`,
      })[kind],
    wouldHave: (times: number, last: string) =>
      times === 0
        ? 'In the last 7 days it would not have been an alarm.'
        : `In the last 7 days it would have been an alarm ${times === 1 ? 'once' : `${times} times`}, last on ${last}.`,
  },
  copy: { button: 'Copy', done: 'copied', failed: 'not copied: select it and copy it' },
  problem: {
    newVersion: 'A part of this page could not be fetched. There may be a new version: load the page again.',
    slow: 'The server takes too long to answer. This page asks again by itself.',
    title: 'That did not work',
    offline: 'The server cannot be reached. Check the connection; this page asks again by itself.',
    failed: (status: number) =>
      `The server could not answer (${status}). This page asks again by itself; if it stays so, tell an administrator.`,
    notFound: 'There is no such page.',
  },
};

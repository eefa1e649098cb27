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
    emptyHint: 'Start an agent, or send a reading to one:',
    emptyCommand: 'echo temperature=21.5 | nc 127.0.0.1 9999',
    alarms: (count: number) => `${count} alarm${count === 1 ? '' : 's'}`,
    noMatch: 'No device matches the search.',
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
    zoomHint: 'Drag over a chart to zoom, double-click to go back.',
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
  problem: {
    title: 'That did not work',
    offline: 'The server cannot be reached. Check the connection.',
    notFound: 'There is no such page.',
  },
};

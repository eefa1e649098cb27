// SPDX-License-Identifier: Apache-2.0
import { plural } from './plural';

// The list of devices.

export const fleet = {
  never: 'never',
  back: 'All devices',
  title: 'Devices',
  search: 'Search devices',
  empty: 'No device has sent anything yet',
  emptyHint: 'Send a reading to the agent on this machine:',
  emptyCommand: "echo 'temperature=21.5 Cel' | nc -N 127.0.0.1 9999",
  alarms: (count: number) => plural(count, 'alarm'),
  emptyAgent: 'Or start an agent where the sensors are, with a file of its own:',
  emptyAgentCommand: './fieldline agent --config agent.yaml',
  emptyLook: 'This page shows the device as soon as its first value arrives.',
  show: { all: 'All', sending: 'Sending', silent: 'Silent', alarms: 'With alarms' },
  showLabel: 'Which devices',
  group: 'Group',
  anyGroup: 'Every group',
  type: 'Type',
  anyType: 'Every type',
  showAll: 'Show all devices',
  look: { list: 'As a list', cards: 'As cards', map: 'On a map' },
  lookLabel: 'Layout',
  silent: 'silent',
  sending: 'sending',
  via: (thing: string) => `via ${thing}`,
  offline: (since: string) => `offline since ${since}`,
  further: (count: number) => `+${count}`,
  more: (count: number) => `Show more of the ${count} others`,
  noMatch: 'No device matches.',
  columns: {
    device: 'Device',
    latest: 'Latest values',
    hour: 'Last hour',
    seen: 'Last seen',
    alarms: 'Alarms',
  },
  count: (shown: number, all: number) =>
    shown === all ? plural(all, 'device') : `${shown} of ${plural(all, 'device')}`,
  choose: (device: string) => `Choose ${device}`,
  chooseAll: (count: number) => (count === 1 ? 'Choose the one shown' : `Choose all ${count} shown`),
  chosen: (count: number) => `${plural(count, 'device')} chosen`,
  chosenHidden: (count: number) => `${count} of them not shown`,
  bulk: 'What is to be done with them',
  command: 'Command them…',
  schedule: 'Schedule…',
  unchoose: 'Choose none',
  spark: (sensor: string, least: string, most: string) =>
    `${sensor} in the last hour: from ${least} to ${most}`,
  noSpark: (sensor: string) => `${sensor}: no values in the last hour`,
};

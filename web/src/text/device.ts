// SPDX-License-Identifier: Apache-2.0

// A device: its values, switches and commands.

export const device = {
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
  csvRows: (rows: number) => `${rows} rows…`,
  csvOf: 'A row in the file for',
  resolutions: { raw: 'each reading', minute: 'each minute', hour: 'each hour' },
  compare: 'Compare with another device',
  compareNone: 'Compare with…',
  compareWith: (device: string) => `beside ${device}`,
  whole: 'Back to the whole range',
  live: { on: 'live', connecting: 'connecting…', off: 'not live' },
  reported: 'reported',
  desired: 'wanted',
  unknown: 'unknown',
  set: 'Set',
  slider: (actuator: string) => `${actuator}, about`,
  another: 'Another value…',
  anything: 'true, false, a number or a text',
  somethingElse: 'Command something else…',
  schedule: 'Schedule a command…',
  expiresIn: (left: string) => `expires in ${left}`,
  after: (took: string) => `after ${took}`,
  needsOperator: 'Only operators may switch. Ask an administrator for the role.',
  zoomHint:
    'Drag over a chart to zoom, or turn the wheel with Ctrl held; double-click to go back. With keys: arrows, + and −, Escape. With fingers: one moves, two zoom.',
  earlier: 'Earlier',
  later: 'Later',
  closer: 'Zoom in',
  wider: 'Zoom out',
  between: (from: string, to: string) => `${from} – ${to}`,
};

export const wanted = {
  title: 'Wanted and reported',
  columns: {
    actuator: 'Switch',
    desired: 'Wanted',
    reported: 'Reported',
    delta: 'Difference',
    history: 'Last commands',
  },
  nothing: 'nothing yet',
  none: 'none',
  change: (from: string, to: string) => `${from} → ${to}`,
  never: 'none',
};

export const table = {
  title: 'Values as a table',
  of: (sensor: string) => `Values of ${sensor} as a table`,
  time: 'Time',
  value: 'Value',
  min: 'Least',
  max: 'Most',
  more: (shown: number, all: number) =>
    `The newest ${shown} of ${all}. The CSV file has them all.`,
};

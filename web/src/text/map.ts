// SPDX-License-Identifier: Apache-2.0
import { plural } from './plural';

// The map of devices.

export const map = {
  label: 'Map of the devices',
  hint: 'Drag to move, turn the wheel with Ctrl held to zoom; with keys: arrows, + and −, Escape shows all. With fingers: one moves, two zoom.',
  noPosition: (count: number) => `${plural(count, 'device')} without a position`,
  none: 'None of these devices tells where it is',
  noneHint: 'A device is on the map when it sends two sensors, latitude and longitude, in degrees: with the units lat and lon of SenML, or under these names.',
  closer: 'Zoom in',
  wider: 'Zoom out',
  all: 'Show all',
  cluster: (count: number) => `${plural(count, 'device')} close together: zoom in`,
  here: (count: number) => `${plural(count, 'device')} at one place`,
  close: 'Close',
  alarms: (count: number) => (count === 0 ? '' : `, ${plural(count, 'alarm')}`),
  km: (km: number) => `${km} km`,
  m: (m: number) => `${m} m`,
};

// SPDX-License-Identifier: Apache-2.0
import type { DeviceSummary, Latest } from './device';

/** Where something is, in degrees of WGS 84. */
export interface Position {
  readonly lat: number;
  readonly lon: number;
}

/**
 * Where a device says that it is, by two of its sensors: those with the units `lat` and `lon`, or those that are
 * called `latitude` and `longitude`. Source: RFC 8428, 12.1.
 */
export function positionOf({ latest }: DeviceSummary): Position | null {
  const lat = within(latest, 'lat', 'latitude', 90);
  const lon = within(latest, 'lon', 'longitude', 180);
  return lat === null || lon === null ? null : { lat, lon };
}

/** Nothing where it can be no degree. */
function within(latest: readonly Latest[], unit: string, name: string, most: number): number | null {
  const found = latest.find((one) => one.unit === unit) ?? latest.find((one) => one.sensor === name);
  return typeof found?.value === 'number' && Math.abs(found.value) <= most ? found.value : null;
}

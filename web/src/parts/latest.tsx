// SPDX-License-Identifier: Apache-2.0
import type { LiveValue } from '../live/frame';
import type { Latest as LatestValue } from '../model/device';
import { quantity } from '../model/quantity';
import { ago, clock } from '../model/time';

/** The newest value of every sensor, from whichever path brought it last. */
export function Latest({
  latest,
  live,
}: {
  latest: readonly LatestValue[];
  live: readonly LiveValue[];
}) {
  const newest = new Map<string, LatestValue>(latest.map((one) => [one.sensor, one]));
  for (const value of live) {
    if (value.atMs >= (newest.get(value.sensor)?.atMs ?? 0)) {
      newest.set(value.sensor, value);
    }
  }
  const nowMs = Date.now();
  return (
    <ul class="tiles">
      {[...newest.values()].map((one) => {
        const { number, unit } = quantity(one.value, one.unit);
        return (
          <li key={one.sensor} title={`${String(one.value)} ${one.unit} · ${clock(one.atMs)}`}>
            <span class="quiet">{one.sensor}</span>
            <b data-sensor={one.sensor}>
              {number} <small>{unit}</small>
            </b>
            <span class="quiet">{ago(one.atMs, nowMs)}</span>
          </li>
        );
      })}
    </ul>
  );
}

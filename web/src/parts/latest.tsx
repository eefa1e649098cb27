// SPDX-License-Identifier: Apache-2.0
import type { LiveValue } from '../live/frame';
import type { Latest as LatestValue } from '../model/device';
import { shown } from '../model/series';
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
      {[...newest.values()].map((one) => (
        <li key={one.sensor} title={clock(one.atMs)}>
          <span class="quiet">{one.sensor}</span>
          <b data-sensor={one.sensor}>
            {shown(one.value)} <small>{one.unit}</small>
          </b>
          <span class="quiet">{ago(one.atMs, nowMs)}</span>
        </li>
      ))}
    </ul>
  );
}

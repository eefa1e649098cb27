// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Api } from '../api/client';
import { series } from '../api/devices';
import type { Latest } from '../model/device';
import { quantityText } from '../model/quantity';
import { SPARK_MS, Sparks, sparkPath } from '../model/spark';
import * as text from '../text';

const WIDTH = 120;
const HEIGHT = 28;
const sparks = new Sparks();

/** How a sensor went in the last hour, small; asked for when it is seen for the first time. */
export function Spark({ api, device, latest }: { api: Api; device: string; latest: Latest }) {
  const place = useRef<SVGSVGElement>(null);
  const [, setRound] = useState(0);
  const { sensor, unit } = latest;
  const key = JSON.stringify([device, sensor, unit]);
  useEffect(() => {
    const seen = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) {
        seen.disconnect();
        const toMs = Date.now();
        const ask = async () =>
          (await series(api, device, toMs - SPARK_MS, toMs, sensor)).find((one) => one.unit === unit) ?? null;
        void sparks.fetch(key, ask).then(() => setRound((before) => before + 1));
      }
    });
    seen.observe(place.current!);
    return () => seen.disconnect();
  }, [key]);
  const nowMs = Date.now();
  sparks.add(key, latest.atMs, Number(latest.value), nowMs);
  const points = sparks.of(key);
  const empty = points === null || points.values.length === 0;
  return (
    <svg
      ref={place}
      class="spark"
      viewBox={`-2 -2 ${WIDTH + 4} ${HEIGHT + 4}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={
        empty
          ? text.fleet.noSpark(sensor)
          : text.fleet.spark(
              sensor,
              quantityText(Math.min(...points.values), unit),
              quantityText(Math.max(...points.values), unit),
            )
      }
    >
      {!empty && <path d={sparkPath(points, nowMs, WIDTH, HEIGHT)} />}
    </svg>
  );
}

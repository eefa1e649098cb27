// SPDX-License-Identifier: Apache-2.0
import { useMemo } from 'preact/hooks';
import type { Api } from '../api/client';
import type { AlarmRule } from '../api/contract';
import { series } from '../api/devices';
import { isComposite, isThreshold } from '../model/alarm';
import { type Raised, raisedOn } from '../model/evaluate';
import { clock, duration } from '../model/time';
import { WEEK_MS, days, joined, weekOf } from '../model/week';
import * as text from '../text';
import { later } from './later';
import { usePoll } from './poll';
import { Shown } from './shown';

const Chart = later(() => import('../chart/chart').then((module) => module.Chart));
const HOUR_MS = 3_600_000;
const SHOWN_TURNS = 5;

/** When a rule would have been an alarm in the last week, seen on the values themselves. */
export function Preview({
  api,
  rule,
  device,
  all,
  move,
}: {
  api: Api;
  rule: AlarmRule;
  /** On whose values. */
  device: string;
  /** The rules about it. */
  all: readonly AlarmRule[];
  /** Puts the threshold elsewhere. */
  move: (threshold: number) => void;
}) {
  const sensors = sensorsOf(rule, all);
  const asked = sensors?.join('\n') ?? '';
  const week = usePoll(
    async () => {
      const nowMs = Date.now();
      const wanted = sensors ?? [undefined];
      const byDay = await Promise.all(
        days(nowMs).flatMap((day) => wanted.map((one) => series(api, device, day.fromMs, day.toMs, one))),
      );
      return { nowMs, series: joined(byDay) };
    },
    HOUR_MS,
    `week/${device}/${asked}`,
  );
  return <Shown polled={week}>{(data) => <Week rule={rule} all={all} move={move} {...data} />}</Shown>;
}

/** Null for all that the device has. */
function sensorsOf(rule: AlarmRule, all: readonly AlarmRule[]): string[] | null {
  const parts = isComposite(rule) ? all.filter((one) => rule.rules.includes(one.name)) : [rule];
  const sensors = parts.map((one) => one.sensor);
  return sensors.includes(undefined) ? null : [...new Set(sensors as string[])].sort();
}

function Week({
  rule,
  all,
  move,
  nowMs,
  series: measured,
}: {
  rule: AlarmRule;
  all: readonly AlarmRule[];
  move: (threshold: number) => void;
  nowMs: number;
  series: ReturnType<typeof joined>;
}) {
  const key = JSON.stringify(rule);
  const turns = useMemo(() => raisedOn(rule, all, measured, nowMs), [key, all, measured]);
  const drawn = measured.find((one) => one.sensor === rule.sensor) ?? measured[0];
  const lastedMs = turns.reduce((sum, one) => sum + lasting(one, nowMs), 0);
  const stepMs = Math.max(0, ...measured.map((one) => one.stepMs));
  const span = useMemo(() => weekOf(drawn, nowMs), [drawn, nowMs]);
  const isYoung = span.fromMs > nowMs - WEEK_MS;
  return (
    <>
      <p role="status">
        {text.rules.wouldHave(turns.length, duration(lastedMs), turns.length > 0 ? clock(turns.at(-1)!.fromMs) : '')}
      </p>
      {drawn && (
        <figure>
          <Chart
            series={drawn}
            span={span}
            limits={
              isThreshold(rule) ? [{ key: rule.name, value: rule.threshold, label: text.limits.handle(rule.name) }] : []
            }
            shades={turns}
            onLimit={isThreshold(rule) ? (_, limit) => move(limit) : undefined}
          />
        </figure>
      )}
      <ul class="turns small number">
        {turns
          .slice(-SHOWN_TURNS)
          .reverse()
          .map((one) => (
            <li key={one.fromMs}>
              {text.rules.times(
                clock(one.fromMs),
                one.toMs === null ? text.rules.still : clock(one.toMs),
                duration(lasting(one, nowMs)),
              )}
            </li>
          ))}
      </ul>
      <p class="quiet small">
        {drawn && isYoung && text.rules.since(clock(drawn.timesMs[0]!))} {isThreshold(rule) && drawn && text.rules.drag}{' '}
        {stepMs > 0 && text.rules.toPoint(duration(stepMs))}
      </p>
    </>
  );
}

function lasting(one: Raised, nowMs: number): number {
  return (one.toMs ?? nowMs) - one.fromMs;
}

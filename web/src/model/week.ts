// SPDX-License-Identifier: Apache-2.0
import { type Series, keyOf } from './series';

export const WEEK_MS = 7 * 86_400_000;

/** What is drawn at the least. */
const SHORTEST_MS = 900_000;

/** The week that ends now; of what is younger, from its first value on: else all of it is at the edge. */
export function weekOf(one: Series | undefined, nowMs: number): { readonly fromMs: number; readonly toMs: number } {
  const firstMs = one?.timesMs[0] ?? -Infinity;
  const beforeMs = Math.min(firstMs - (nowMs - firstMs) / 20, nowMs - SHORTEST_MS);
  return { fromMs: Math.max(nowMs - WEEK_MS, beforeMs), toMs: nowMs };
}

/** The days of the week before, oldest first. */
export function days(nowMs: number): { readonly fromMs: number; readonly toMs: number }[] {
  return Array.from({ length: 7 }, (_, day) => ({
    fromMs: nowMs - (7 - day) * 86_400_000,
    toMs: nowMs - (6 - day) * 86_400_000 - 1,
  }));
}

/** Days after one another as one series for each sensor; a day is as exact as all of a longer range would not be. */
export function joined(byDay: readonly (readonly Series[])[]): Series[] {
  const all = new Map<string, Series>();
  for (const one of byDay.flat()) {
    const before = all.get(keyOf(one));
    all.set(keyOf(one), before === undefined ? one : after(before, one));
  }
  return [...all.values()];
}

function after(before: Series, next: Series): Series {
  // A point that stands at the border of two days is in both.
  const lastMs = before.timesMs.at(-1) ?? -Infinity;
  const skip = next.timesMs.findIndex((time) => time > lastMs);
  const from = skip === -1 ? next.timesMs.length : skip;
  const merged = before.mins !== null || next.mins !== null;
  const least = (series: Series) => series.mins ?? series.values;
  const most = (series: Series) => series.maxs ?? series.values;
  return {
    ...before,
    stepMs: Math.max(before.stepMs, next.stepMs),
    timesMs: [...before.timesMs, ...next.timesMs.slice(from)],
    values: [...before.values, ...next.values.slice(from)],
    mins: merged ? [...least(before), ...least(next).slice(from)] : null,
    maxs: merged ? [...most(before), ...most(next).slice(from)] : null,
  };
}

// SPDX-License-Identifier: Apache-2.0
import type { AlarmRule } from '../api/contract';
import { isComposite } from './alarm';
import type { Series } from './series';

// The judge of alarm rules as in `AlarmEvaluator` of module messages; one table of cases holds both.

/** From when to when a rule is raised; null where it is still. */
export interface Raised {
  readonly fromMs: number;
  readonly toMs: number | null;
}

interface Reading {
  readonly atMs: number;
  readonly value: number;
}

/** For how long absence is seen before it is believed. */
const WAIT_MS = 120_000;

/**
 * When a rule would have been raised on what a device measured; `all` are the rules about it, which a composite
 * may name.
 * Where points are merged, what is between their least and their largest value is known to a point.
 */
export function raisedOn(
  rule: AlarmRule,
  all: readonly AlarmRule[],
  series: readonly Series[],
  nowMs: number,
): Raised[] {
  if (isComposite(rule)) {
    const parts = rule.rules.map((name) => {
      const one = all.find((other) => other.name === name);
      return one === undefined || isComposite(one) ? [] : raisedOn(one, all, series, nowMs);
    });
    return composed(parts, rule.of === 'ALL');
  }
  if (rule.kind === 'ABSENCE') {
    const times = series
      .filter((one) => rule.sensor === undefined || one.sensor === rule.sensor)
      .flatMap((one) => one.timesMs)
      .sort((a, b) => a - b);
    const stepMs = Math.max(0, ...series.map((one) => one.stepMs));
    return missing(times, (rule.afterSeconds ?? 0) * 1000, stepMs, nowMs);
  }
  const own = series.filter((one) => one.sensor === rule.sensor);
  return rule.kind === 'RATE'
    ? judged(rates(own.flatMap(means), rule), rule, limitOf(rule))
    : judged(own.flatMap((one) => extremes(one, rule.side === 'ABOVE')), rule, limitOf(rule));
}

/** The threshold, or the rate in the rule's own time. */
function limitOf(rule: AlarmRule): number {
  return rule.threshold ?? rule.perMinute ?? rule.perSecond ?? 0;
}

/** Merged points as the farthest value, then the nearest: beyond and back again are both seen. */
function extremes(series: Series, above: boolean): Reading[] {
  const { timesMs, values, mins, maxs, stepMs } = series;
  if (mins === null || maxs === null) {
    return timesMs.map((atMs, index) => ({ atMs, value: values[index]! }));
  }
  const [far, near] = above ? [maxs, mins] : [mins, maxs];
  return timesMs.flatMap((atMs, index) => [
    { atMs, value: far[index] ?? values[index]! },
    { atMs: atMs + stepMs / 2, value: near[index] ?? values[index]! },
  ]);
}

function means(series: Series): Reading[] {
  return series.timesMs.map((atMs, index) => ({ atMs, value: series.values[index]! }));
}

/** Change a second or minute from one reading to the first that is long enough later, and on from that one. */
function rates(readings: readonly Reading[], rule: AlarmRule): Reading[] {
  const overMs = (rule.overSeconds ?? 60) * 1000;
  const perMs = rule.perMinute === undefined ? 1_000 : 60_000;
  const found: Reading[] = [];
  let anchor: Reading | null = null;
  for (const reading of inOrder(readings)) {
    if (anchor === null) {
      anchor = reading;
    } else if (reading.atMs - anchor.atMs >= overMs) {
      const change = ((reading.value - anchor.value) * perMs) / (reading.atMs - anchor.atMs);
      found.push({ atMs: reading.atMs, value: change });
      anchor = reading;
    }
  }
  return found;
}

function judged(readings: readonly Reading[], rule: AlarmRule, limit: number): Raised[] {
  // Below is above with the signs turned.
  const sign = rule.side === 'BELOW' ? -1 : 1;
  const far = sign * limit;
  const hysteresis = rule.hysteresis ?? 0;
  const holdMs = (rule.holdSeconds ?? 0) * 1000;
  const found: Raised[] = [];
  let sinceMs: number | null = null;
  let beyondMs: number | null = null;
  for (const { atMs, value } of inOrder(readings)) {
    if (sinceMs !== null) {
      if (sign * value <= far - hysteresis) {
        found.push({ fromMs: sinceMs, toMs: atMs });
        sinceMs = null;
      }
    } else if (sign * value > far) {
      beyondMs ??= atMs;
      if (atMs - beyondMs >= holdMs) {
        sinceMs = atMs;
        beyondMs = null;
      }
    } else {
      beyondMs = null;
    }
  }
  return sinceMs === null ? found : [...found, { fromMs: sinceMs, toMs: null }];
}

/** What is not newer than what was looked at before does not count. */
function* inOrder(readings: readonly Reading[]): Generator<Reading> {
  let lastMs = -Infinity;
  for (const reading of readings) {
    if (reading.atMs > lastMs) {
      lastMs = reading.atMs;
      yield reading;
    }
  }
}

function missing(times: readonly number[], afterMs: number, stepMs: number, nowMs: number): Raised[] {
  const found: Raised[] = [];
  times.forEach((atMs, index) => {
    const next = times[index + 1];
    // A merged point may have readings until its end.
    const dueMs = atMs + stepMs + afterMs;
    if ((next ?? nowMs) >= dueMs + WAIT_MS) {
      found.push({ fromMs: dueMs, toMs: next ?? null });
    }
  });
  return found;
}

function composed(parts: readonly Raised[][], all: boolean): Raised[] {
  const edges = parts.flat().flatMap((one) => (one.toMs === null ? [one.fromMs] : [one.fromMs, one.toMs]));
  const found: Raised[] = [];
  let sinceMs: number | null = null;
  for (const atMs of [...new Set(edges)].sort((a, b) => a - b)) {
    const up = parts.filter((part) => part.some((one) => one.fromMs <= atMs && (one.toMs ?? Infinity) > atMs));
    const isIt = all ? up.length === parts.length : up.length > 0;
    if (isIt && sinceMs === null) {
      sinceMs = atMs;
    } else if (!isIt && sinceMs !== null) {
      found.push({ fromMs: sinceMs, toMs: atMs });
      sinceMs = null;
    }
  }
  return sinceMs === null ? found : [...found, { fromMs: sinceMs, toMs: null }];
}

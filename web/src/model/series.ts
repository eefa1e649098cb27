// SPDX-License-Identifier: Apache-2.0

/** One sensor's values in a time range, oldest first; min and max only where points are merged. */
export interface Series {
  readonly sensor: string;
  readonly unit: string;
  /** How far apart two points are at most when nothing is missing; 0 where nobody knows. */
  readonly stepMs: number;
  readonly timesMs: readonly number[];
  readonly values: readonly number[];
  readonly mins: readonly number[] | null;
  readonly maxs: readonly number[] | null;
}

/** Tells a series from every other of a device: a sensor may change its unit. */
export function keyOf(one: { readonly sensor: string; readonly unit: string }): string {
  return JSON.stringify([one.sensor, one.unit]);
}

/** Columns as the chart wants them: seconds, and null where a gap must be seen as a gap. */
export interface Columns {
  readonly seconds: number[];
  readonly values: (number | null)[];
  readonly mins: (number | null)[] | null;
  readonly maxs: (number | null)[] | null;
}

const GAP_STEPS = 3;

/** A pause of more than three usual steps is a gap: a point without a value goes into it. */
export function withGaps(series: Series): Columns {
  const limitMs = GAP_STEPS * Math.max(series.stepMs, usualStepMs(series.timesMs));
  const columns: Columns = {
    seconds: [],
    values: [],
    mins: series.mins ? [] : null,
    maxs: series.maxs ? [] : null,
  };
  const push = (timeMs: number, index: number | null) => {
    columns.seconds.push(timeMs / 1000);
    columns.values.push(index === null ? null : (series.values[index] ?? null));
    columns.mins?.push(index === null ? null : (series.mins?.[index] ?? null));
    columns.maxs?.push(index === null ? null : (series.maxs?.[index] ?? null));
  };
  series.timesMs.forEach((timeMs, index) => {
    const before = series.timesMs[index - 1];
    if (before !== undefined && limitMs > 0 && timeMs - before > limitMs) {
      push(before + 1, null);
    }
    push(timeMs, index);
  });
  return columns;
}

/** The median distance of neighbours; 0 with fewer than two. */
export function usualStepMs(timesMs: readonly number[]): number {
  const steps = timesMs
    .slice(1)
    .map((time, index) => time - (timesMs[index] ?? time))
    .sort((a, b) => a - b);
  return steps[Math.floor(steps.length / 2)] ?? 0;
}

/** Adds values from the live path at the end; what the stored path brought already is not doubled. */
export function append(
  series: Series,
  fresh: readonly { readonly atMs: number; readonly value: number }[],
  fromMs: number,
): Series {
  const lastMs = series.timesMs.at(-1) ?? -Infinity;
  const newer = fresh.filter((point) => point.atMs > lastMs).sort((a, b) => a.atMs - b.atMs);
  const firstKept = series.timesMs.findIndex((time) => time >= fromMs);
  const start = firstKept === -1 ? series.timesMs.length : firstKept;
  const values = newer.map((point) => point.value);
  const join = (kept: readonly number[]) => [...kept.slice(start), ...values];
  return {
    ...series,
    timesMs: [...series.timesMs.slice(start), ...newer.map((point) => point.atMs)],
    values: join(series.values),
    mins: series.mins && join(series.mins),
    maxs: series.maxs && join(series.maxs),
  };
}

/** Between what a series moves. */
export interface Extent {
  readonly least: number;
  readonly most: number;
}

/** Null where there are no values. */
export function extentOf(series: Series): Extent | null {
  if (series.values.length === 0) {
    return null;
  }
  let least = Infinity;
  let most = -Infinity;
  series.values.forEach((value, index) => {
    least = Math.min(least, series.mins?.[index] ?? value);
    most = Math.max(most, series.maxs?.[index] ?? value);
  });
  return { least, most };
}

/** One line a point. Source: RFC 4180. */
export function toCsv(all: readonly Series[]): string {
  const lines = ['time,sensor,unit,value,min,max'];
  for (const series of all) {
    series.timesMs.forEach((timeMs, index) => {
      lines.push(
        [
          new Date(timeMs).toISOString(),
          quoted(series.sensor),
          quoted(series.unit),
          series.values[index],
          series.mins?.[index] ?? '',
          series.maxs?.[index] ?? '',
        ].join(','),
      );
    });
  }
  return lines.join('\r\n') + '\r\n';
}

function quoted(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replace(/"/g, '""')}"` : field;
}

/** A value as a person reads it: at most five figures, no noise behind them. */
export function shown(value: unknown): string {
  if (typeof value === 'number') {
    return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(5)));
  }
  if (typeof value === 'boolean') {
    return value ? 'on' : 'off';
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

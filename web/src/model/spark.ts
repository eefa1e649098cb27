// SPDX-License-Identifier: Apache-2.0

interface Points {
  readonly timesMs: readonly number[];
  readonly values: readonly number[];
}

/** Over how long a sparkline reaches. */
export const SPARK_MS = 3_600_000;

/** Points closer together are one in so small a picture. */
const STEP_MS = 30_000;

/**
 * The last hour of sensors in a list: asked for once, then made longer by the newest values that the list
 * shows anyway, so that a list that stays open asks for nothing more.
 */
export class Sparks {
  private readonly known = new Map<string, Points>();
  private readonly asked = new Map<string, Promise<void>>();
  private waiting: (() => void)[] = [];
  private running = 0;

  constructor(private readonly atOnce = 3) {}

  /** Asks for what is not known yet; few at a time, so that what a person does comes first. */
  fetch(key: string, ask: () => Promise<Points | null>): Promise<void> {
    let asked = this.asked.get(key);
    if (asked === undefined) {
      asked = this.inTurn(ask).then(
        (points) => this.put(key, points ?? { timesMs: [], values: [] }),
        () => void this.asked.delete(key),
      );
      this.asked.set(key, asked);
    }
    return asked;
  }

  /** A newer value. */
  add(key: string, atMs: number, value: number, nowMs: number): void {
    const points = this.known.get(key);
    if (points !== undefined && atMs >= (points.timesMs.at(-1) ?? 0) + STEP_MS) {
      const from = Math.max(0, points.timesMs.findIndex((time) => time >= nowMs - SPARK_MS));
      this.known.set(key, {
        timesMs: [...points.timesMs.slice(from), atMs],
        values: [...points.values.slice(from), value],
      });
    }
  }

  of(key: string): Points | null {
    return this.known.get(key) ?? null;
  }

  private put(key: string, points: Points): void {
    this.known.set(key, thinned(points));
  }

  private async inTurn<T>(ask: () => Promise<T>): Promise<T> {
    if (this.running >= this.atOnce) {
      await new Promise<void>((turn) => this.waiting.push(turn));
    }
    this.running++;
    try {
      return await ask();
    } finally {
      this.running--;
      this.waiting.shift()?.();
    }
  }
}

/** The mean of every step: more is not seen in so small a picture. */
function thinned({ timesMs, values }: Points): Points {
  const steps = new Map<number, { atMs: number; sum: number; count: number }>();
  timesMs.forEach((atMs, index) => {
    const step = steps.get(Math.floor(atMs / STEP_MS)) ?? { atMs, sum: 0, count: 0 };
    steps.set(Math.floor(atMs / STEP_MS), {
      atMs,
      sum: step.sum + values[index]!,
      count: step.count + 1,
    });
  });
  const all = [...steps.values()];
  return { timesMs: all.map((one) => one.atMs), values: all.map((one) => one.sum / one.count) };
}

/**
 * A line through points in a picture so wide and high, as the data of an SVG path: broken where nothing came
 * for three times as long as usual.
 */
export function sparkPath(points: Points, toMs: number, width: number, height: number): string {
  const { timesMs, values } = points;
  const least = Math.min(...values);
  const most = Math.max(...values);
  const across = (atMs: number) => ((atMs - (toMs - SPARK_MS)) / SPARK_MS) * width;
  const down = (value: number) =>
    most === least ? height / 2 : height - ((value - least) / (most - least)) * height;
  const steps = timesMs.slice(1).map((time, index) => time - timesMs[index]!);
  const usual = [...steps].sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
  const gap = 3 * Math.max(usual, STEP_MS);
  let path = '';
  timesMs.forEach((time, index) => {
    if (time < toMs - SPARK_MS) {
      return;
    }
    const broken = path === '' || (index > 0 && steps[index - 1]! > gap);
    path += `${broken ? 'M' : 'L'}${across(time).toFixed(1)} ${down(values[index]!).toFixed(1)}`;
  });
  return path;
}

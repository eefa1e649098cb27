// SPDX-License-Identifier: Apache-2.0
import type { AlarmRule } from '../api/contract';
import type { Series } from './series';

/** A rule about a sensor's value, which is what the app makes. */
export type ThresholdRule = AlarmRule & Required<Pick<AlarmRule, 'sensor' | 'side' | 'threshold'>>;

/** Whether a rule is one about a sensor's value. */
export function isThreshold(rule: AlarmRule): rule is ThresholdRule {
  return (rule.kind ?? 'THRESHOLD') === 'THRESHOLD';
}

/** When a rule would have become an alarm on these values. */
export function firings(
  series: Series,
  rule: Pick<ThresholdRule, 'side' | 'threshold' | 'hysteresis'>,
): number[] {
  // Below is above with the signs turned.
  const sign = rule.side === 'ABOVE' ? 1 : -1;
  const limit = sign * rule.threshold;
  const clear = limit - (rule.hysteresis ?? 0);
  const farthest = sign > 0 ? series.maxs : series.mins;
  const nearest = sign > 0 ? series.mins : series.maxs;
  const found: number[] = [];
  let raised = false;
  series.values.forEach((value, index) => {
    if (!raised && sign * (farthest?.[index] ?? value) > limit) {
      raised = true;
      found.push(series.timesMs[index]!);
    }
    if (raised && sign * (nearest?.[index] ?? value) <= clear) {
      raised = false;
    }
  });
  return found;
}

/** A name for a new rule that tells what it is about and is not taken yet. */
export function ruleName(device: string, sensor: string, side: string, taken: readonly string[]): string {
  const base = `${device}-${sensor}-${side.toLowerCase()}`.replace(/[^\w:-]+/g, '-').slice(0, 120);
  let name = base;
  for (let number = 2; taken.includes(name); number++) {
    name = `${base}-${number}`;
  }
  return name;
}

// SPDX-License-Identifier: Apache-2.0
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Limit } from '../chart/chart';
import type { ThresholdRule } from '../model/alarm';
import * as text from '../text';

/** A threshold that was moved and is not saved yet, or was just saved. */
export interface LimitDraft {
  readonly rule: ThresholdRule;
  readonly to: number;
  readonly saved: boolean;
}

export interface Moved {
  readonly limits: readonly Limit[];
  readonly draft: LimitDraft | null;
  readonly move: (rule: string, to: number) => void;
  readonly set: (draft: LimitDraft | null) => void;
}

/** The thresholds of rules as lines of a chart, one of which may have been moved. */
export function useLimits(rules: readonly ThresholdRule[]): Moved {
  const [draft, set] = useState<LimitDraft | null>(null);
  const limits = useMemo(
    () =>
      rules.map((rule) => ({
        key: rule.name,
        value: draft?.rule.name === rule.name ? draft.to : rule.threshold,
        label: text.limits.handle(rule.name),
      })),
    [rules, draft],
  );
  // What was saved is seen until the rules that are asked for again say the same.
  const known = rules.find((one) => one.name === draft?.rule.name);
  useEffect(() => {
    if (draft?.saved && known?.threshold === draft.to) {
      set(null);
    }
  }, [draft, known?.threshold]);
  const move = (name: string, to: number) => {
    const rule = rules.find((one) => one.name === name);
    if (rule !== undefined) {
      set({ rule, to, saved: false });
    }
  };
  return { limits, draft, move, set };
}

// SPDX-License-Identifier: Apache-2.0
import { putRule, rule as fetchRule } from '../api/alarms';
import { wasOvertaken } from '../api/client';
import type { Context } from '../app';
import { quantityText } from '../model/quantity';
import * as text from '../text';
import { useAct } from './act';
import type { Moved } from './limits';
import { Problem } from './problem';

/** Nothing is changed by a slip of the hand: a threshold that was moved is saved by a button. */
export function LimitChange({
  context: { api },
  moved: { draft, set },
  unit,
  changed,
}: {
  context: Context;
  moved: Moved;
  unit: string;
  changed: () => void;
}) {
  const { busy, problem, run } = useAct();
  const { rule, to, saved } = draft!;
  const save = async () => {
    const done = await run(async () => {
      const { rule: now, etag } = await fetchRule(api, rule.name);
      // Whoever moved it has seen it where it was.
      if (now.threshold !== rule.threshold) {
        throw new Error(text.rules.changed);
      }
      try {
        await putRule(api, { ...now, threshold: to }, etag);
      } catch (error) {
        throw wasOvertaken(error) ? new Error(text.rules.changed) : error;
      }
    });
    if (done) {
      set({ rule, to, saved: true });
      changed();
    }
  };
  const about = rule.group !== undefined ? 'group' : rule.type !== undefined ? 'type' : 'device';
  return (
    <div class="limit-change small">
      <p role="status">
        {saved
          ? text.limits.saved(rule.name)
          : text.limits.change(rule.name, quantityText(rule.threshold, unit), quantityText(to, unit))}{' '}
        {!saved && text.limits.forAll[about]}
      </p>
      {!saved && (
        <div class="actions">
          <button class="slim primary" disabled={busy} onClick={() => void save()}>
            {text.limits.save}
          </button>
          <button
            class="slim"
            disabled={busy}
            onClick={() => {
              set(null);
              changed();
            }}
          >
            {text.cancel}
          </button>
        </div>
      )}
      {problem !== null && <Problem message={problem} />}
    </div>
  );
}

// SPDX-License-Identifier: Apache-2.0
import { useState } from 'preact/hooks';
import { putSchedule } from '../api/commands';
import type { Context } from '../app';
import { type OrderDraft, type Schedule, bodyOf, orderOf } from '../model/command';
import { go } from '../router';
import { text } from '../text';
import { useAct } from './act';
import { NameFields } from './name-fields';
import { OrderForm, kindIn } from './order-form';
import { Problem } from './problem';

/** Changes a schedule; its name stays. */
export function ScheduleEditor({ context: { api }, read }: { context: Context; read: Schedule }) {
  const [draft, setDraft] = useState<OrderDraft>(() => orderOf(read));
  const change = (some: Partial<OrderDraft>) => setDraft((before) => ({ ...before, ...some }));
  const { busy, problem, run } = useAct();
  const save = async (body: Record<string, unknown>) => {
    if (await run(() => putSchedule(api, read.schedule, body))) {
      go('#/schedules');
    }
  };
  return (
    <form class="card order" onSubmit={(event) => event.preventDefault()}>
      <OrderForm
        api={api}
        draft={draft}
        change={change}
        scheduled
        render={(known) => {
          // What it is set to already tells the kind, too.
          const kind = draft.value === String(read.value) ? kindOf(read.value) : kindIn(known, draft.actuator);
          const body = bodyOf(draft, kind);
          return (
            <>
              <NameFields draft={draft} change={change} named />
              {problem !== null && <Problem message={problem} />}
              <div class="actions">
                <button
                  class="primary"
                  disabled={busy || body === null}
                  onClick={(event) => event.currentTarget.form!.reportValidity() && void save(body!)}
                >
                  {text.schedules.save}
                </button>
                <a class="button" href="#/schedules">
                  {text.cancel}
                </a>
              </div>
            </>
          );
        }}
      />
    </form>
  );
}

function kindOf(value: unknown): 'boolean' | 'number' | 'string' {
  return typeof value === 'boolean' ? 'boolean' : typeof value === 'number' ? 'number' : 'string';
}

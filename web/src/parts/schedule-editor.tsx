// SPDX-License-Identifier: Apache-2.0
import { useState } from 'preact/hooks';
import { wasOvertaken } from '../api/client';
import { putSchedule } from '../api/commands';
import type { Context } from '../app';
import type { Schedule } from '../model/command';
import { kindIn } from '../model/known';
import { type OrderDraft, bodyOf, orderOf } from '../model/order';
import { go } from '../router';
import * as text from '../text';
import { useAct } from './act';
import { NameFields } from './name-fields';
import { OrderForm } from './order-form';
import { Problem } from './problem';

/** Changes a schedule as it was read; its name stays. */
export function ScheduleEditor({
  context: { api },
  read,
  etag: now,
  loadAgain,
}: {
  context: Context;
  read: Schedule;
  etag: string;
  loadAgain: () => void;
}) {
  const [draft, setDraft] = useState<OrderDraft>(() => orderOf(read));
  // Of what the draft was made: it may have been asked for again since.
  const [etag] = useState(now);
  const change = (some: Partial<OrderDraft>) => setDraft((before) => ({ ...before, ...some }));
  const { busy, problem, run } = useAct();
  const [stale, setStale] = useState(false);
  const save = async (body: Record<string, unknown>) => {
    const done = await run(async () => {
      try {
        await putSchedule(api, read.schedule, body, etag);
      } catch (error) {
        setStale(wasOvertaken(error));
        throw wasOvertaken(error) ? new Error(text.schedules.changed) : error;
      }
    });
    if (done) {
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
                {stale && (
                  <button type="button" onClick={loadAgain}>
                    {text.load}
                  </button>
                )}
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

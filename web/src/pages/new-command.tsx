// SPDX-License-Identifier: Apache-2.0
import { useState } from 'preact/hooks';
import { wasOvertaken } from '../api/client';
import { commandMany, putSchedule } from '../api/commands';
import type { Context } from '../app';
import { kindIn } from '../model/known';
import { type OrderDraft, TIMES, bodyOf, newOrder } from '../model/order';
import { useAct } from '../parts/act';
import { NameFields } from '../parts/name-fields';
import { OrderForm } from '../parts/order-form';
import { Title } from '../parts/page';
import { Problem } from '../parts/problem';
import { type Order, commandHref, go, scheduleHref } from '../router';
import * as text from '../text';
import '../style/commands.css';

/** A command to many devices: now, at a time or by the calendar. */
export function NewCommandPage({ api, order }: Context & { order: Order }) {
  const [draft, setDraft] = useState<OrderDraft>(() =>
    newOrder({
      devices: order.devices,
      groups: order.groups,
      actuator: order.actuator,
      value: order.value,
      when: TIMES.find((one) => one === order.when) ?? 'now',
    }),
  );
  const change = (some: Partial<OrderDraft>) => setDraft((before) => ({ ...before, ...some }));
  const { busy, problem, run } = useAct();
  const now = draft.when === 'now';
  const give = (body: Record<string, unknown>) =>
    run(async () => {
      if (now) {
        go(commandHref(await commandMany(api, body)));
        return;
      }
      try {
        await putSchedule(api, draft.name, body, null);
      } catch (error) {
        throw wasOvertaken(error) ? new Error(text.schedules.taken) : error;
      }
      go(scheduleHref(draft.name));
    });
  const from = now ? { href: '#/commands', name: text.commands.title } : { href: '#/schedules', name: text.schedules.title };
  return (
    <>
      <Title title={now ? text.commands.make : text.schedules.add} back={from} />
      <form class="card order" onSubmit={(event) => event.preventDefault()}>
        <OrderForm
          api={api}
          draft={draft}
          change={change}
          scheduled={false}
          render={(known) => {
            const body = bodyOf(draft, kindIn(known, draft.actuator));
            return (
              <>
                {!now && <NameFields draft={draft} change={change} named={false} />}
                {problem !== null && <Problem message={problem} />}
                <div class="actions">
                  <button
                    class="primary"
                    disabled={busy || body === null}
                    onClick={(event) => event.currentTarget.form!.reportValidity() && void give(body!)}
                  >
                    {now ? text.commands.give : text.schedules.save}
                  </button>
                  <a class="button" href={from.href}>
                    {text.cancel}
                  </a>
                </div>
              </>
            );
          }}
        />
      </form>
    </>
  );
}

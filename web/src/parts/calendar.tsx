// SPDX-License-Identifier: Apache-2.0
import { useState } from 'preact/hooks';
import type { OrderDraft } from '../model/order';
import { type Calendar, DAYS, REPEATS, type Repeat, calendarOf, cronOf, nextOf, said, wallText } from '../model/cron';
import * as text from '../text';
import { Field } from './field';

const SHOWN_TIMES = 3;

interface Part {
  readonly draft: OrderDraft;
  readonly change: (some: Partial<OrderDraft>) => void;
}

/** Days and a time of day, or cron as EventBridge Scheduler writes it; both say the same. */
export function CalendarFields({ draft, change }: Part) {
  // Whoever writes cron goes on writing it, though what stands there may be plain by then.
  const [own, setOwn] = useState(calendarOf(draft.cron).repeat === 'own');
  const calendar: Calendar = own ? { repeat: 'own' } : calendarOf(draft.cron);
  const set = (to: Exclude<Calendar, { repeat: 'own' }>) => change({ cron: cronOf(to) });
  const time = calendar.repeat === 'own' ? '08:00' : calendar.time;
  const repeat = (to: Repeat) => {
    setOwn(to === 'own');
    if (to !== 'own') {
      set(to === 'weekly' ? { repeat: to, time, days: DAYS } : { repeat: to, time, day: '1' });
    }
  };
  return (
    <>
      <div class="fields">
        <Field label={text.schedules.repeat}>
          {(id) => (
            <select id={id} value={calendar.repeat} onChange={(event) => repeat(event.currentTarget.value as Repeat)}>
              {REPEATS.map((one) => (
                <option key={one} value={one}>
                  {text.schedules.repeats[one]}
                </option>
              ))}
            </select>
          )}
        </Field>
        {calendar.repeat === 'monthly' && (
          <Field label={text.schedules.day}>
            {(id) => (
              <select id={id} value={calendar.day} onChange={(event) => set({ ...calendar, day: event.currentTarget.value })}>
                {Array.from({ length: 31 }, (_, day) => (
                  <option key={day}>{day + 1}</option>
                ))}
                <option value="L">{text.schedules.lastDay}</option>
              </select>
            )}
          </Field>
        )}
        {calendar.repeat !== 'own' && (
          <Field label={text.schedules.time}>
            {(id) => (
              <input
                id={id}
                type="time"
                required
                value={calendar.time}
                onInput={(event) =>
                  event.currentTarget.value !== '' && set({ ...calendar, time: event.currentTarget.value.slice(0, 5) })
                }
              />
            )}
          </Field>
        )}
        {calendar.repeat === 'own' && (
          <Field label={text.schedules.cron} hint={text.schedules.cronHint}>
            {(id) => (
              <input
                id={id}
                required
                spellcheck={false}
                pattern="\s*(\S+\s+){5}\S+\s*"
                value={draft.cron}
                onInput={(event) => change({ cron: event.currentTarget.value })}
              />
            )}
          </Field>
        )}
        <ZoneField draft={draft} change={change} />
      </div>
      {calendar.repeat === 'weekly' && (
        <fieldset class="days">
          <legend>{text.schedules.days}</legend>
          {DAYS.map((day) => (
            <label key={day}>
              <input
                type="checkbox"
                checked={calendar.days.includes(day)}
                // Without any day there is no schedule.
                disabled={calendar.days.length === 1 && calendar.days.includes(day)}
                onChange={() =>
                  set({ ...calendar, days: DAYS.filter((one) => (one === day) !== calendar.days.includes(one)) })
                }
              />
              {text.schedules.dayNames[day]}
            </label>
          ))}
        </fieldset>
      )}
      <Preview draft={draft} />
    </>
  );
}

/** What was chosen in words, and when that is next. */
function Preview({ draft }: { draft: OrderDraft }) {
  const times = nextOf(draft.cron, draft.timeZone, Date.now(), SHOWN_TIMES);
  return (
    <p class="small" role="status">
      <b>{said(draft.cron)}</b>, {text.schedules.in(draft.timeZone)}
      {times.length > 0 && <span class="quiet">. {text.schedules.next(times.map(wallText))}</span>}
    </p>
  );
}

export function ZoneField({ draft, change }: Part) {
  const all = Intl.supportedValuesOf('timeZone');
  const others = ['UTC', draft.timeZone].filter((one, index, both) => !all.includes(one) && both.indexOf(one) === index);
  return (
    <Field label={text.schedules.zone}>
      {(id) => (
        <select id={id} value={draft.timeZone} onChange={(event) => change({ timeZone: event.currentTarget.value })}>
          {[...others, ...all].map((zone) => (
            <option key={zone}>{zone}</option>
          ))}
        </select>
      )}
    </Field>
  );
}

// SPDX-License-Identifier: Apache-2.0
import { wasOvertaken } from '../api/client';
import { deleteSchedule, pause } from '../api/commands';
import type { Context } from '../app';
import type { Schedule } from '../model/command';
import { nextOf, said, wallClock, wallText } from '../model/cron';
import { shown } from '../model/series';
import { ago } from '../model/time';
import { scheduleHref } from '../router';
import * as text from '../text';
import { useAct } from './act';
import { Problem } from './problem';

/** Whether it was once, and that is over. */
export function isPast({ at, timeZone }: Schedule, nowMs: number): boolean {
  return at !== '' && at.slice(0, 16) < wallClock(nowMs, timeZone);
}

export function whenOf({ at, cron, timeZone }: Schedule): string {
  return `${at === '' ? said(cron) : text.schedules.once(wallText(at))}, ${text.schedules.in(timeZone)}`;
}

/** A schedule in words, paused and deleted here, changed on its page. */
export function ScheduleItem({
  context,
  schedule,
  who,
  changed,
}: {
  context: Context;
  schedule: Schedule;
  who: (by: string) => string;
  changed: () => void;
}) {
  const { api, session } = context;
  const { busy, problem, run } = useAct();
  const turn = () =>
    run(() =>
      pause(api, schedule.schedule, !schedule.enabled).catch((error: unknown) => {
        throw wasOvertaken(error) ? new Error(text.schedules.changed) : error;
      }),
    );
  const nowMs = Date.now();
  const past = isPast(schedule, nowMs);
  const next = schedule.enabled && schedule.at === '' ? nextOf(schedule.cron, schedule.timeZone, nowMs, 1) : [];
  const state = past ? text.schedules.past : schedule.enabled ? text.schedules.on : text.schedules.paused;
  return (
    <>
      <h2>
        <a href={scheduleHref(schedule.schedule)}>{schedule.schedule}</a>
        <span class={`tag ${past ? '' : schedule.enabled ? 'good' : 'waiting'}`}>{state}</span>
      </h2>
      {schedule.description !== '' && <p>{schedule.description}</p>}
      <p>
        <b>{text.commands.what(schedule.actuator, shown(schedule.value))}</b> {whenOf(schedule)}
      </p>
      {next.length > 0 && <p class="quiet small">{text.schedules.next(next.map(wallText))}</p>}
      <p class="quiet small">
        {text.targets.all([...schedule.groups, ...schedule.devices])} · {ago(schedule.changedMs, nowMs)}{' '}
        {text.by(who(schedule.by))}
      </p>
      {problem !== null && <Problem message={problem} />}
      {session.may('operator') && (
        <div class="actions">
          <a class="button slim" href={scheduleHref(schedule.schedule)}>
            {text.schedules.change}
            <span class="unseen"> {schedule.schedule}</span>
          </a>
          {!past && (
            <button class="slim" disabled={busy} onClick={() => void turn().then(changed)}>
              {schedule.enabled ? text.schedules.pause : text.schedules.resume}
              <span class="unseen"> {schedule.schedule}</span>
            </button>
          )}
          <button
            class="slim danger"
            disabled={busy}
            onClick={() =>
              confirm(text.schedules.sure) && void run(() => deleteSchedule(api, schedule.schedule)).then(changed)
            }
          >
            {text.schedules.remove}
            <span class="unseen"> {schedule.schedule}</span>
          </button>
        </div>
      )}
    </>
  );
}

// SPDX-License-Identifier: Apache-2.0
import { schedules } from '../api/commands';
import type { Context } from '../app';
import { Icon } from '../parts/icon';
import { Title } from '../parts/page';
import { usePoll } from '../parts/poll';
import { ScheduleItem } from '../parts/schedule-item';
import { Empty, Shown } from '../parts/shown';
import { useWho } from '../parts/who';
import { newCommandHref } from '../router';
import * as text from '../text';
import '../style/jobs.css';
import '../style/commands.css';

const REFRESH_MS = 10_000;

/** Commands at a time or by the calendar, by name. */
export function SchedulesPage(context: Context) {
  const { api, session } = context;
  const polled = usePoll(() => schedules(api), REFRESH_MS, 'schedules');
  const who = useWho(context);
  return (
    <>
      <Title title={text.schedules.title}>
        {session.may('operator') && (
          <div class="end">
            <a class="button primary" href={newCommandHref({ when: 'calendar' })}>
              <Icon name="plus" /> {text.schedules.add}
            </a>
          </div>
        )}
      </Title>
      <p class="quiet">{text.schedules.hint}</p>
      <Shown polled={polled}>
        {(all) =>
          all.length === 0 ? (
            <Empty icon="clock" title={text.schedules.none}>
              <p class="quiet">{text.schedules.noneHint}</p>
            </Empty>
          ) : (
            <ul class="jobs">
              {all.map((one) => (
                <li key={one.schedule} class="card">
                  <ScheduleItem context={context} schedule={one} who={who} changed={polled.refresh} />
                </li>
              ))}
            </ul>
          )
        }
      </Shown>
    </>
  );
}

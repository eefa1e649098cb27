// SPDX-License-Identifier: Apache-2.0
import { useState } from 'preact/hooks';
import { rules } from '../api/alarms';
import { devices } from '../api/devices';
import type { Context } from '../app';
import type { Alarm } from '../model/device';
import { AlarmItem } from '../parts/alarms';
import { Title } from '../parts/page';
import { type Polled, usePoll } from '../parts/poll';
import { Empty, Shown } from '../parts/shown';
import { useWho } from '../parts/who';
import * as text from '../text';
import '../style/alarms.css';

const RULES_MS = 30_000;
const SHOWS = ['all', 'open', 'acknowledged'] as const;

type Show = (typeof SHOWS)[number];

const IS: Record<Show, (alarm: Alarm) => boolean> = {
  all: () => true,
  open: (alarm) => alarm.acknowledgedMs === null,
  acknowledged: (alarm) => alarm.acknowledgedMs !== null,
};

/** Every alarm that stands, in the whole fleet: what nobody has taken notice of first, then the newest. */
export function AlarmsPage({ alarms, ...context }: Context & { alarms: Polled<readonly Alarm[]> }) {
  const { api } = context;
  const [show, setShow] = useState<Show>('all');
  const known = usePoll(() => rules(api), RULES_MS, 'rules');
  const fleet = usePoll(() => devices(api), RULES_MS, 'devices');
  const who = useWho(context);
  const unitOf = (alarm: Alarm) =>
    fleet.data
      ?.find((one) => one.device === alarm.device)
      ?.latest.find((one) => one.sensor === alarm.sensor)?.unit ?? '';
  return (
    <>
      <Title title={text.alarms.title} />
      <Shown polled={alarms}>
        {(all) =>
          all.length === 0 ? (
            <Empty icon="check" title={text.alarms.none}>
              <p class="quiet">{text.alarms.noneHint}</p>
              <a class="button" href="#/rules">
                {text.alarms.toRules}
              </a>
            </Empty>
          ) : (
            <>
              <div class="choices" role="group" aria-label={text.alarms.showLabel}>
                {SHOWS.map((one) => (
                  <button key={one} aria-pressed={one === show} onClick={() => setShow(one)}>
                    {text.alarms.show[one]} <span class="number quiet">{all.filter(IS[one]).length}</span>
                  </button>
                ))}
              </div>
              {all.filter(IS[show]).length === 0 ? (
                <Empty icon="check" title={text.alarms.noneOfThese} />
              ) : (
                <ul class="card alarm-list">
                  {[...all]
                    .filter(IS[show])
                    .sort(byUrgency)
                    .map((alarm) => (
                      <AlarmItem
                        key={`${alarm.device} ${alarm.rule}`}
                        context={context}
                        alarm={alarm}
                        rule={known.data?.find((one) => one.name === alarm.rule)}
                        unit={unitOf(alarm)}
                        who={who}
                        named
                        changed={alarms.refresh}
                      />
                    ))}
                </ul>
              )}
            </>
          )
        }
      </Shown>
    </>
  );
}

function byUrgency(one: Alarm, other: Alarm): number {
  const taken = Number(one.acknowledgedMs !== null) - Number(other.acknowledgedMs !== null);
  return taken !== 0 ? taken : other.sinceMs - one.sinceMs;
}

// SPDX-License-Identifier: Apache-2.0
import { useState } from 'preact/hooks';
import { fleetCommand, runs, schedule as fetchSchedule } from '../api/commands';
import type { Context } from '../app';
import { shown } from '../model/series';
import { FleetCommandCard } from '../parts/fleet-command';
import { later } from '../parts/later';
import { Title } from '../parts/page';
import { usePoll } from '../parts/poll';
import { whenOf } from '../parts/schedule-item';
import { Shown } from '../parts/shown';
import { LongList, useLong } from '../parts/some';
import { useWho } from '../parts/who';
import * as text from '../text';
import '../style/jobs.css';
import '../style/commands.css';

const REFRESH_MS = 10_000;
const ONCE_MS = 24 * 3_600_000;
const ScheduleEditor = later(() => import('../parts/schedule-editor').then((module) => module.ScheduleEditor));

/** One schedule: changed, and what it came to. */
export function SchedulePage({ name, ...context }: Context & { name: string }) {
  const { api, session } = context;
  const [load, setLoad] = useState(0);
  // Asked for once: what is being typed is not replaced by what came meanwhile.
  const polled = usePoll(() => fetchSchedule(api, name), ONCE_MS, `schedule/${name}/${load}`);
  return (
    <>
      <Title title={name} back={{ href: '#/schedules', name: text.schedules.title }} />
      <Shown polled={polled}>
        {({ schedule: read, etag }) =>
          session.may('operator') ? (
            <ScheduleEditor
              key={load}
              context={context}
              read={read}
              etag={etag}
              loadAgain={() => setLoad(load + 1)}
            />
          ) : (
            <p class="card">
              <span>
                <b>{text.commands.what(read.actuator, shown(read.value))}</b> {whenOf(read)} ·{' '}
                {text.targets.all([...read.groups, ...read.devices])}
              </span>
            </p>
          )
        }
      </Shown>
      <Runs context={context} name={name} />
    </>
  );
}

/** Also of one that is no more. */
function Runs({ context, name }: { context: Context; name: string }) {
  const { api } = context;
  const long = useLong((cursor) => runs(api, name, cursor), REFRESH_MS, `runs/${name}`);
  const who = useWho(context);
  return (
    <section class="runs" aria-labelledby="runs">
      <h2 id="runs">{text.schedules.runs}</h2>
      <LongList long={long} none={<p class="quiet">{text.schedules.noRuns}</p>}>
        <ul class="jobs">
          {long.all.map((one) => (
            <FleetCommandCard key={one.id} command={one} who={who} count={() => fleetCommand(api, one.id)} />
          ))}
        </ul>
      </LongList>
    </section>
  );
}

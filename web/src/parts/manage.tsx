// SPDX-License-Identifier: Apache-2.0
// What of a device's page is fetched after its values: where it belongs, schedules, jobs, certificates, deletion.
import { schedules } from '../api/commands';
import { deviceJobs } from '../api/fleet';
import type { Context } from '../app';
import type { Schedule } from '../model/command';
import type { DeviceDetail } from '../model/device';
import { toneOfDevice } from '../model/job';
import { shown } from '../model/series';
import { ago, clock } from '../model/time';
import { jobHref, newCommandHref, scheduleHref } from '../router';
import * as text from '../text';
import { Belongs } from './belongs';
import { Certificates } from './certificates';
import { DeletionCard } from './deletion';
import { usePoll } from './poll';
import { whenOf } from './schedule-item';
import { Shown } from './shown';
import { LongList, useLong } from './some';

const REFRESH_MS = 15_000;

interface Managed {
  readonly context: Context;
  readonly detail: DeviceDetail;
}

/** Certificates and deletion are its own: who is behind a gateway has none of that itself. */
export function Manage({ context, detail, changed }: Managed & { changed: () => void }) {
  const { device, thing } = detail;
  const own = device === thing;
  return (
    <>
      <Belongs context={context} detail={detail} changed={changed} />
      <Schedules context={context} detail={detail} />
      {own && context.session.may('operator') && <Certificates context={context} device={device} />}
      {own && context.session.may('admin') && <DeletionCard context={context} device={device} />}
    </>
  );
}

function Schedules({ context: { api, session }, detail }: Managed) {
  const polled = usePoll(() => schedules(api), REFRESH_MS, 'schedules');
  return (
    <section class="card" aria-labelledby="schedules">
      <div class="head">
        <h2 id="schedules">{text.schedules.title}</h2>
        {session.may('operator') && (
          <a class="button slim end" href={newCommandHref({ devices: [detail.device], when: 'calendar' })}>
            {text.device.schedule}
          </a>
        )}
      </div>
      <Shown polled={polled}>
        {(all) => {
          const own = all.filter((one) => isFor(one, detail));
          return own.length === 0 ? (
            <p class="quiet small">{text.schedules.noneOfDevice}</p>
          ) : (
            <ul class="rows small">
              {own.map((one) => (
                <li key={one.schedule}>
                  <span class={`tag ${one.enabled ? 'good' : 'waiting'}`}>
                    {one.enabled ? text.schedules.on : text.schedules.paused}
                  </span>
                  <a href={scheduleHref(one.schedule)}>{one.schedule}</a>
                  <span class="full">
                    <b>{text.commands.what(one.actuator, shown(one.value))}</b>{' '}
                    <span class="quiet">{whenOf(one)}</span>
                  </span>
                </li>
              ))}
            </ul>
          );
        }}
      </Shown>
    </section>
  );
}

/** By its name, by a group, or by that of its gateway, where it is about an actuator of this device. */
function isFor(schedule: Schedule, { device, thing, groups }: DeviceDetail): boolean {
  return (
    schedule.devices.includes(device) ||
    schedule.groups.some((group) => groups.includes(group)) ||
    (schedule.devices.includes(thing) && schedule.actuator.startsWith(`${device.slice(thing.length + 1)}:`))
  );
}

/** The jobs that it was told of, the newest first. */
export function DeviceJobs({ context: { api }, device }: { context: Context; device: string }) {
  const long = useLong((cursor) => deviceJobs(api, device, cursor), REFRESH_MS, `device-jobs/${device}`);
  return (
    <section class="card" aria-labelledby="device-jobs">
      <h2 id="device-jobs">{text.deviceJobs.title}</h2>
      <LongList long={long} none={<p class="quiet small">{text.deviceJobs.none}</p>}>
        <ul class="rows small">
          {long.all.map((one) => (
            <li key={one.id}>
              <span class={`tag ${toneOfDevice(one.status)}`}>{text.job.statuses[one.status]}</span>
              {one.job === '' ? <span>{one.awsJobId}</span> : <a href={jobHref(one.job)}>{one.job}</a>}
              {one.updatedMs !== null && (
                <time dateTime={new Date(one.updatedMs).toISOString()} title={clock(one.updatedMs)}>
                  {ago(one.updatedMs, Date.now())}
                </time>
              )}
            </li>
          ))}
        </ul>
      </LongList>
    </section>
  );
}

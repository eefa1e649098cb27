// SPDX-License-Identifier: Apache-2.0
import { useState } from 'preact/hooks';
import { cancelJob, cancelOn, deleteJob, job as fetchJob, jobDetails, jobDevices } from '../api/jobs';
import type { Context } from '../app';
import { type Job, type JobDevice, isEnded, toneOfDevice, toneOfJob } from '../model/job';
import { ago, clock } from '../model/time';
import { useAct } from '../parts/act';
import { Heads } from '../parts/heads';
import { Title } from '../parts/page';
import { usePoll } from '../parts/poll';
import { Problem } from '../parts/problem';
import { Progress } from '../parts/progress';
import { Shown } from '../parts/shown';
import { LongList, useLong } from '../parts/some';
import { useWho } from '../parts/who';
import { deviceHref, go, route } from '../router';
import * as text from '../text';
import '../style/jobs.css';

const REFRESH_MS = 3_000;
const ONCE_MS = 30_000;

/** One job: how far each device is, and what it says; ended, and forgotten. */
export function JobPage({ name, ...context }: Context & { name: string }) {
  const { api } = context;
  const polled = usePoll(() => fetchJob(api, name), REFRESH_MS, `job/${name}`);
  const long = useLong((cursor) => jobDevices(api, name, cursor), REFRESH_MS, `job-devices/${name}`);
  const columns = text.jobs.columns;
  const again = () => {
    polled.refresh();
    long.polled.refresh();
  };
  return (
    <>
      <Title
        title={polled.data ? text.jobs.nameOf(polled.data.type, polled.data.description) : name}
        back={{ href: '#/jobs', name: text.jobs.title }}
      >
        {polled.data && (
          <span class={`tag ${toneOfJob(polled.data.status)}`}>{text.jobs.states[polled.data.status]}</span>
        )}
      </Title>
      <Shown polled={polled}>{(job) => <About context={context} job={job} again={again} />}</Shown>
      <LongList long={long} none={<p class="quiet">{text.jobs.nobodyYet}</p>}>
        <table class="grid">
          <Heads of={[columns.device, columns.state, columns.since]} unseen={columns.says} />
          <tbody>
            {long.all.map((one) => (
              <Line key={one.device} context={context} job={name} of={one} again={again} />
            ))}
          </tbody>
        </table>
      </LongList>
    </>
  );
}

function About({ context, job, again }: { context: Context; job: Job; again: () => void }) {
  const { api, session } = context;
  const who = useWho(context);
  const { busy, problem, run } = useAct();
  const ended = isEnded(job.status);
  const cancel = (force: boolean) =>
    confirm(force ? text.jobs.forceSure : text.jobs.cancelSure) &&
    void run(() => cancelJob(api, job.job, force)).then(again);
  const forget = () =>
    confirm(text.jobs.forgetSure) &&
    void run(() => deleteJob(api, job.job)).then((done) => done && isThere(job.job) && go('#/jobs'));
  return (
    <section class="card">
      <Progress counts={job.counts} />
      <p class="quiet small">
        {job.job} · {clock(job.atMs)} {text.by(who(job.by))} · {text.targets.all([...job.groups, ...job.devices])}
        {job.reason !== '' && ` · ${text.jobs.why(job.reason, job.comment)}`}
      </p>
      {problem !== null && <Problem message={problem} />}
      <div class="actions">
        {!ended && session.may('operator') && (
          <>
            <button disabled={busy} onClick={() => cancel(false)}>
              {text.jobs.cancel}
            </button>
            <button class="danger" disabled={busy} onClick={() => cancel(true)}>
              {text.jobs.force}
            </button>
          </>
        )}
        {ended && session.may('admin') && (
          <button class="danger" disabled={busy} onClick={forget}>
            {text.jobs.forget}
          </button>
        )}
      </div>
      <details class="small">
        <summary>{text.jobs.document}</summary>
        <pre tabIndex={0}>{JSON.stringify(job.document, null, 2)}</pre>
      </details>
    </section>
  );
}

/** Whether the person still looks at it: nobody is taken away from where they went meanwhile. */
function isThere(name: string): boolean {
  const { value } = route;
  return value.page === 'job' && value.name === name;
}

function Line({
  context,
  job,
  of,
  again,
}: {
  context: Context;
  job: string;
  of: JobDevice;
  again: () => void;
}) {
  const [open, setOpen] = useState(false);
  const { busy, problem, run } = useAct();
  const waits = of.status === 'QUEUED' || of.status === 'IN_PROGRESS';
  return (
    <tr>
      <th scope="row" class="wide">
        <a href={deviceHref(of.device)}>{of.device}</a>
        {open && <Says context={context} job={job} device={of.device} />}
        {problem !== null && <Problem message={problem} />}
      </th>
      <td>
        <span class={`tag ${toneOfDevice(of.status)}`}>{text.job.statuses[of.status]}</span>{' '}
        {of.tries > 1 && <span class="quiet small">{text.jobs.tries(of.tries)}</span>}
      </td>
      <td class="fit small">
        {of.updatedMs !== null && <span title={clock(of.updatedMs)}>{ago(of.updatedMs, Date.now())}</span>}
      </td>
      <td class="fit">
        <div class="actions">
          <button class="slim" aria-expanded={open} onClick={() => setOpen(!open)}>
            {text.jobs.says}
            <span class="unseen"> {of.device}</span>
          </button>
          {waits && context.session.may('operator') && (
            <button
              class="slim danger"
              disabled={busy}
              onClick={() =>
                confirm(text.jobs.forceSure) &&
                void run(() => cancelOn(context.api, job, of.device, of.status === 'IN_PROGRESS')).then(again)
              }
            >
              {text.jobs.cancelOn}
              <span class="unseen"> {of.device}</span>
            </button>
          )}
        </div>
      </td>
    </tr>
  );
}

/** What the device itself says. */
function Says({ context, job, device }: { context: Context; job: string; device: string }) {
  const polled = usePoll(() => jobDetails(context.api, job, device), ONCE_MS, `job-says/${job}/${device}`);
  return (
    <Shown polled={polled}>
      {(details) =>
        details.length === 0 ? (
          <p class="quiet small">{text.jobs.saysNothing}</p>
        ) : (
          <dl class="said small">
            {details.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        )
      }
    </Shown>
  );
}

// SPDX-License-Identifier: Apache-2.0
import { jobs } from '../api/jobs';
import type { Context } from '../app';
import { toneOfJob } from '../model/job';
import { ago, clock } from '../model/time';
import { Icon } from '../parts/icon';
import { Title } from '../parts/page';
import { Progress } from '../parts/progress';
import { Empty } from '../parts/shown';
import { LongList, useLong } from '../parts/some';
import { useWho } from '../parts/who';
import { jobHref } from '../router';
import * as text from '../text';
import '../style/jobs.css';

const REFRESH_MS = 5_000;

/** Work for devices, the newest first, each with how far it is. */
export function JobsPage(context: Context) {
  const long = useLong((cursor) => jobs(context.api, cursor), REFRESH_MS, 'jobs');
  const who = useWho(context);
  const admin = context.session.may('admin');
  return (
    <>
      <Title title={text.jobs.title}>
        {admin && (
          <div class="end">
            <a class="button primary" href="#/new-job">
              <Icon name="plus" /> {text.jobs.add}
            </a>
          </div>
        )}
      </Title>
      <LongList
        long={long}
        none={
          <Empty icon="job" title={text.jobs.none}>
            <p class="quiet">{text.jobs.noneHint}</p>
          </Empty>
        }
      >
        <ul class="jobs">
          {long.all.map((job) => (
            <li key={job.job} class="card">
              <h2>
                <a href={jobHref(job.job)}>{text.jobs.nameOf(job.type, job.description)}</a>
                <span class={`tag ${toneOfJob(job.status)}`}>{text.jobs.states[job.status]}</span>
              </h2>
              <Progress counts={job.counts} />
              <p class="quiet small">
                <time dateTime={new Date(job.atMs).toISOString()} title={clock(job.atMs)}>
                  {ago(job.atMs, Date.now())}
                </time>{' '}
                {text.by(who(job.by))} · {text.targets.all([...job.groups, ...job.devices])}
              </p>
            </li>
          ))}
        </ul>
      </LongList>
    </>
  );
}

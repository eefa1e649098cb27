// SPDX-License-Identifier: Apache-2.0
import { useState } from 'preact/hooks';
import { devices } from '../api/devices';
import { groups } from '../api/groups';
import { createJob } from '../api/jobs';
import type { Context } from '../app';
import { JOB_TYPES, type JobDraft, NEW_JOB, isPlain, requestOf } from '../model/job';
import { useAct } from '../parts/act';
import { Field, NumberField } from '../parts/field';
import { Kinds } from '../parts/kinds';
import { Title } from '../parts/page';
import { usePoll } from '../parts/poll';
import { Problem } from '../parts/problem';
import { Shown } from '../parts/shown';
import { Targets } from '../parts/targets';
import { go, jobHref } from '../router';
import * as text from '../text';
import '../style/jobs.css';

const ASKED_MS = 60_000;

/** Work for devices and groups: what, for whom, how fast, and when it stops by itself. */
export function NewJobPage({ api }: Context) {
  const [draft, setDraft] = useState<JobDraft>(NEW_JOB);
  const change = (some: Partial<JobDraft>) => setDraft((before) => ({ ...before, ...some }));
  const { busy, problem, run } = useAct();
  const known = usePoll(
    async () => ({ devices: await devices(api), groups: await groups(api) }),
    ASKED_MS,
    'devices and groups',
  );
  const request = requestOf(draft);
  const make = async (event: Event) => {
    event.preventDefault();
    await run(async () => go(jobHref(await createJob(api, request!))));
  };
  return (
    <>
      <Title title={text.jobs.add} back={{ href: '#/jobs', name: text.jobs.title }} />
      <Shown polled={known}>
        {(all) => (
          <form class="card job-form" onSubmit={(event) => void make(event)}>
            <Kinds
              label={text.jobs.what}
              all={JOB_TYPES}
              chosen={draft.type}
              names={text.jobs.types}
              hints={text.jobs.typeHints}
              change={(type) => change({ type })}
            />
            {!isPlain(draft.type) && <Document draft={draft} change={change} />}
            <Targets
              chosen={draft}
              change={change}
              // A device behind a gateway takes no jobs; its gateway does.
              devices={all.devices.filter((one) => one.device === one.thing).map((one) => one.device)}
              groups={all.groups.map((one) => one.group)}
            />
            <div class="fields">
              <Field label={text.jobs.description}>
                {(id) => (
                  <input
                    id={id}
                    maxLength={2028}
                    value={draft.description}
                    onInput={(event) => change({ description: event.currentTarget.value })}
                  />
                )}
              </Field>
              <NumberField
                label={text.jobs.perMinute}
                unit={text.jobs.devicesAMinute}
                value={draft.perMinute}
                placeholder="1000"
                min={1}
                max={1000}
                step={1}
                change={(perMinute) => change({ perMinute })}
              />
              <NumberField
                label={text.jobs.abortPercent}
                hint={text.jobs.abortHint}
                unit="%"
                value={draft.abortPercent}
                min={0.01}
                max={100}
                change={(abortPercent) => change({ abortPercent })}
              />
              <NumberField
                label={text.jobs.abortAfter}
                unit={text.jobs.devicesTold}
                value={draft.abortAfter}
                min={1}
                step={1}
                change={(abortAfter) => change({ abortAfter })}
              />
              <NumberField
                label={text.jobs.timeout}
                unit="min"
                value={draft.timeoutMinutes}
                placeholder={text.jobs.noTimeout}
                min={1}
                max={10_080}
                step={1}
                change={(timeoutMinutes) => change({ timeoutMinutes })}
              />
            </div>
            {problem !== null && <Problem message={problem} />}
            <div class="actions">
              <button class="primary" disabled={busy || request === null}>
                {text.jobs.start}
              </button>
              <a class="button" href="#/jobs">
                {text.cancel}
              </a>
            </div>
          </form>
        )}
      </Shown>
    </>
  );
}

type Part = { draft: JobDraft; change: (some: Partial<JobDraft>) => void };

/** The document as a file, or typed. */
function Document({ draft, change }: Part) {
  const file = async (input: HTMLInputElement) => {
    const chosen = input.files?.[0];
    if (chosen) {
      change({ document: await chosen.text() });
    }
  };
  const wrong = draft.document !== '' && requestOf({ ...draft, devices: ['any'] }) === null;
  return (
    <div class="job-document">
      <Field label={text.jobs.documentOf} hint={text.jobs.documentHint[draft.type]}>
        {(id) => (
          <textarea
            id={id}
            rows={6}
            spellcheck={false}
            required
            aria-invalid={wrong}
            value={draft.document}
            onInput={(event) => change({ document: event.currentTarget.value })}
          />
        )}
      </Field>
      <input
        type="file"
        accept=".json,application/json"
        aria-label={text.jobs.file}
        onChange={(event) => void file(event.currentTarget)}
      />
      <p role="status" class="small">
        {wrong && text.jobs.wrongDocument(draft.type)}
      </p>
    </div>
  );
}

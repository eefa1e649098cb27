// SPDX-License-Identifier: Apache-2.0
import { useEffect, useMemo, useState } from 'preact/hooks';
import { putRule, rule as fetchRule, rules } from '../api/alarms';
import { wasOvertaken } from '../api/client';
import type { AlarmRule } from '../api/contract';
import { devices } from '../api/devices';
import type { Context } from '../app';
import { KINDS, isAbout } from '../model/alarm';
import type { DeviceSummary } from '../model/device';
import { type Draft, SUBJECTS, type Subject, draftOf, newDraft, ruleOf } from '../model/draft';
import { useAct } from '../parts/act';
import { Field } from '../parts/field';
import { Kinds } from '../parts/kinds';
import { Title } from '../parts/page';
import { usePoll } from '../parts/poll';
import { Preview } from '../parts/preview';
import { Problem } from '../parts/problem';
import { Reaction, withOwn } from '../parts/reaction';
import { KindFields } from '../parts/rule-fields';
import { Shown } from '../parts/shown';
import { go } from '../router';
import * as text from '../text';
import '../style/rule.css';

const ASKED_MS = 60_000;
/** Between typing and asking what it would have come to. */
const PAUSE_MS = 400;

type RuleProps = Context & {
  /** Null for a new one, about `device` and `sensor` where those are given. */
  readonly name: string | null;
  readonly device: string;
  readonly sensor: string;
};

/** Makes or changes an alarm rule, and shows what it would have come to. */
export function RulePage(props: RuleProps) {
  const { api, name, session } = props;
  const fleet = usePoll(
    async () => ({ devices: await devices(api), rules: await rules(api) }),
    ASKED_MS,
    'devices and rules',
  );
  const [load, setLoad] = useState(0);
  // Asked for once: what is being typed is not replaced by what came meanwhile.
  const read = usePoll(
    async () => (name === null ? { rule: null, etag: null } : fetchRule(api, name)),
    24 * 3_600_000,
    `rule/${name}/${load}`,
  );
  return (
    <>
      <Title title={name ?? text.rules.made} back={{ href: '#/rules', name: text.rules.title }} />
      {!session.may('admin') && <p class="quiet">{text.rules.needsAdmin}</p>}
      <Shown polled={fleet}>
        {(known) => (
          <Shown polled={read}>
            {({ rule, etag }) => (
              <Editor
                key={load}
                {...props}
                {...known}
                read={rule}
                etag={etag}
                loadAgain={() => setLoad(load + 1)}
              />
            )}
          </Shown>
        )}
      </Shown>
    </>
  );
}

function Editor({
  api,
  session,
  device,
  sensor,
  devices: fleet,
  rules: all,
  read,
  etag: now,
  loadAgain,
}: RuleProps & {
  devices: readonly DeviceSummary[];
  rules: readonly AlarmRule[];
  read: AlarmRule | null;
  etag: string | null;
  loadAgain: () => void;
}) {
  const [draft, setDraft] = useState<Draft>(() => (read === null ? newDraft(device, sensor) : draftOf(read)));
  // Of what the draft was made: it may have been asked for again since.
  const [etag] = useState(now);
  const { busy, problem, run } = useAct();
  const [stale, setStale] = useState(false);
  const change = (some: Partial<Draft>) => setDraft((before) => ({ ...before, ...some }));
  const of = exampleOf(draft, fleet);
  const about = useMemo(() => (of === undefined ? [] : all.filter((one) => isAbout(one, of))), [all, of]);
  const others = about.filter((one) => one.name !== read?.name);
  const made = ruleOf(draft, all.map((one) => one.name));
  const allowed = session.may('admin');
  const save = async (event: Event) => {
    event.preventDefault();
    const done = await run(async () => {
      try {
        await putRule(api, made!, etag);
      } catch (error) {
        const changed = wasOvertaken(error);
        setStale(changed && etag !== null);
        throw changed ? new Error(etag === null ? text.rules.taken : text.rules.changed) : error;
      }
    });
    if (done) {
      go('#/rules');
    }
  };
  return (
    <div class="rule-page">
      <form class="card" onSubmit={(event) => void save(event)}>
        <fieldset disabled={!allowed || busy}>
          <Kinds
            label={text.rules.what}
            all={KINDS}
            chosen={draft.kind}
            names={text.rules.kinds}
            hints={text.rules.kindHints}
            change={(kind) => change({ kind })}
          />
          <div class="fields">
            <SubjectFields draft={draft} change={change} devices={fleet} />
            <KindFields draft={draft} change={change} device={of} others={others} />
          </div>
          <Reaction api={api} draft={draft} change={change} devices={fleet} itself={of?.device} />
          {read === null && (
            <div class="fields">
              <Field label={text.rules.name} hint={text.rules.nameHint}>
                {(id) => (
                  <input
                    id={id}
                    pattern="[a-zA-Z0-9:_\-]{1,128}"
                    placeholder={made?.name ?? ''}
                    value={draft.name}
                    onInput={(event) => change({ name: event.currentTarget.value })}
                  />
                )}
              </Field>
            </div>
          )}
          {problem !== null && <Problem message={problem} />}
          {allowed && (
            <div class="actions">
              <button class="primary" disabled={made === null}>
                {text.rules.save}
              </button>
              {stale && (
                <button type="button" onClick={loadAgain}>
                  {text.load}
                </button>
              )}
              <a class="button" href="#/rules">
                {text.cancel}
              </a>
            </div>
          )}
        </fieldset>
      </form>
      <section class="card" aria-labelledby="preview">
        <h2 id="preview">{text.rules.preview}</h2>
        {draft.about !== 'device' && of !== undefined && (
          <p class="quiet small">{text.rules.shownOn(of.device)}</p>
        )}
        <Rested rule={made}>
          {(rule) =>
            rule === null || of === undefined ? (
              <p class="quiet">{text.rules.previewWaits}</p>
            ) : (
              <Preview
                api={api}
                rule={rule}
                device={of.device}
                all={about}
                move={(limit) => allowed && change({ limit: String(limit) })}
              />
            )
          }
        </Rested>
      </section>
    </div>
  );
}

/** The rule as it is once nobody types any more. */
function Rested({
  rule,
  children,
}: {
  rule: AlarmRule | null;
  children: (rule: AlarmRule | null) => preact.ComponentChild;
}) {
  const key = JSON.stringify(rule);
  const [rested, setRested] = useState(rule);
  useEffect(() => {
    const timer = setTimeout(() => setRested(rule), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [key]);
  return <>{children(rested)}</>;
}

/** The device that the rule is about, or the first of those. */
function exampleOf(draft: Draft, fleet: readonly DeviceSummary[]): DeviceSummary | undefined {
  switch (draft.about) {
    case 'device':
      return fleet.find((one) => one.device === draft.device);
    case 'group':
      return fleet.find((one) => one.groups.includes(draft.group));
    case 'type':
      return fleet.find((one) => draft.type !== '' && one.type === draft.type);
  }
}

/** Whose readings: one device's, or each's of a group or of a type. */
function SubjectFields({
  draft,
  change,
  devices: fleet,
}: {
  draft: Draft;
  change: (some: Partial<Draft>) => void;
  devices: readonly DeviceSummary[];
}) {
  const all: Record<Subject, readonly string[]> = {
    device: fleet.map((one) => one.device),
    group: distinct(fleet.flatMap((one) => one.groups)),
    type: distinct(fleet.map((one) => one.type)),
  };
  return (
    <>
      <Field label={text.rules.about}>
        {(id) => (
          <select
            id={id}
            value={draft.about}
            onChange={(event) => change({ about: event.currentTarget.value as Subject, sensor: '', rules: [] })}
          >
            {SUBJECTS.map((one) => (
              <option key={one} value={one}>
                {text.rules.subjects[one]}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={text.rules[draft.about]}>
        {(id) => (
          <select
            id={id}
            required
            value={draft[draft.about]}
            onChange={(event) => change({ [draft.about]: event.currentTarget.value, sensor: '', rules: [] })}
          >
            <option value="" />
            {withOwn(all[draft.about], draft[draft.about]).map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        )}
      </Field>
    </>
  );
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)].filter((one) => one !== '').sort();
}

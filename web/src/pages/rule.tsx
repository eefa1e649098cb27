// SPDX-License-Identifier: Apache-2.0
import { useEffect, useState } from 'preact/hooks';
import { putRule, rule as fetchRule, rules } from '../api/alarms';
import { Refused } from '../api/client';
import type { AlarmRule } from '../api/contract';
import { devices } from '../api/devices';
import type { Context } from '../app';
import { KINDS, type Kind } from '../model/alarm';
import type { DeviceSummary } from '../model/device';
import { type CommandDraft, type Draft, draftOf, newDraft, ruleOf } from '../model/draft';
import { useAct } from '../parts/act';
import { Title } from '../parts/page';
import { usePoll } from '../parts/poll';
import { Preview } from '../parts/preview';
import { Problem } from '../parts/problem';
import { Field, KindFields, NumberField } from '../parts/rule-fields';
import { Shown } from '../parts/shown';
import { go } from '../router';
import { text } from '../text';
import '../style/rule.css';

const ASKED_MS = 60_000;
const CHANGED = 412;
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
  etag,
  loadAgain,
}: RuleProps & {
  devices: readonly DeviceSummary[];
  rules: readonly AlarmRule[];
  read: AlarmRule | null;
  etag: string | null;
  loadAgain: () => void;
}) {
  const [draft, setDraft] = useState<Draft>(() => (read === null ? newDraft(device, sensor) : draftOf(read)));
  const { busy, problem, run } = useAct();
  const [stale, setStale] = useState(false);
  const change = (some: Partial<Draft>) => setDraft((before) => ({ ...before, ...some }));
  const of = fleet.find((one) => one.device === draft.device);
  const others = all.filter((one) => one.device === draft.device && one.name !== read?.name);
  const made = ruleOf(draft, all.map((one) => one.name));
  const allowed = session.may('admin');
  const save = async (event: Event) => {
    event.preventDefault();
    const done = await run(async () => {
      try {
        await putRule(api, made!, etag);
      } catch (error) {
        const changed = error instanceof Refused && error.status === CHANGED;
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
          <KindChoice chosen={draft.kind} change={(kind) => change({ kind })} />
          <div class="fields">
            <Field label={text.rules.device}>
              {(id) => (
                <select
                  id={id}
                  required
                  value={draft.device}
                  onChange={(event) => change({ device: event.currentTarget.value, sensor: '', rules: [] })}
                >
                  <option value="" />
                  {withOwn(fleet.map((one) => one.device), draft.device).map((one) => (
                    <option key={one}>{one}</option>
                  ))}
                </select>
              )}
            </Field>
            <KindFields draft={draft} change={change} device={of} others={others} />
          </div>
          <Reaction draft={draft} change={change} devices={fleet} />
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
                  {text.rules.load}
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
        <Rested rule={made}>
          {(rule) =>
            rule === null ? (
              <p class="quiet">{text.rules.previewWaits}</p>
            ) : (
              <Preview
                api={api}
                rule={rule}
                all={all}
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

function KindChoice({ chosen, change }: { chosen: Kind; change: (kind: Kind) => void }) {
  return (
    <fieldset class="kinds">
      <legend class="unseen">{text.rules.what}</legend>
      {KINDS.map((kind) => (
        <label key={kind}>
          <input type="radio" name="kind" checked={kind === chosen} onChange={() => change(kind)} />
          <span>
            <b>{text.rules.kinds[kind]}</b>
            <small class="quiet">{text.rules.kindHints[kind]}</small>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** What the backend commands when the alarm is raised. */
function Reaction({
  draft,
  change,
  devices: fleet,
}: {
  draft: Draft;
  change: (some: Partial<Draft>) => void;
  devices: readonly DeviceSummary[];
}) {
  const { command } = draft;
  const set = (some: Partial<CommandDraft>) => command && change({ command: { ...command, ...some } });
  const things = [...new Set(fleet.map((one) => one.thing))];
  return (
    <div class="reaction">
      <label class="check">
        <input
          type="checkbox"
          checked={command !== null}
          onChange={(event) =>
            change({
              command: event.currentTarget.checked
                ? { thing: '', actuator: '', value: '', validSeconds: '60' }
                : null,
            })
          }
        />
        {text.rules.command}
      </label>
      {command !== null && (
        <div class="fields">
          <Field label={text.rules.thing}>
            {(id) => (
              <select id={id} required value={command.thing} onChange={(event) => set({ thing: event.currentTarget.value })}>
                <option value="" />
                {withOwn(things, command.thing).map((one) => (
                  <option key={one}>{one}</option>
                ))}
              </select>
            )}
          </Field>
          <Field label={text.rules.actuator}>
            {(id) => (
              <input
                id={id}
                required
                pattern="[a-zA-Z0-9:_\-]{1,128}"
                value={command.actuator}
                onInput={(event) => set({ actuator: event.currentTarget.value })}
              />
            )}
          </Field>
          <Field label={text.rules.value} hint={text.rules.valueHint}>
            {(id) => (
              <input
                id={id}
                required
                maxLength={256}
                value={command.value}
                onInput={(event) => set({ value: event.currentTarget.value })}
              />
            )}
          </Field>
          <NumberField
            label={text.rules.valid}
            unit={text.rules.seconds}
            value={command.validSeconds}
            required
            min={1}
            max={604_800}
            change={(validSeconds) => set({ validSeconds })}
          />
        </div>
      )}
    </div>
  );
}

/** Also what is chosen already, though it is not among them. */
function withOwn(all: readonly string[], own: string): readonly string[] {
  return own === '' || all.includes(own) ? all : [own, ...all];
}

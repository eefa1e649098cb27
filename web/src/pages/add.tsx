// SPDX-License-Identifier: Apache-2.0
import { useState } from 'preact/hooks';
import { type Serial, addSerials, allowAgain, removeSerial, serials } from '../api/groups';
import type { Context } from '../app';
import { ago, clock } from '../model/time';
import { useAct } from '../parts/act';
import { Copyable } from '../parts/copyable';
import { Field } from '../parts/field';
import { Heads } from '../parts/heads';
import { Title } from '../parts/page';
import { usePoll } from '../parts/poll';
import { Problem } from '../parts/problem';
import { Empty, Shown } from '../parts/shown';
import { useWho } from '../parts/who';
import * as text from '../text';
import '../style/operate.css';

const REFRESH_MS = 10_000;

/** How a device comes into the fleet: its serial number is allowed here, the rest it does by itself with a claim. */
export function AddPage(context: Context) {
  const { api, config } = context;
  const polled = usePoll(() => serials(api), REFRESH_MS, 'serials');
  const { busy, problem, run } = useAct();
  const [done, setDone] = useState('');
  const host = hostOf(config.iotEndpoint);
  const isLocal = !host.endsWith('amazonaws.com');
  const add = (typed: string) =>
    run(async () => {
      const { added, there } = await addSerials(api, csvOf(typed));
      setDone(text.add.done(added, there));
      polled.refresh();
    });
  return (
    <>
      <Title title={text.add.title} />
      <ol class="steps">
        <li class="card">
          <h2>{text.add.allow}</h2>
          <p class="quiet">{text.add.allowHint}</p>
          <Allow busy={busy} add={add} />
          <p role="status" class={done === '' ? 'unseen' : 'tag good'}>
            {done}
          </p>
          {problem !== null && <Problem message={problem} />}
        </li>
        <li class="card">
          <h2>{text.add.claim}</h2>
          <p class="quiet">{text.add.claimHint}</p>
          {text.add.claimCommands(config.stage).map((command) => (
            <Copyable key={command} command={command} />
          ))}
        </li>
        <li class="card">
          <h2>{text.add.start}</h2>
          <p class="quiet">{text.add.startHint}</p>
          {isLocal && <Copyable command={text.add.authorityCommand(host)} />}
          <Copyable command={text.add.configuration(config.stage, host, isLocal, awaitedOf(polled.data ?? []))} lines />
          <p class="quiet small">{text.add.everyFile}</p>
          <Copyable command={text.fleet.emptyAgentCommand} />
        </li>
      </ol>
      <h2>{text.add.list}</h2>
      <Shown polled={polled}>
        {(all) =>
          all.length === 0 ? (
            <Empty icon="serial" title={text.add.none} />
          ) : (
            <Serials context={context} all={all} changed={polled.refresh} />
          )
        }
      </Shown>
    </>
  );
}

function Allow({ busy, add }: { busy: boolean; add: (typed: string) => Promise<boolean> }) {
  const [typed, setTyped] = useState('');
  const submit = async (event: Event) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    if (await add(typed)) {
      form.reset();
      setTyped('');
    }
  };
  return (
    <form class="allow" onSubmit={(event) => void submit(event)}>
      <Field label={text.add.serials} hint={text.add.serialsHint}>
        {(id) => (
          <textarea
            id={id}
            rows={3}
            required
            spellcheck={false}
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        )}
      </Field>
      <button class="primary" disabled={busy || typed.trim() === ''}>
        {text.add.allowButton}
      </button>
    </form>
  );
}

function Serials({
  context,
  all,
  changed,
}: {
  context: Context;
  all: readonly Serial[];
  changed: () => void;
}) {
  const { api } = context;
  const who = useWho(context);
  const { busy, problem, run } = useAct();
  const nowMs = Date.now();
  const columns = text.add.columns;
  return (
    <>
      {problem !== null && <Problem message={problem} />}
      <table class="grid">
        <Heads of={[columns.serial, columns.state, columns.added]} unseen={text.add.again} />
        <tbody>
          {all.map((one) => (
            <tr key={one.serial}>
              <th scope="row" class="wide">
                {one.serial}
              </th>
              <td>
                {one.admittedMs === null ? (
                  <span class="tag waiting">{text.add.waiting}</span>
                ) : (
                  <span class="tag good" title={clock(one.admittedMs)}>
                    {text.add.provisioned(ago(one.admittedMs, nowMs))}
                  </span>
                )}
              </td>
              <td class="small">
                {ago(one.addedMs, nowMs)} {text.by(who(one.by))}
              </td>
              <td class="fit">
                <div class="actions">
                  {one.admittedMs !== null && (
                    <button
                      class="slim"
                      disabled={busy}
                      onClick={() => void run(() => allowAgain(api, one.serial)).then(changed)}
                    >
                      {text.add.again}
                      <span class="unseen"> {one.serial}</span>
                    </button>
                  )}
                  <button
                    class="slim danger"
                    disabled={busy}
                    onClick={() =>
                      confirm(text.add.removeSure) && void run(() => removeSerial(api, one.serial)).then(changed)
                    }
                  >
                    {text.add.remove}
                    <span class="unseen"> {one.serial}</span>
                  </button>
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** What was typed, a serial number a line, or a CSV with its header as it is. */
export function csvOf(typed: string): string {
  const lines = typed
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return (/^serial\b/.test(lines[0] ?? '') ? lines : ['serial', ...lines]).join('\n') + '\n';
}

/** The number that was allowed last and has not come; where there is none, what gives each device its own. */
function awaitedOf(all: readonly Serial[]): string {
  const awaited = all.filter((one) => one.admittedMs === null);
  return awaited.sort((one, other) => other.addedMs - one.addedMs)[0]?.serial ?? '@/etc/machine-id';
}

/** What agents are told is a host, with a port where it is not the usual one. */
function hostOf(endpoint: string): string {
  return endpoint.replace(/^\w+:\/\//, '');
}

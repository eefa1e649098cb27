// SPDX-License-Identifier: Apache-2.0
import { useEffect, useState } from 'preact/hooks';
import type { Api } from '../api/client';
import { devicesThatCameTo, fleetCommand, fleetCommandDevices } from '../api/commands';
import type { Context } from '../app';
import { COMMAND_STATUSES, type FleetCommand, type FleetCommandDevice, openOf } from '../model/command';
import { type CommandStatus, toneOf } from '../model/device';
import { shown } from '../model/series';
import { ago, clock } from '../model/time';
import { useAct } from '../parts/act';
import { CommandFacts, OpenTag } from '../parts/fleet-command';
import { Heads } from '../parts/heads';
import { Choices, Title } from '../parts/page';
import { usePoll } from '../parts/poll';
import { Problem } from '../parts/problem';
import { CommandProgress } from '../parts/progress';
import { Shown } from '../parts/shown';
import { More, useLong } from '../parts/some';
import { useWho } from '../parts/who';
import { commandHref, deviceHref, go, newCommandHref } from '../router';
import * as text from '../text';
import '../style/jobs.css';
import '../style/commands.css';

const OPEN_MS = 1_500;
const OVER_MS = 30_000;
/** Not done, and nothing more happens. */
const FAILED: readonly CommandStatus[] = ['FAILED', 'REJECTED', 'EXPIRED'];

/** One command to many: what became of it on each device, and why. */
export function CommandPage({ name, status, ...context }: Context & { name: string; status: string }) {
  const { api, session } = context;
  const chosen = COMMAND_STATUSES.find((one) => one === status) ?? '';
  const [open, setOpen] = useState(true);
  const polled = usePoll(() => fleetCommand(api, name), open ? OPEN_MS : OVER_MS, `command/${name}`);
  const counts = polled.data?.counts ?? null;
  const isOpen = polled.data === null || counts === null || openOf(counts) > 0;
  useEffect(() => setOpen(isOpen), [isOpen]);
  const long = useLong(
    (cursor) => fleetCommandDevices(api, name, chosen, cursor),
    open ? OPEN_MS : OVER_MS,
    `command-devices/${name}/${chosen}`,
  );
  const who = useWho(context);
  const title = polled.data ? text.commands.what(polled.data.actuator, shown(polled.data.value)) : name;
  return (
    <>
      <Title title={title} back={{ href: '#/commands', name: text.commands.title }}>
        {counts !== null && <OpenTag open={openOf(counts)} />}
      </Title>
      <Shown polled={polled}>
        {(command) => (
          <>
            <section class="card">
              {command.counts !== null && <CommandProgress counts={command.counts} />}
              <CommandFacts command={command} who={who} />
            </section>
            <Statuses command={command} chosen={chosen} />
          </>
        )}
      </Shown>
      <Shown polled={long.polled}>
        {() =>
          long.all.length === 0 ? (
            <p class="quiet">{text.commands.noneOfThese}</p>
          ) : (
            <>
              <Devices all={long.all} />
              <More long={long} />
              {polled.data !== null && session.may('operator') && (
                <Again api={api} command={polled.data} chosen={chosen} />
              )}
            </>
          )
        }
      </Shown>
    </>
  );
}

/** Commands those again that did not do it and do nothing more: all of them, also those that are not seen yet. */
function Again({ api, command, chosen }: { api: Api; command: FleetCommand; chosen: CommandStatus | '' }) {
  const { busy, problem, run } = useAct();
  const { id, actuator, value, counts } = command;
  const failed = FAILED.filter((one) => (counts?.[one] ?? 0) > 0 && (chosen === '' || chosen === one));
  if (failed.length === 0) {
    return null;
  }
  const again = async () => {
    const devices = await devicesThatCameTo(api, id, failed);
    go(newCommandHref({ devices, actuator, value: String(value) }));
  };
  return (
    <>
      {problem !== null && <Problem message={problem} />}
      <div class="actions">
        <button disabled={busy} onClick={() => void run(again)}>
          {text.commands.again}
        </button>
      </div>
    </>
  );
}

/** Those that some device has, and all. */
function Statuses({ command, chosen }: { command: FleetCommand; chosen: CommandStatus | '' }) {
  const counts = command.counts;
  const there = COMMAND_STATUSES.filter((one) => one === chosen || (counts?.[one] ?? 0) > 0);
  return (
    <Choices
      label={text.commands.showLabel}
      all={['', ...there] as const}
      chosen={chosen}
      href={(one) => commandHref(command.id, one)}
      name={(one) => (
        <>
          {one === '' ? text.commands.every : text.command[one]}{' '}
          <span class="number quiet">{one === '' ? command.targets : (counts?.[one] ?? 0)}</span>
        </>
      )}
    />
  );
}

function Devices({ all }: { all: readonly FleetCommandDevice[] }) {
  const columns = text.commands.columns;
  return (
    <table class="grid">
      <Heads of={[columns.device, columns.state, columns.why, columns.when]} />
      <tbody>
        {all.map((one) => (
          <tr key={one.device}>
            <th scope="row" class="wide">
              <a href={deviceHref(one.device)}>{one.device}</a>
            </th>
            <td class="fit">
              <span class={`tag ${toneOf(one.status)}`}>{text.command[one.status]}</span>
            </td>
            <td class={one.detail === '' ? 'none' : 'wide'}>{one.detail}</td>
            <td class={one.statusAtMs === null ? 'none' : 'fit small'}>
              {one.statusAtMs !== null && <span title={clock(one.statusAtMs)}>{ago(one.statusAtMs, Date.now())}</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

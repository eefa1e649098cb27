// SPDX-License-Identifier: Apache-2.0
import { useRef } from 'preact/hooks';
import { type FleetCommand, openOf } from '../model/command';
import { shown } from '../model/series';
import { ago, clock } from '../model/time';
import { commandHref, scheduleHref } from '../router';
import * as text from '../text';
import { usePoll } from './poll';
import { CommandProgress } from './progress';

const COUNT_MS = 4_000;
/** What has expired is marked so within a minute. */
const EXPIRED_MS = 15_000;
/** What is over is counted once. */
const OVER_MS = 24 * 3_600_000;

/** One command to many, with how far it is: a list has that only of what was counted to its end before. */
export function FleetCommandCard({
  command,
  who,
  count,
}: {
  command: FleetCommand;
  who: (by: string) => string;
  count: () => Promise<FleetCommand>;
}) {
  const known = useRef(command);
  known.current = command.counts === null ? known.current : command;
  const polled = usePoll(
    async () => (known.current = isOver(known.current) ? known.current : await count()),
    isOver(known.current) ? OVER_MS : command.expiresAtMs > Date.now() ? COUNT_MS : EXPIRED_MS,
    `count/${command.id}/${command.counts === null}`,
  );
  const counts = command.counts ?? polled.data?.counts ?? null;
  return (
    <li class="card">
      <h2>
        <a href={commandHref(command.id)}>{text.commands.what(command.actuator, shown(command.value))}</a>
        {counts !== null && <OpenTag open={openOf(counts)} />}
      </h2>
      {counts === null ? (
        <p class="small quiet">{polled.error ?? text.loading}</p>
      ) : (
        <CommandProgress counts={counts} />
      )}
      <CommandFacts command={command} who={who} />
    </li>
  );
}

/** Nothing of it is on its way any more. */
function isOver({ counts }: FleetCommand): boolean {
  return counts !== null && openOf(counts) === 0;
}

export function OpenTag({ open }: { open: number }) {
  return <span class={`tag ${open > 0 ? 'waiting' : ''}`}>{open > 0 ? text.commands.open : text.commands.over}</span>;
}

/** When, by whom, for whom. */
export function CommandFacts({ command, who }: { command: FleetCommand; who: (by: string) => string }) {
  return (
    <p class="quiet small">
      <time dateTime={new Date(command.atMs).toISOString()} title={clock(command.atMs)}>
        {ago(command.atMs, Date.now())}
      </time>{' '}
      {command.schedule === '' ? (
        text.by(who(command.by))
      ) : (
        <a href={scheduleHref(command.schedule)}>{text.commands.of(command.schedule)}</a>
      )}{' '}
      · {text.targets.all([...command.groups, ...command.devices])} · {text.commands.targets(command.targets)}
    </p>
  );
}

// SPDX-License-Identifier: Apache-2.0
import { useState } from 'preact/hooks';
import { type Command, toneOf } from '../model/device';
import { shown } from '../model/series';
import { ago, clock, duration } from '../model/time';
import * as text from '../text';

const SHOWN_COMMANDS = 8;

/** What was commanded, by whom, and what became of it, the newest first. */
export function CommandList({
  commands,
  who,
  more,
}: {
  commands: readonly Command[];
  who: (by: string) => string;
  /** Fetches older ones, where there are. */
  more: (() => void) | null;
}) {
  const [all, setAll] = useState(false);
  if (commands.length === 0 && more === null) {
    return <p class="quiet small">{text.device.noCommands}</p>;
  }
  const nowMs = Date.now();
  const hidden = !all && commands.length > SHOWN_COMMANDS;
  return (
    <>
      <ul class="rows small">
        {commands.slice(0, all ? commands.length : SHOWN_COMMANDS).map((command) => (
          <li key={command.id}>
            <span class={`tag ${toneOf(command.status)}`}>{text.command[command.status]}</span>
            <span>
              <b>{command.actuator}</b> → {shown(command.value)}
            </span>
            <time dateTime={new Date(command.atMs).toISOString()} title={clock(command.atMs)}>
              {ago(command.atMs, nowMs)}
            </time>
            <span class="quiet full">
              {[
                command.by !== '' && text.by(who(command.by)),
                command.statusAtMs !== null && text.device.after(lasted(command.statusAtMs - command.atMs)),
                command.detail,
              ]
                .filter(Boolean)
                .join(' · ')}
            </span>
          </li>
        ))}
      </ul>
      {(hidden || more !== null) && (
        <button class="slim" onClick={() => (hidden ? setAll(true) : more?.())}>
          {text.more}
        </button>
      )}
    </>
  );
}

/** By two clocks: the device's may be behind. */
function lasted(ms: number): string {
  return ms < 1_000 ? `${Math.max(0, ms)} ms` : duration(ms);
}

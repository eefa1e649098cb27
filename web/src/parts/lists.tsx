// SPDX-License-Identifier: Apache-2.0
import { useState } from 'preact/hooks';
import { type Command, toneOf } from '../model/device';
import { shown } from '../model/series';
import { ago, clock } from '../model/time';
import { text } from '../text';

const SHOWN_COMMANDS = 8;

/** What was commanded, by whom, and what became of it, the newest first. */
export function CommandList({
  commands,
  who,
}: {
  commands: readonly Command[];
  who: (by: string) => string;
}) {
  const [all, setAll] = useState(false);
  if (commands.length === 0) {
    return <p class="quiet small">{text.device.noCommands}</p>;
  }
  const nowMs = Date.now();
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
              {command.by !== '' && text.alarms.by(who(command.by))}
              {command.detail !== '' && `: ${command.detail}`}
            </span>
          </li>
        ))}
      </ul>
      {!all && commands.length > SHOWN_COMMANDS && (
        <button class="slim" onClick={() => setAll(true)}>
          {text.more}
        </button>
      )}
    </>
  );
}

// SPDX-License-Identifier: Apache-2.0
import { type Alarm, type Command, toneOf } from '../model/device';
import { shown } from '../model/series';
import { clock } from '../model/time';
import { text } from '../text';

const SHOWN_COMMANDS = 20;

export function AlarmList({ alarms }: { alarms: readonly Alarm[] }) {
  if (alarms.length === 0) {
    return <p class="quiet">{text.device.noAlarms}</p>;
  }
  return (
    <ul class="rows">
      {alarms.map((alarm) => (
        <li key={alarm.rule + alarm.sensor}>
          <span class={`tag ${alarm.state === 'ALARM' || alarm.state === 'OPEN' ? 'bad' : 'quiet'}`}>
            {alarm.state.toLowerCase()}
          </span>
          <b>{alarm.rule}</b> {alarm.sensor} {alarm.detail}
          <time class="quiet" dateTime={new Date(alarm.sinceMs).toISOString()}>
            {clock(alarm.sinceMs)}
          </time>
        </li>
      ))}
    </ul>
  );
}

export function CommandList({ commands }: { commands: readonly Command[] }) {
  if (commands.length === 0) {
    return <p class="quiet">{text.device.noCommands}</p>;
  }
  return (
    <ul class="rows">
      {commands.slice(0, SHOWN_COMMANDS).map((command) => (
        <li key={command.id}>
          <span class={`tag ${toneOf(command.status)}`}>
            {text.command[command.status]}
          </span>
          <b>{command.actuator}</b> → {shown(command.value)} {command.detail}
          <time class="quiet" dateTime={new Date(command.atMs).toISOString()}>
            {clock(command.atMs)}
          </time>
        </li>
      ))}
    </ul>
  );
}

// SPDX-License-Identifier: Apache-2.0
import { type Actuator, type Command, toneOf } from '../model/device';
import { shown } from '../model/series';
import { ago, clock } from '../model/time';
import * as text from '../text';

const SHOWN_COMMANDS = 12;

/** What was asked of each actuator beside what the device says that it is, and what became of earlier commands. */
export function Wanted({
  actuators,
  commands,
  who,
}: {
  actuators: readonly Actuator[];
  commands: readonly Command[];
  who: (by: string) => string;
}) {
  const columns = text.wanted.columns;
  return (
    <section class="card wanted" aria-labelledby="wanted">
      <h2 id="wanted">{text.wanted.title}</h2>
      <table class="bare">
        <thead>
          <tr>
            <th scope="col">{columns.actuator}</th>
            <th scope="col">{columns.desired}</th>
            <th scope="col">{columns.reported}</th>
            <th scope="col">{columns.delta}</th>
            <th scope="col">{columns.history}</th>
          </tr>
        </thead>
        <tbody>
          {actuators.map((actuator) => (
            <Line
              key={actuator.name}
              actuator={actuator}
              commands={commands.filter((one) => one.actuator === actuator.name)}
              who={who}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Line({
  actuator,
  commands,
  who,
}: {
  actuator: Actuator;
  commands: readonly Command[];
  who: (by: string) => string;
}) {
  const { desired, reported } = actuator;
  const state = differs(actuator);
  return (
    <tr>
      <th scope="row">{actuator.name}</th>
      <td data-label={text.wanted.columns.desired}>{desired === null ? text.wanted.nothing : shown(desired)}</td>
      <td data-label={text.wanted.columns.reported}>{reported === null ? text.device.unknown : shown(reported)}</td>
      <td data-label={text.wanted.columns.delta}>
        {state === null ? (
          <span class="quiet">–</span>
        ) : state ? (
          <span class="tag waiting">{text.wanted.change(shown(reported), shown(desired))}</span>
        ) : (
          <span class="tag good">{text.wanted.none}</span>
        )}
      </td>
      <td>
        <Ticks commands={commands.slice(0, SHOWN_COMMANDS)} who={who} />
      </td>
    </tr>
  );
}

/** Null where there is nothing to compare. */
export function differs({ desired, reported }: Actuator): boolean | null {
  return desired === null || reported === null ? null : desired !== reported;
}

/** The last commands, the oldest first, each with its value and in the colour of what became of it. */
function Ticks({ commands, who }: { commands: readonly Command[]; who: (by: string) => string }) {
  if (commands.length === 0) {
    return <span class="quiet">{text.wanted.never}</span>;
  }
  return (
    <ol class="ticks">
      {[...commands].reverse().map((command) => {
        const told = [
          `${shown(command.value)}: ${text.command[command.status]}`,
          command.detail,
          command.by === '' ? '' : text.by(who(command.by)),
          ago(command.atMs, Date.now()),
        ]
          .filter((part) => part !== '')
          .join(', ');
        return (
          <li key={command.id} class={`tag ${toneOf(command.status)}`} title={`${told} (${clock(command.atMs)})`}>
            {shown(command.value)}
            <span class="unseen"> {told}</span>
          </li>
        );
      })}
    </ol>
  );
}

// SPDX-License-Identifier: Apache-2.0
import { controlOf, stepsOf, wasDelivered } from '../model/control';
import { type Actuator, type Command, isOver, toneOf } from '../model/device';
import { shown } from '../model/series';
import { duration } from '../model/time';
import * as text from '../text';
import { useAct } from './act';
import { Choice, Setter, Slider, type Take } from './setter';

/** Those of one device. */
export function Actuators({
  all,
  newest,
  history,
  allowed,
  send,
}: {
  all: readonly Actuator[];
  newest: (actuator: string) => Command | null;
  history: readonly Command[];
  allowed: boolean;
  send: (actuator: string, value: unknown) => Promise<void>;
}) {
  return (
    <ul class="actuators">
      {all.map((actuator) => (
        <ActuatorRow
          key={actuator.name}
          actuator={actuator}
          command={newest(actuator.name)}
          history={history}
          allowed={allowed}
          send={(value) => send(actuator.name, value)}
        />
      ))}
    </ul>
  );
}

/** Something that can be switched or set, drawn as what it takes, with what becomes of the command. */
function ActuatorRow({
  actuator,
  command,
  history,
  allowed,
  send,
}: {
  actuator: Actuator;
  command: Command | null;
  history: readonly Command[];
  allowed: boolean;
  send: (value: unknown) => Promise<void>;
}) {
  const { busy, problem, run } = useAct();
  const waiting = busy || (command !== null && !isOver(command));
  const wanted = command !== null && waiting ? shown(command.value) : shownOr(actuator.desired, null);
  return (
    <li class="actuator">
      <span class="label" id={`actuator-${actuator.name}`}>
        {actuator.name}
      </span>
      <span class="state">
        {text.device.reported} <b>{shownOr(actuator.reported, text.device.unknown)}</b>
        {wanted !== null && wanted !== shownOr(actuator.reported, null) && (
          <>
            , {text.device.desired} <b>{wanted}</b>
          </>
        )}
      </span>
      <ControlOf
        actuator={actuator}
        command={command}
        history={history}
        waiting={waiting}
        disabled={!allowed || busy}
        allowed={allowed}
        act={(value) => void run(() => send(value))}
      />
      {(busy || command !== null) && problem === null && <Track command={busy ? null : command} />}
      <span class="feedback" role="status">
        {problem !== null ? <span class="tag bad">{problem}</span> : <Became command={command} busy={busy} />}
      </span>
      {!busy && command !== null && !isOver(command) && (
        <span class="quiet small until">
          {text.device.expiresIn(duration(Math.max(0, command.expiresAtMs - Date.now())))}
        </span>
      )}
    </li>
  );
}

function ControlOf({
  history,
  command,
  waiting,
  allowed,
  ...take
}: Take & {
  history: readonly Command[];
  command: Command | null;
  waiting: boolean;
  allowed: boolean;
}) {
  const { actuator, disabled, act } = take;
  const control = controlOf(actuator, history);
  switch (control.kind) {
    case 'switch':
      return (
        <button
          class="switch"
          role="switch"
          aria-checked={switched(actuator, command)}
          aria-labelledby={`actuator-${actuator.name}`}
          aria-busy={waiting}
          disabled={disabled}
          title={allowed ? undefined : text.device.needsOperator}
          onClick={() => act(!switched(actuator, command))}
        >
          <span />
        </button>
      );
    case 'onOff':
      return <Choice {...take} values={[true, false]} />;
    case 'slider':
      return <Slider {...take} {...control} />;
    case 'choice':
      return <Choice {...take} values={control.values} other={control.only !== true} />;
    case 'text':
      return <Setter {...take} />;
    case 'any':
      return <Setter {...take} like="any" />;
  }
}

/** The way of a command: issued, delivered, over. Its words stand beside it. */
function Track({ command }: { command: Command | null }) {
  const steps = command === null ? 1 : stepsOf(command);
  const tone = command === null ? 'waiting' : toneOf(command.status);
  const reached = (step: number) => {
    const skipped = step === 2 && command !== null && isOver(command) && !wasDelivered(command);
    return step > steps || skipped ? '' : tone;
  };
  return (
    <span class="track" aria-hidden="true">
      {[1, 2, 3].map((step) => (
        <i key={step} class={reached(step)} />
      ))}
    </span>
  );
}

/** What becomes of the newest command; pending from the moment that it was given. */
function Became({ command, busy }: { command: Command | null; busy: boolean }) {
  if (busy) {
    return <span class="tag waiting">{text.command.PENDING}</span>;
  }
  return command === null ? null : (
    <span class={`tag ${toneOf(command.status)}`}>
      {text.command[command.status]}
      {command.detail && `: ${command.detail}`}
    </span>
  );
}

/** What the switch shows: what was asked while it is on its way, else what the device reports. */
function switched(actuator: Actuator, command: Command | null): boolean {
  return command !== null && !isOver(command) ? command.value === true : actuator.reported === true;
}

export function shownOr<T>(value: unknown, otherwise: T): string | T {
  return value === null || value === undefined ? otherwise : shown(value);
}

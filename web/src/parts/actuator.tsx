// SPDX-License-Identifier: Apache-2.0
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { type Actuator, type Command, isOver, toneOf } from '../model/device';
import { shown } from '../model/series';
import { text } from '../text';

/** Something that can be switched or set, with what becomes of the command. */
export function ActuatorRow({
  actuator,
  command,
  known,
  allowed,
  send,
}: {
  actuator: Actuator;
  command: Command | null;
  /** What it has taken before. */
  known: readonly string[];
  allowed: boolean;
  send: (value: unknown) => Promise<void>;
}) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const waiting = busy || (command !== null && !isOver(command));
  const act = async (value: unknown) => {
    setBusy(true);
    setProblem(null);
    try {
      await send(value);
    } catch (error) {
      setProblem((error as Error).message);
    } finally {
      setBusy(false);
    }
  };
  // Before the device has reported it, what was asked of it tells what kind it is.
  const kind = actuator.reported ?? actuator.desired;
  const wanted =
    command !== null && waiting ? shown(command.value) : shownOr(actuator.desired, null);
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
      {typeof kind === 'boolean' ? (
        <button
          class="switch"
          role="switch"
          aria-checked={switched(actuator, command)}
          aria-labelledby={`actuator-${actuator.name}`}
          aria-busy={waiting}
          disabled={!allowed || busy}
          title={allowed ? undefined : text.device.needsOperator}
          onClick={() => void act(!switched(actuator, command))}
        >
          <span />
        </button>
      ) : (
        <Setter actuator={actuator} known={known} disabled={!allowed || busy} act={act} />
      )}
      <span class="feedback" role="status">
        {problem !== null ? (
          <span class="tag bad">{problem}</span>
        ) : (
          <Became command={command} busy={busy} />
        )}
      </span>
    </li>
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

function Setter({
  actuator,
  known,
  disabled,
  act,
}: {
  actuator: Actuator;
  known: readonly string[];
  disabled: boolean;
  act: (value: unknown) => Promise<void>;
}) {
  const numeric = typeof (actuator.reported ?? actuator.desired) === 'number';
  const [typed, setTyped] = useState(shownOr(actuator.reported, ''));
  const choices = useId();
  const touched = useRef(false);
  useEffect(() => {
    if (!touched.current) {
      setTyped(shownOr(actuator.reported, ''));
    }
  }, [actuator.reported]);
  const field = {
    'aria-labelledby': `actuator-${actuator.name}`,
    required: true,
    value: typed,
    disabled,
    onInput: (event: { currentTarget: HTMLInputElement }) => {
      touched.current = true;
      setTyped(event.currentTarget.value);
    },
  };
  return (
    <form
      class="setter"
      onSubmit={(event) => {
        event.preventDefault();
        touched.current = false;
        void act(numeric ? Number(typed) : typed);
      }}
    >
      {numeric ? <input type="number" step="any" {...field} /> : <input type="text" maxLength={256} list={choices} {...field} />}
      <datalist id={choices}>
        {known.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
      <button disabled={disabled}>{text.device.set}</button>
    </form>
  );
}

/** What the switch shows: what was asked while it is on its way, else what the device reports. */
function switched(actuator: Actuator, command: Command | null): boolean {
  return command !== null && !isOver(command) ? command.value === true : actuator.reported === true;
}

function shownOr<T>(value: unknown, otherwise: T): string | T {
  return value === null || value === undefined ? otherwise : shown(value);
}

// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren, TargetedInputEvent } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Reach } from '../model/control';
import type { Actuator, TakesNumber } from '../model/device';
import { shown } from '../model/series';
import { valueOf } from '../model/value';
import * as text from '../text';
import { NumberField } from './number-field';

/** What every control of an actuator needs. */
export interface Take {
  readonly actuator: Actuator;
  readonly disabled: boolean;
  readonly act: (value: unknown) => void;
}

/** So many are buttons beside one another. */
const BUTTONS = 4;

/** One of what it takes or has taken before, or, where `other`, anything else. */
export function Choice({
  values,
  other = false,
  ...take
}: Take & { values: readonly (string | boolean)[]; other?: boolean }) {
  const { actuator, disabled, act } = take;
  const [typing, setTyping] = useState(false);
  if (typing) {
    return <Setter {...take} />;
  }
  const another = other && (
    <button type="button" class="plain" disabled={disabled} onClick={() => setTyping(true)}>
      {text.device.another}
      <span class="unseen"> {actuator.name}</span>
    </button>
  );
  return values.length > BUTTONS ? (
    <span class="setter">
      <select
        aria-labelledby={`actuator-${actuator.name}`}
        disabled={disabled}
        value={typeof actuator.reported === 'string' ? actuator.reported : ''}
        onChange={(event) => act(event.currentTarget.value)}
      >
        {typeof actuator.reported !== 'string' && <option value="" />}
        {values.map((value) => (
          <option key={String(value)}>{value}</option>
        ))}
      </select>
      {another}
    </span>
  ) : (
    <span class="setter">
      <span class="joined" role="group" aria-labelledby={`actuator-${actuator.name}`}>
        {values.map((value) => (
          <button
            key={String(value)}
            class="slim"
            aria-pressed={values.length > 1 ? value === actuator.reported : undefined}
            disabled={disabled}
            onClick={() => act(value)}
          >
            {shown(value)}
          </button>
        ))}
      </span>
      {another}
    </span>
  );
}

/** A number: moved roughly, typed exactly; where nobody says what is taken, also beyond what was usual until now. */
export function Slider({ least, most, step, takes, ...take }: Take & Reach & { takes?: TakesNumber | undefined }) {
  return (
    <Typed {...take} like="number" takes={takes}>
      {(typed, change) => (
        <input
          type="range"
          aria-label={text.device.slider(take.actuator.name)}
          min={least}
          max={most}
          step={step}
          value={typed === '' ? least : typed}
          disabled={take.disabled}
          onInput={(event) => change(event.currentTarget.value)}
        />
      )}
    </Typed>
  );
}

/** Any text, or, of what nobody knows, anything. */
export function Setter({ like = 'text', ...take }: Take & { like?: 'text' | 'any' }) {
  return <Typed {...take} like={like} />;
}

/** What is typed, and sent by a button. */
function Typed({
  actuator,
  disabled,
  act,
  like,
  takes,
  children,
}: Take & {
  like: 'number' | 'text' | 'any';
  takes?: TakesNumber | undefined;
  children?: (typed: string, change: (to: string) => void) => ComponentChildren;
}) {
  const [typed, change, sent] = useTyped(actuator);
  const isNumber = like === 'number';
  const field = {
    required: true,
    'aria-labelledby': `actuator-${actuator.name}`,
    value: typed,
    disabled,
    onInput: (event: TargetedInputEvent<HTMLInputElement>) => change(event.currentTarget.value),
  };
  return (
    <form
      class={isNumber ? 'setter slider' : 'setter'}
      onSubmit={(event) => {
        event.preventDefault();
        sent();
        act(isNumber ? Number(typed) : like === 'any' ? valueOf(typed.trim()) : typed);
      }}
    >
      {children?.(typed, change)}
      {isNumber ? <NumberField takes={takes ?? null} {...field} /> : (
        <input type="text" maxLength={256} placeholder={like === 'any' ? text.device.anything : undefined} {...field} />
      )}
      <button disabled={disabled}>
        {text.device.set}
        <span class="unseen"> {actuator.name}</span>
      </button>
    </form>
  );
}

/** What is typed follows what is reported until somebody types, and again once that was sent. */
function useTyped({ reported }: Actuator): [string, (typed: string) => void, () => void] {
  const now = reported === null || reported === undefined ? '' : String(reported);
  const [typed, setTyped] = useState(now);
  const touched = useRef(false);
  useEffect(() => {
    if (!touched.current) {
      setTyped(now);
    }
  }, [now]);
  const change = (to: string) => {
    touched.current = true;
    setTyped(to);
  };
  return [typed, change, () => void (touched.current = false)];
}

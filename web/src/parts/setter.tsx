// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Reach } from '../model/control';
import type { Actuator } from '../model/device';
import { shown } from '../model/series';
import { text } from '../text';

/** What every control of an actuator needs. */
export interface Take {
  readonly actuator: Actuator;
  readonly disabled: boolean;
  readonly act: (value: unknown) => void;
}

/** So many are buttons beside one another. */
const BUTTONS = 4;

/** One of what it has taken before, or, where `other`, anything else. */
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

/** A number: moved roughly, typed exactly, and also beyond what was usual until now. */
export function Slider({ actuator, disabled, act, least, most, step }: Take & Reach) {
  const [typed, change, sent] = useTyped(actuator);
  return (
    <form
      class="setter slider"
      onSubmit={(event) => {
        event.preventDefault();
        sent();
        act(Number(typed));
      }}
    >
      <input
        type="range"
        aria-label={text.device.slider(actuator.name)}
        min={least}
        max={most}
        step={step}
        value={typed === '' ? least : typed}
        disabled={disabled}
        onInput={(event) => change(event.currentTarget.value)}
      />
      <input
        type="number"
        step="any"
        required
        aria-labelledby={`actuator-${actuator.name}`}
        value={typed}
        disabled={disabled}
        onInput={(event) => change(event.currentTarget.value)}
      />
      <button disabled={disabled}>
        {text.device.set}
        <span class="unseen"> {actuator.name}</span>
      </button>
    </form>
  );
}

/** Any text. */
export function Setter({ actuator, disabled, act }: Take) {
  const [typed, change, sent] = useTyped(actuator);
  return (
    <form
      class="setter"
      onSubmit={(event) => {
        event.preventDefault();
        sent();
        act(typed);
      }}
    >
      <input
        type="text"
        required
        maxLength={256}
        aria-labelledby={`actuator-${actuator.name}`}
        value={typed}
        disabled={disabled}
        onInput={(event) => change(event.currentTarget.value)}
      />
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

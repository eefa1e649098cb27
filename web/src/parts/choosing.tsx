// SPDX-License-Identifier: Apache-2.0
import { NOBODY, type Choice, allToggled, toggled } from '../model/choice';
import { newCommandHref } from '../router';
import * as text from '../text';

/** Devices that are chosen to do something with them all. */
export interface Choosing {
  readonly choice: Choice;
  readonly choose: (choice: Choice) => void;
  /** Those that are shown, in their order. */
  readonly shown: readonly string[];
}

/** Chooses one; with Shift held all from the one before. */
export function Pick({ device, choosing: { choice, choose, shown } }: { device: string; choosing: Choosing }) {
  return (
    <span class="pick">
      <input
        type="checkbox"
        aria-label={text.fleet.choose(device)}
        checked={choice.names.has(device)}
        onClick={(event) => choose(toggled(choice, device, shown, event.shiftKey))}
      />
    </span>
  );
}

/** Chooses all that are shown, or none of them. */
export function PickAll({ choosing: { choice, choose, shown } }: { choosing: Choosing }) {
  const some = shown.filter((name) => choice.names.has(name)).length;
  return shown.length === 0 ? null : (
    <label class="pick-all small">
      <input
        type="checkbox"
        checked={some === shown.length}
        ref={(element) => {
          if (element !== null) {
            element.indeterminate = some > 0 && some < shown.length;
          }
        }}
        onClick={() => choose(allToggled(choice, shown))}
      />
      {text.fleet.chooseAll(shown.length)}
    </label>
  );
}

/** What can be done with those that are chosen. */
export function Chosen({ choosing: { choice, choose, shown } }: { choosing: Choosing }) {
  const devices = [...choice.names].sort();
  const hidden = devices.filter((name) => !shown.includes(name)).length;
  return (
    <section class="chosen" aria-label={text.fleet.bulk} hidden={devices.length === 0}>
      <p role="status">
        {devices.length > 0 && <b>{text.fleet.chosen(devices.length)}</b>}
        {hidden > 0 && <span class="quiet small"> {text.fleet.chosenHidden(hidden)}</span>}
      </p>
      <div class="actions">
        <a class="button primary" href={newCommandHref({ devices })}>
          {text.fleet.command}
        </a>
        <a class="button" href={newCommandHref({ devices, when: 'calendar' })}>
          {text.fleet.schedule}
        </a>
        <button onClick={() => choose(NOBODY)}>{text.fleet.unchoose}</button>
      </div>
    </section>
  );
}

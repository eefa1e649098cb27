// SPDX-License-Identifier: Apache-2.0
import type { Api } from '../api/client';
import type { DeviceSummary } from '../model/device';
import type { CommandDraft, Draft } from '../model/draft';
import * as text from '../text';
import { Field, NumberField } from './field';
import { ActuatorField, ValueField, useKnown } from './what-fields';

/** As the API names the device that an alarm is of. */
const ITSELF = '@device';

interface ReactionProps {
  readonly api: Api;
  readonly draft: Draft;
  readonly change: (some: Partial<Draft>) => void;
  readonly devices: readonly DeviceSummary[];
  /** One that the rule is about, if there is one. */
  readonly itself: string | undefined;
}

/** What the backend commands when the alarm is raised. */
export function Reaction(props: ReactionProps) {
  const { draft, change } = props;
  return (
    <div class="reaction">
      <label class="check">
        <input
          type="checkbox"
          checked={draft.command !== null}
          onChange={(event) =>
            change({
              command: event.currentTarget.checked
                ? { thing: '', actuator: '', value: '', validSeconds: '60' }
                : null,
            })
          }
        />
        {text.rules.command}
      </label>
      {draft.command !== null && <CommandFields {...props} command={draft.command} />}
    </div>
  );
}

function CommandFields({ api, command, change, devices, itself }: ReactionProps & { command: CommandDraft }) {
  const set = (some: Partial<CommandDraft>) => change({ command: { ...command, ...some } });
  const things = [...new Set(devices.map((one) => one.thing))];
  const named = command.thing === ITSELF ? (itself ?? '') : command.thing;
  const { known, looked } = useKnown(api, named === '' ? [] : [named]);
  return (
    <div class="fields">
      <Field label={text.rules.thing}>
        {(id) => (
          <select id={id} required value={command.thing} onChange={(event) => set({ thing: event.currentTarget.value })}>
            <option value="" />
            <option value={ITSELF}>{text.rules.itself}</option>
            {withOwn(things, command.thing === ITSELF ? '' : command.thing).map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        )}
      </Field>
      <ActuatorField draft={command} change={set} known={known} looked={looked} />
      <ValueField draft={command} change={set} known={known} />
      <NumberField
        label={text.rules.valid}
        unit={text.rules.seconds}
        value={command.validSeconds}
        required
        min={1}
        max={604_800}
        change={(validSeconds) => set({ validSeconds })}
      />
    </div>
  );
}

/** Also what is chosen already, though it is not among them. */
export function withOwn(all: readonly string[], own: string): readonly string[] {
  return own === '' || all.includes(own) ? all : [own, ...all];
}

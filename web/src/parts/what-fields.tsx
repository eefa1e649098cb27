// SPDX-License-Identifier: Apache-2.0
import { useMemo } from 'preact/hooks';
import type { Api } from '../api/client';
import { device as fetchDevice } from '../api/devices';
import { type Known, kindIn, knownOf, takesIn, valuesIn } from '../model/known';
import * as text from '../text';
import { Field } from './field';
import { NumberField } from './number-field';
import { usePoll } from './poll';

const ASKED_MS = 60_000;

/** What is commanded while it is being typed. */
interface What {
  readonly actuator: string;
  readonly value: string;
}

interface Part {
  readonly draft: What;
  readonly change: (some: Partial<What>) => void;
  readonly known: Known;
}

/** What these devices have, and of how many that is known. */
export function useKnown(api: Api, names: readonly string[]): { known: Known; looked: number } {
  // Another answer for each device that cannot be asked would be one too many: it is a suggestion, no more.
  const details = usePoll(
    async () =>
      (await Promise.all(names.map((name) => fetchDevice(api, name).catch(() => null)))).filter((one) => one !== null),
    ASKED_MS,
    `details/${names.join('\n')}`,
  );
  const known = useMemo(() => knownOf(details.data ?? []), [details.data]);
  return { known, looked: details.data?.length ?? 0 };
}

/** Which actuator; those that the devices have are offered. */
export function ActuatorField({ draft, change, known, looked }: Part & { looked: number }) {
  const has = known.get(draft.actuator)?.length;
  const hint = has === undefined ? text.commands.actuatorHint : text.commands.known(has, looked);
  return (
    <Field label={text.commands.actuator} hint={hint}>
      {(id) => (
        <>
          <input
            id={id}
            required
            pattern="[a-zA-Z0-9:_\-]{1,128}"
            list={`${id}-known`}
            value={draft.actuator}
            onInput={(event) => change({ actuator: event.currentTarget.value })}
          />
          <datalist id={`${id}-known`}>
            {[...known.keys()].sort().map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}

/** On or off, a number, or a text, as what is commanded takes it. */
export function ValueField({ draft, change, known }: Part) {
  const kind = kindIn(known, draft.actuator);
  const takes = takesIn(known, draft.actuator);
  return (
    <Field label={text.commands.value} {...(kind === 'any' ? { hint: text.commands.valueHint } : {})}>
      {(id) => {
        const field = {
          id,
          required: true,
          value: draft.value,
          onInput: (event: { currentTarget: HTMLInputElement }) => change({ value: event.currentTarget.value }),
        };
        const choice = (options: readonly (readonly [value: string, name: string])[]) => (
          <select id={id} required value={draft.value} onChange={(event) => change({ value: event.currentTarget.value })}>
            <option value="" />
            {options.map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
        );
        if (takes?.kind === 'TEXT' && takes.options.length > 0) {
          return choice(takes.options.map((one) => [one, one]));
        }
        switch (kind) {
          case 'boolean':
            return choice([
              ['true', text.commands.on],
              ['false', text.commands.off],
            ]);
          case 'number':
            return (
              <span class="with-unit">
                <NumberField {...field} takes={takes?.kind === 'NUMBER' ? takes : null} />
              </span>
            );
          default:
            return (
              <>
                <input {...field} maxLength={256} list={`${id}-values`} />
                <datalist id={`${id}-values`}>
                  {[...new Set(valuesIn(known, draft.actuator).map(String))].map((one) => (
                    <option key={one} value={one} />
                  ))}
                </datalist>
              </>
            );
        }
      }}
    </Field>
  );
}

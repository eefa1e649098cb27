// SPDX-License-Identifier: Apache-2.0
import { useMemo } from 'preact/hooks';
import { devices } from '../api/devices';
import { groups } from '../api/groups';
import type { Api } from '../api/client';
import type { DeviceSummary } from '../model/device';
import type { Known } from '../model/known';
import { type OrderDraft, TIMES, UNITS, type Unit } from '../model/order';
import * as text from '../text';
import { CalendarFields, ZoneField } from './calendar';
import { Field } from './field';
import { Kinds } from './kinds';
import { usePoll } from './poll';
import { Shown } from './shown';
import { Targets } from './targets';
import { ActuatorField, ValueField, useKnown } from './what-fields';

const ASKED_MS = 60_000;
/** So many of the devices are looked at for what they have. */
const LOOKED_AT = 5;

interface Part {
  readonly draft: OrderDraft;
  readonly change: (some: Partial<OrderDraft>) => void;
}

/** For whom a command is, of what, and when; `render` has what the devices have, besides. */
export function OrderForm({
  api,
  draft,
  change,
  scheduled,
  render,
}: Part & {
  api: Api;
  /** Only at a time or by the calendar. */
  scheduled: boolean;
  render: (known: Known) => preact.ComponentChildren;
}) {
  const all = usePoll(
    async () => ({ devices: await devices(api), groups: await groups(api) }),
    ASKED_MS,
    'devices and groups',
  );
  return (
    <Shown polled={all}>
      {(fleet) => (
        <>
          <div class="part" role="group" aria-labelledby="for-whom">
            <h2 id="for-whom">{text.commands.forWhom}</h2>
            <p class="quiet small">{text.commands.forWhomHint}</p>
            <Targets
              chosen={draft}
              change={change}
              devices={fleet.devices.map((one) => one.device)}
              groups={fleet.groups.map((one) => one.group)}
            />
          </div>
          <What api={api} draft={draft} change={change} fleet={fleet.devices} scheduled={scheduled} render={render} />
        </>
      )}
    </Shown>
  );
}

function What({
  api,
  draft,
  change,
  fleet,
  scheduled,
  render,
}: Part & {
  api: Api;
  fleet: readonly DeviceSummary[];
  scheduled: boolean;
  render: (known: Known) => preact.ComponentChildren;
}) {
  const some = useMemo(() => lookedAt(draft, fleet), [draft.devices, draft.groups, fleet]);
  const { known, looked } = useKnown(api, some);
  return (
    <>
      <div class="part fields">
        <ActuatorField draft={draft} change={change} known={known} looked={looked} />
        <ValueField draft={draft} change={change} known={known} />
        <ValidField draft={draft} change={change} />
      </div>
      <div class="part">
        <Kinds
          label={text.commands.when}
          all={scheduled ? TIMES.slice(1) : TIMES}
          chosen={draft.when}
          names={text.commands.times}
          hints={text.commands.timeHints}
          change={(when) => change({ when })}
        />
        {draft.when === 'once' && (
          <div class="fields">
            <Field label={text.schedules.at}>
              {(id) => (
                <input
                  id={id}
                  type="datetime-local"
                  required
                  value={draft.at}
                  onInput={(event) => change({ at: event.currentTarget.value })}
                />
              )}
            </Field>
            <ZoneField draft={draft} change={change} />
          </div>
        )}
        {draft.when === 'calendar' && <CalendarFields draft={draft} change={change} />}
      </div>
      {render(known)}
    </>
  );
}

/** Some of those that it is for: things, and devices of the groups. */
function lookedAt({ devices: chosen, groups: within }: OrderDraft, fleet: readonly DeviceSummary[]): string[] {
  const members = fleet.filter((one) => one.groups.some((group) => within.includes(group))).map((one) => one.device);
  return [...new Set([...chosen, ...members])].slice(0, LOOKED_AT);
}

function ValidField({ draft, change }: Part) {
  return (
    <Field label={text.commands.valid} hint={text.commands.validHint}>
      {(id) => (
        <span class="with-unit">
          <input
            id={id}
            type="number"
            required
            step="any"
            min={0}
            value={draft.valid}
            onInput={(event) => change({ valid: event.currentTarget.value })}
          />
          <select
            aria-label={text.commands.unit}
            value={draft.unit}
            onChange={(event) => change({ unit: event.currentTarget.value as Unit })}
          >
            {(Object.keys(UNITS) as Unit[]).map((unit) => (
              <option key={unit} value={unit}>
                {text.commands.units[unit]}
              </option>
            ))}
          </select>
        </span>
      )}
    </Field>
  );
}

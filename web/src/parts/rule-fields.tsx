// SPDX-License-Identifier: Apache-2.0
import type { AlarmRule } from '../api/contract';
import { sentence } from '../model/alarm';
import type { DeviceSummary } from '../model/device';
import type { Draft } from '../model/draft';
import { scaleOf } from '../model/quantity';
import * as text from '../text';
import { Field, NumberField } from './field';

interface FieldsProps {
  readonly draft: Draft;
  readonly change: (some: Partial<Draft>) => void;
  readonly device: DeviceSummary | undefined;
  /** Every other rule of the device. */
  readonly others: readonly AlarmRule[];
}

/** What the rule's kind needs to be told. */
export function KindFields(props: FieldsProps) {
  switch (props.draft.kind) {
    case 'THRESHOLD':
      return <ThresholdFields {...props} />;
    case 'RATE':
      return <RateFields {...props} />;
    case 'ABSENCE':
      return <AbsenceFields {...props} />;
    case 'COMPOSITE':
      return <CompositeFields {...props} />;
  }
}

function ThresholdFields(props: FieldsProps) {
  const { draft, change } = props;
  const unit = unitOf(props);
  return (
    <>
      <SensorField {...props} />
      <SideField {...props} />
      <NumberField
        label={text.rules.limit}
        unit={unit}
        value={draft.limit}
        required
        change={(limit) => change({ limit })}
      />
      <HysteresisField {...props} unit={unit} />
      <HoldField {...props} />
    </>
  );
}

function RateFields(props: FieldsProps) {
  const { draft, change } = props;
  const unit = `${unitOf(props)}/${draft.per === 'MINUTE' ? 'min' : 's'}`;
  return (
    <>
      <SensorField {...props} />
      <SideField {...props} />
      <NumberField
        label={text.rules.rateLimit}
        unit={unit}
        value={draft.limit}
        required
        change={(limit) => change({ limit })}
      />
      <Field label={text.rules.per}>
        {(id) => (
          <select id={id} value={draft.per} onChange={(event) => change({ per: event.currentTarget.value as Draft['per'] })}>
            <option value="MINUTE">{text.rules.perMinute}</option>
            <option value="SECOND">{text.rules.perSecond}</option>
          </select>
        )}
      </Field>
      <NumberField
        label={text.rules.over}
        hint={text.rules.overHint}
        unit={text.rules.seconds}
        value={draft.over}
        placeholder="60"
        min={1}
        max={86_400}
        step={1}
        change={(over) => change({ over })}
      />
      <HysteresisField {...props} unit={unit} />
      <HoldField {...props} />
    </>
  );
}

function AbsenceFields(props: FieldsProps) {
  const { draft, change } = props;
  return (
    <>
      <SensorField {...props} any />
      <NumberField
        label={text.rules.after}
        unit={text.rules.seconds}
        value={draft.after}
        required
        min={60}
        max={2_592_000}
        step={1}
        change={(after) => change({ after })}
      />
    </>
  );
}

function CompositeFields({ draft, change, others, device }: FieldsProps) {
  const simple = others.filter((one) => one.kind !== 'COMPOSITE');
  const toggle = (name: string) =>
    change({
      rules: draft.rules.includes(name) ? draft.rules.filter((one) => one !== name) : [...draft.rules, name],
    });
  return (
    <>
      <Field label={text.rules.of}>
        {(id) => (
          <select id={id} value={draft.of} onChange={(event) => change({ of: event.currentTarget.value as Draft['of'] })}>
            <option value="ALL">{text.rules.all}</option>
            <option value="ANY">{text.rules.any}</option>
          </select>
        )}
      </Field>
      <fieldset class="parts">
        <legend class="small">{text.rules.rules}</legend>
        {simple.length === 0 && <p class="quiet small">{text.rules.noOthers}</p>}
        {simple.map((one) => (
          <label key={one.name}>
            <input type="checkbox" checked={draft.rules.includes(one.name)} onChange={() => toggle(one.name)} />
            <span>
              {sentence(one, device?.latest.find((latest) => latest.sensor === one.sensor)?.unit ?? '')}{' '}
              <span class="quiet small">{one.name}</span>
            </span>
          </label>
        ))}
      </fieldset>
    </>
  );
}

function SensorField({ draft, change, device, any }: FieldsProps & { any?: boolean }) {
  const known = device?.latest.map((one) => one.sensor) ?? [];
  // A rule may be about what the device has not sent yet.
  const sensors = draft.sensor === '' || known.includes(draft.sensor) ? known : [draft.sensor, ...known];
  return (
    <Field label={text.rules.sensor}>
      {(id) => (
        <select
          id={id}
          required={!any}
          value={draft.sensor}
          onChange={(event) => change({ sensor: event.currentTarget.value })}
        >
          <option value="">{any ? text.rules.anySensor : ''}</option>
          {sensors.map((sensor) => (
            <option key={sensor}>{sensor}</option>
          ))}
        </select>
      )}
    </Field>
  );
}

function SideField({ draft, change }: FieldsProps) {
  return (
    <Field label={text.rules.side}>
      {(id) => (
        <select id={id} value={draft.side} onChange={(event) => change({ side: event.currentTarget.value as Draft['side'] })}>
          <option value="ABOVE">{text.rules.above}</option>
          <option value="BELOW">{text.rules.below}</option>
        </select>
      )}
    </Field>
  );
}

function HysteresisField({ draft, change, unit }: FieldsProps & { unit: string }) {
  return (
    <NumberField
      label={text.rules.hysteresis}
      hint={text.rules.hysteresisHint}
      unit={unit}
      value={draft.hysteresis}
      min={0}
      placeholder="0"
      change={(hysteresis) => change({ hysteresis })}
    />
  );
}

function HoldField({ draft, change }: FieldsProps) {
  return (
    <NumberField
      label={text.rules.hold}
      hint={text.rules.holdHint}
      unit={text.rules.seconds}
      value={draft.hold}
      min={0}
      max={86_400}
      step={1}
      placeholder="0"
      change={(hold) => change({ hold })}
    />
  );
}

/** As it is sent and stored: what is typed is not divided by anything. */
function unitOf({ draft, device }: FieldsProps): string {
  return scaleOf(device?.latest.find((one) => one.sensor === draft.sensor)?.unit ?? '', 0).unit;
}

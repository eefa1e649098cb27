// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

/** A label, its control, and a hint below. */
export function Field({
  label,
  hint,
  children,
}: {
  label: string;
  hint?: string;
  children: (id: string) => ComponentChildren;
}) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children(id)}
      {hint && <small>{hint}</small>}
    </div>
  );
}

/** What is typed as a number, with its unit behind. */
export function NumberField({
  label,
  hint,
  unit,
  value,
  change,
  ...limits
}: {
  label: string;
  hint?: string;
  unit: string;
  value: string;
  change: (typed: string) => void;
  required?: boolean;
  min?: number;
  max?: number;
  step?: number | 'any';
  placeholder?: string;
}) {
  return (
    <Field label={label} {...(hint === undefined ? {} : { hint })}>
      {(id) => (
        <span class="with-unit">
          <input
            id={id}
            type="number"
            step="any"
            {...limits}
            value={value}
            onInput={(event) => change(event.currentTarget.value)}
          />
          <span class="quiet">{unit}</span>
        </span>
      )}
    </Field>
  );
}

// SPDX-License-Identifier: Apache-2.0
import type { TargetedInputEvent } from 'preact';
import type { TakesNumber } from '../model/device';
import { scaleOf } from '../model/quantity';

interface NumberInput {
  readonly id?: string;
  readonly 'aria-labelledby'?: string;
  readonly required: boolean;
  readonly disabled?: boolean;
  readonly value: string;
  readonly onInput: (event: TargetedInputEvent<HTMLInputElement>) => void;
}

/** A number, with its unit, and only what is taken, where that is known. */
export function NumberField({ takes, ...field }: NumberInput & { takes: TakesNumber | null }) {
  const unit = takes === null ? '' : scaleOf(takes.unit, 0).unit;
  return (
    <>
      <input
        type="number"
        step={takes?.step ?? 'any'}
        min={takes?.minimum ?? undefined}
        max={takes?.maximum ?? undefined}
        {...field}
      />
      {unit !== '' && <span class="quiet">{unit}</span>}
    </>
  );
}

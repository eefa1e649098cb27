// SPDX-License-Identifier: Apache-2.0
import type { OrderDraft } from '../model/order';
import * as text from '../text';
import { Field } from './field';

/** How a schedule is called, unless it is `named` already, and what it is for. */
export function NameFields({
  draft,
  change,
  named,
}: {
  draft: OrderDraft;
  change: (some: Partial<OrderDraft>) => void;
  named: boolean;
}) {
  return (
    <div class="part fields">
      {!named && (
        <Field label={text.schedules.name} hint={text.schedules.nameHint}>
          {(id) => (
            <input
              id={id}
              required
              pattern="[0-9a-zA-Z_.\-]{1,64}"
              value={draft.name}
              onInput={(event) => change({ name: event.currentTarget.value })}
            />
          )}
        </Field>
      )}
      <Field label={text.schedules.description}>
        {(id) => (
          <input
            id={id}
            maxLength={512}
            value={draft.description}
            onInput={(event) => change({ description: event.currentTarget.value })}
          />
        )}
      </Field>
    </div>
  );
}

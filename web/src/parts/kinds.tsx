// SPDX-License-Identifier: Apache-2.0

/** One of few kinds, each with what it is. */
export function Kinds<K extends string>({
  label,
  all,
  chosen,
  names,
  hints,
  change,
}: {
  label: string;
  all: readonly K[];
  chosen: K;
  names: Readonly<Record<K, string>>;
  hints: Readonly<Record<K, string>>;
  change: (kind: K) => void;
}) {
  return (
    <fieldset class="kinds">
      <legend class="unseen">{label}</legend>
      {all.map((kind) => (
        <label key={kind}>
          <input type="radio" name="kind" checked={kind === chosen} onChange={() => change(kind)} />
          <span>
            <b>{names[kind]}</b>
            <small class="quiet">{hints[kind]}</small>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

// SPDX-License-Identifier: Apache-2.0

/** Of a list, what is chosen; and where the last choice was, from which a range goes. */
export interface Choice {
  readonly names: ReadonlySet<string>;
  readonly last: string | null;
}

export const NOBODY: Choice = { names: new Set(), last: null };

/** One more or less; with `range` all from the last one to this, as they stand in the list. */
export function toggled(choice: Choice, name: string, shown: readonly string[], range: boolean): Choice {
  const names = new Set(choice.names);
  const from = range && choice.last !== null ? shown.indexOf(choice.last) : -1;
  const to = shown.indexOf(name);
  if (from >= 0 && to >= 0) {
    const some = shown.slice(Math.min(from, to), Math.max(from, to) + 1);
    some.forEach((one) => names.add(one));
  } else if (!names.delete(name)) {
    names.add(name);
  }
  return { names, last: name };
}

/** All that are shown, or, where they all are already, none of them. */
export function allToggled(choice: Choice, shown: readonly string[]): Choice {
  const names = new Set(choice.names);
  const all = shown.every((name) => names.has(name));
  shown.forEach((name) => (all ? names.delete(name) : names.add(name)));
  return { names, last: null };
}

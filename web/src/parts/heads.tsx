// SPDX-License-Identifier: Apache-2.0

/** The heads of a table's columns; one of buttons has its name for screen readers alone. */
export function Heads({ of, unseen }: { of: string[]; unseen?: string | false }) {
  return (
    <thead>
      <tr>
        {of.map((head) => (
          <th key={head} scope="col">
            {head}
          </th>
        ))}
        {unseen && (
          <th scope="col">
            <span class="unseen">{unseen}</span>
          </th>
        )}
      </tr>
    </thead>
  );
}

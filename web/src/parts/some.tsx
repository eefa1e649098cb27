// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { Some } from '../api/operate';
import * as text from '../text';
import { useAct } from './act';
import { type Polled, usePoll } from './poll';
import { Problem } from './problem';
import { Shown } from './shown';

const NONE: readonly never[] = [];

/** A long list: as many parts of it as are seen are asked for again and again, one more when somebody wants it. */
export interface Long<T> {
  readonly polled: Polled<Some<T>>;
  readonly all: readonly T[];
  /** Where there is more. */
  readonly more: (() => void) | null;
  readonly busy: boolean;
  readonly problem: string | null;
}

export function useLong<T extends { readonly id: string }>(
  ask: (cursor: string | null) => Promise<Some<T>>,
  everyMs: number,
  key: string,
): Long<T> {
  const seen = useRef({ key, parts: 1 });
  if (seen.current.key !== key) {
    seen.current = { key, parts: 1 };
  }
  const polled = usePoll(() => walked(ask, seen.current), everyMs, key);
  const [next, setNext] = useState<{ readonly after: Some<T>; readonly of: Some<T> } | null>(null);
  const { busy, problem, run } = useAct();
  const known = polled.data;
  // A part that was just wanted stands behind what is known until all of them have been asked for again.
  const some = known !== null && next?.after === known ? next.of : known;
  const more = (from: Some<T>) =>
    void run(async () => {
      const { current } = seen;
      current.parts++;
      try {
        setNext({ after: known!, of: joined(from, await ask(from.cursor)) });
      } catch (error) {
        current.parts--;
        throw error;
      }
    });
  return {
    polled,
    all: some?.found ?? NONE,
    more: some === null || some.cursor === null ? null : () => more(some),
    busy,
    problem,
  };
}

/** The parts that are seen, one after the other: what was in one may be in the next by now. */
async function walked<T extends { readonly id: string }>(
  ask: (cursor: string | null) => Promise<Some<T>>,
  seen: { readonly parts: number },
): Promise<Some<T>> {
  let all = await ask(null);
  for (let part = 1; part < seen.parts && all.cursor !== null; part++) {
    all = joined(all, await ask(all.cursor));
  }
  return all;
}

/** What else is said of the list is the first part's. */
function joined<T extends { readonly id: string }>(some: Some<T>, part: Some<T>): Some<T> {
  const ids = new Set(some.found.map((one) => one.id));
  return { ...some, found: [...some.found, ...part.found.filter((one) => !ids.has(one.id))], cursor: part.cursor };
}

/**
 * A long list as far as it is known, and its older part on demand.
 *
 * @param none what is shown of an empty one
 */
export function LongList<T>({
  long,
  none,
  children,
}: {
  long: Long<T>;
  none: ComponentChildren;
  children: ComponentChildren;
}) {
  return (
    <Shown polled={long.polled}>
      {() =>
        long.all.length === 0 ? (
          none
        ) : (
          <>
            {children}
            <More long={long} />
          </>
        )
      }
    </Shown>
  );
}

/** Offers the older part of a long list. */
export function More<T>({ long }: { long: Long<T> }) {
  return (
    <>
      {long.problem !== null && <Problem message={long.problem} />}
      {long.more !== null && (
        <button disabled={long.busy} onClick={long.more}>
          {text.more}
        </button>
      )}
    </>
  );
}

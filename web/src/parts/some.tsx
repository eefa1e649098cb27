// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Some } from '../api/operate';
import { text } from '../text';
import { useAct } from './act';
import { type Polled, usePoll } from './poll';
import { Problem } from './problem';
import { Shown } from './shown';

/** A long list: its newest part is asked for again and again, older ones when somebody wants them. */
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
  const polled = usePoll(() => ask(null), everyMs, key);
  const [older, setOlder] = useState<Some<T> | null>(null);
  const { busy, problem, run } = useAct();
  useEffect(() => setOlder(null), [key]);
  const all = useMemo(() => {
    const newest = polled.data?.found ?? [];
    const seen = new Set(newest.map((one) => one.id));
    return [...newest, ...(older?.found ?? []).filter((one) => !seen.has(one.id))];
  }, [polled.data, older]);
  const cursor = older === null ? (polled.data?.cursor ?? null) : older.cursor;
  const more = () =>
    void run(async () => {
      const part = await ask(cursor);
      // What was the newest part moves on meanwhile: all that was seen is kept.
      setOlder({ found: [...all, ...part.found], cursor: part.cursor });
    });
  return { polled, all, more: cursor === null ? null : more, busy, problem };
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

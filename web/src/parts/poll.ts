// SPDX-License-Identifier: Apache-2.0
import { Unreachable } from '../api/unreachable';
import { useEffect, useRef, useState } from 'preact/hooks';

/** What a page knows of something on the server. */
export interface Polled<T> {
  readonly data: T | null;
  readonly error: string | null;
  /** Asks again at once. */
  readonly refresh: () => void;
}

/** What nothing answered is asked for again so soon, however seldom it is asked for. */
const UNANSWERED_MS = 10_000;
const ASK_AGAIN = 'fieldline-ask-again';

/** Everything that is asked for regularly is asked for now. */
export function askAgain(): void {
  dispatchEvent(new Event(ASK_AGAIN));
}

/**
 * Asks again and again while the page is seen. A failed round keeps what is known and says why;
 * a late answer to an earlier question is dropped. That nothing answers at all is said once, by the app.
 */
export function usePoll<T>(ask: () => Promise<T>, everyMs: number, key: string): Polled<T> {
  const [state, setState] = useState<{ key: string; data: T | null; error: string | null }>({
    key,
    data: null,
    error: null,
  });
  const [round, setRound] = useState(0);
  const latest = useRef(ask);
  latest.current = ask;
  useEffect(() => {
    let newest = 0;
    let timer = 0;
    const turn = async () => {
      clearTimeout(timer);
      // Of turns that run at once the newest goes on, and is the one that is heard.
      const own = ++newest;
      let againMs = everyMs;
      if (!document.hidden) {
        try {
          const data = await latest.current();
          if (own === newest) {
            setState({ key, data, error: null });
          }
        } catch (error) {
          const unanswered = error instanceof Unreachable;
          againMs = unanswered ? Math.min(everyMs, UNANSWERED_MS) : everyMs;
          if (own === newest) {
            setState((before) => ({
              key,
              data: before.key === key ? before.data : null,
              error: unanswered ? null : (error as Error).message,
            }));
          }
        }
      }
      if (own === newest) {
        timer = window.setTimeout(turn, againMs);
      }
    };
    const seen = () => {
      if (!document.hidden) {
        void turn();
      }
    };
    void turn();
    addEventListener('online', seen);
    addEventListener(ASK_AGAIN, seen);
    document.addEventListener('visibilitychange', seen);
    return () => {
      newest++;
      clearTimeout(timer);
      removeEventListener('online', seen);
      removeEventListener(ASK_AGAIN, seen);
      document.removeEventListener('visibilitychange', seen);
    };
  }, [key, round, everyMs]);
  return {
    // What is known of something else says nothing of this.
    data: state.key === key ? state.data : null,
    error: state.key === key ? state.error : null,
    refresh: () => setRound((before) => before + 1),
  };
}

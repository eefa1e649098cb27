// SPDX-License-Identifier: Apache-2.0
import { useState } from 'preact/hooks';

/** Something that a person does, which takes a while and may fail. */
export interface Act {
  readonly busy: boolean;
  readonly problem: string | null;
  /** Answers whether it was done. */
  readonly run: (what: () => Promise<unknown>) => Promise<boolean>;
}

export function useAct(): Act {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const run = async (what: () => Promise<unknown>) => {
    setBusy(true);
    setProblem(null);
    try {
      await what();
      return true;
    } catch (error) {
      setProblem((error as Error).message);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, problem, run };
}

// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import * as text from '../text';
import { Problem } from './problem';

/**
 * Asks a second time before something that cannot be taken back; Escape is no. While that is being done there is no no any
 * more: whoever said yes sees what comes of it.
 */
export function Talk({
  title,
  yes,
  ready = true,
  busy,
  problem,
  act,
  close,
  children,
}: {
  title: string;
  /** What is done, on its button. */
  yes: string;
  ready?: boolean;
  busy: boolean;
  problem: string | null;
  act: () => void;
  close: () => void;
  children?: ComponentChildren;
}) {
  const place = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => place.current!.showModal(), []);
  return (
    <dialog
      ref={place}
      class="talk"
      aria-labelledby={id}
      aria-busy={busy}
      onCancel={(event) => busy && event.preventDefault()}
      // Chromium closes it at a second Escape, whatever is prevented.
      onClose={() => (busy ? place.current!.showModal() : close())}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          act();
        }}
      >
        <h2 id={id}>{title}</h2>
        {children}
        {problem !== null && <Problem message={problem} />}
        <div class="actions">
          <button type="button" disabled={busy} onClick={() => place.current!.close()}>
            {text.cancel}
          </button>
          <button class="danger" disabled={busy || !ready}>
            {yes}
          </button>
        </div>
      </form>
    </dialog>
  );
}

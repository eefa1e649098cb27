// SPDX-License-Identifier: Apache-2.0
import { useState } from 'preact/hooks';
import * as text from '../text';

/** A command, or lines of a file, to be used elsewhere, with a button that copies it. */
export function Copyable({ command, lines = false }: { command: string; lines?: boolean }) {
  const [said, setSaid] = useState('');
  const copy = () =>
    navigator.clipboard.writeText(command).then(
      () => setSaid(text.copy.done),
      () => setSaid(text.copy.failed),
    );
  return (
    <span class={lines ? 'copyable lines' : 'copyable'}>
      {lines ? <pre tabIndex={0}>{command}</pre> : <code tabIndex={0}>{command}</code>}
      <button onClick={() => void copy()}>{text.copy.button}</button>
      <span class="quiet" role="status">
        {said}
      </span>
    </span>
  );
}

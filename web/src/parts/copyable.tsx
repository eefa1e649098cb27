// SPDX-License-Identifier: Apache-2.0
import { useState } from 'preact/hooks';
import { text } from '../text';

/** A command to be typed elsewhere, with a button that copies it. */
export function Copyable({ command }: { command: string }) {
  const [said, setSaid] = useState('');
  const copy = () =>
    navigator.clipboard.writeText(command).then(
      () => setSaid(text.copy.done),
      () => setSaid(text.copy.failed),
    );
  return (
    <span class="copyable">
      <code tabIndex={0}>{command}</code>
      <button onClick={() => void copy()}>{text.copy.button}</button>
      <span class="quiet" role="status">
        {said}
      </span>
    </span>
  );
}

// SPDX-License-Identifier: Apache-2.0
import { text } from '../text';

/** Says what went wrong, and offers to try again. */
export function Problem({ message, retry }: { message: string; retry?: () => void }) {
  return (
    <div class="problem" role="alert">
      <strong>{text.problem.title}</strong>
      <p>{message}</p>
      {retry && <button onClick={retry}>{text.retry}</button>}
    </div>
  );
}

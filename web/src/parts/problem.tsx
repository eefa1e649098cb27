// SPDX-License-Identifier: Apache-2.0
import * as text from '../text';
import { Icon } from './icon';

/** Says what went wrong, and offers to try again. */
export function Problem({ message, retry }: { message: string; retry?: () => void }) {
  return (
    <div class="problem" role="alert">
      <Icon name="warning" />
      <div>
        <strong>{text.problem.title}</strong>
        <p>{message}</p>
      </div>
      {retry && <button onClick={retry}>{text.retry}</button>}
    </div>
  );
}

// SPDX-License-Identifier: Apache-2.0
// Text to be used elsewhere, and the button that copies it.
import { make, say } from './dom.js';

const SAID_MS = 1_800;

export function copyButton(text, label) {
  const button = make('button.slim', { type: 'button' }, label);
  button.addEventListener('click', async () => {
    button.textContent = await copied(text);
    say(button.textContent);
    setTimeout(() => (button.textContent = label), SAID_MS);
  });
  return button;
}

/** A command with its button. */
export function copyable(command) {
  return make('span.copyable', make('code', { tabindex: '0' }, command), copyButton(command, 'Copy'));
}

/** A page that came over plain HTTP from another machine may not. */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return 'Copied';
  } catch {
    return 'Not allowed to copy here';
  }
}

// SPDX-License-Identifier: Apache-2.0
// By keys alone: up and down through the ways, left and right through the steps, Enter opens, Escape closes, Space pauses.

/** @param does `way(by)`, `step(by)`, `close()`, `pause()`, `search()` */
export function listenToKeys(does) {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTaken(event)) return;
    const action = {
      ArrowDown: () => does.way(1),
      ArrowUp: () => does.way(-1),
      ArrowRight: () => does.step(1),
      ArrowLeft: () => does.step(-1),
      Escape: () => does.close(),
      ' ': () => does.pause(),
      '/': () => does.search(),
    }[event.key];
    if (action !== undefined) {
      event.preventDefault();
      action();
    }
  });
}

/** What has the focus may need the key itself: a field, a button for Space, a text that scrolls. */
function isTaken({ key, target }) {
  if (document.querySelector('dialog[open], [popover]:popover-open') !== null) return true;
  const on = (selector) => target instanceof Element && target.closest(selector) !== null;
  if (on('input, select, textarea')) return true;
  if (key === ' ') return on('button, summary');
  // Up and down scroll what is open, and a text from side to side.
  return key.startsWith('Arrow') && (on('pre, code') || ((key === 'ArrowUp' || key === 'ArrowDown') && on('aside')));
}

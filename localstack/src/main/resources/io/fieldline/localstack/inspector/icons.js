// SPDX-License-Identifier: Apache-2.0
// Drawn in 24 by 24, with a line of the text's colour, as the web app's are.
import { draw } from './dom.js';

const PATHS = {
  device: 'M7 7h10v10H7zM10 10.5h4v3h-4zM10 3.5V7M14 3.5V7M10 17v3.5M14 17v3.5M3.5 10H7M3.5 14H7M17 10h3.5M17 14h3.5',
  iot: 'M12 12.1v-.1M8.5 15.5a5 5 0 0 1 0-7M15.5 8.5a5 5 0 0 1 0 7M5.6 18.4a9 9 0 0 1 0-12.8M18.4 5.6a9 9 0 0 1 0 12.8',
  queue: 'M3.5 7.5h4v9h-4zM10 7.5h4v9h-4zM16.5 7.5h4v9h-4z',
  function: 'M6 20 12.2 9.5M8 4.5h1.6c1 0 1.6.5 2 1.5l4.6 12.5c.3.9.9 1.5 1.8 1.5H19',
  table: 'M12 8.5c4.1 0 7.5-1.1 7.5-2.5S16.1 3.5 12 3.5 4.5 4.6 4.5 6s3.4 2.5 7.5 2.5zM4.5 6v12c0 1.4 3.4 2.5 7.5 2.5s7.5-1.1 7.5-2.5V6M4.5 12c0 1.4 3.4 2.5 7.5 2.5s7.5-1.1 7.5-2.5',
  shadow: 'M8.5 8.5V4h11.5v11.5h-4.5M4 8.5h11.5V20H4z',
  other: 'M5 12h.1M12 12h.1M19 12h.1',
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5 20.5 20.5',
  pause: 'M8.5 5.5v13M15.5 5.5v13',
  play: 'M8 5.5v13l10-6.5z',
  again: 'M4 12a8 8 0 0 1 13.7-5.6L20 8.5M20 4v4.5h-4.5M20 12a8 8 0 0 1-13.7 5.6L4 15.5M4 20v-4.5h4.5',
  clock: 'M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM12 7.5V12l3 2',
  fault: 'M13 3 5.5 13.5H11L10 21l8-11h-5.5z',
  allow: 'M12 3.5 19 6v5.5c0 4.3-2.9 7.6-7 9-4.1-1.4-7-4.7-7-9V6zM8.7 12l2.4 2.4 4.3-4.8',
  deny: 'M12 3.5 19 6v5.5c0 4.3-2.9 7.6-7 9-4.1-1.4-7-4.7-7-9V6zM9.5 9.5l5 5M14.5 9.5l-5 5',
  close: 'M6 6l12 12M18 6 6 18',
  back: 'M14.5 5.5 8 12l6.5 6.5',
  forth: 'M9.5 5.5 16 12l-6.5 6.5',
  warning: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7.5v5.5M12 16.2v.1',
  nothing: 'M3.5 13 6 5h12l2.5 8v6h-17zM3.5 13h5l1.5 2.5h4L15.5 13h5',
  wait: 'M7 3.5h10M7 20.5h10M8 3.5c0 4.5 8 4.5 8 8.5s-8 4-8 8.5M16 3.5c0 4.5-8 4.5-8 8.5s8 4 8 8.5',
};

/** Says nothing to who does not see it: what it means stands beside it, or in a label. */
export function icon(name) {
  return draw('svg', { class: 'icon', viewBox: '0 0 24 24', 'aria-hidden': 'true' }, draw('path', { d: PATHS[name] }));
}

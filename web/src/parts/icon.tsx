// SPDX-License-Identifier: Apache-2.0

/** Drawn in 24 by 24, with a line of the text's colour. */
const PATHS = {
  brand: 'M2.5 17 8 7.5l4 7 3.5-11L21.5 17',
  devices: 'M4 5.5h16v10H4zM9 19.5h6M12 15.5v4',
  alarm: 'M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 20.5h4',
  rule: 'M4 8h9M17 8h3M4 16h3M11 16h9M15 5.5v5M9 13.5v5',
  quarantine: 'M12 3.5 20.5 19h-17zM12 10v4M12 16.6v.1',
  audit: 'M6 3.5h9l3.5 3.5v13.5H6zM9 11h6M9 15h6M14.5 3.5V7.5h4',
  job: 'M4 12a8 8 0 0 1 13.7-5.6L20 8.5M20 4v4.5h-4.5M20 12a8 8 0 0 1-13.7 5.6L4 15.5M4 20v-4.5h4.5',
  command: 'M4.5 12h12M12 6.5l5.5 5.5-5.5 5.5M20.5 5v14',
  clock: 'M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM12 7.5V12l3 2',
  remove: 'M4.5 7h15M9.5 7V4.5h5V7M6.5 7l1 12.5h9l1-12.5M10.5 11v5M13.5 11v5',
  map: 'M3.5 6 9 4l6 2 5.5-2v14L15 20l-6-2-5.5 2zM9 4v14M15 6v14',
  people: 'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20a6.5 6.5 0 0 1 13 0M15.5 4.3a3.5 3.5 0 0 1 0 6.4M17.5 14a6.5 6.5 0 0 1 4 6',
  more: 'M5 12h.1M12 12h.1M19 12h.1',
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5 20.5 20.5',
  list: 'M8.5 6h12M8.5 12h12M8.5 18h12M4 6h.1M4 12h.1M4 18h.1',
  cards: 'M4 4h6.5v6.5H4zM13.5 4H20v6.5h-6.5zM4 13.5h6.5V20H4zM13.5 13.5H20V20h-6.5z',
  warning: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7.5v5.5M12 16.2v.1',
  nothing: 'M3.5 13 6 5h12l2.5 8v6h-17zM3.5 13h5l1.5 2.5h4L15.5 13h5',
  check: 'M4.5 12.5 10 18 19.5 6.5',
  download: 'M12 4v11M7 10.5l5 5 5-5M4.5 20h15',
  back: 'M14.5 5.5 8 12l6.5 6.5',
  forth: 'M9.5 5.5 16 12l-6.5 6.5',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  serial: 'M4 7V4.5h4M16 4.5h4V7M20 17v2.5h-4M8 19.5H4V17M7.5 8.5v7M10.5 8.5v7M13.5 8.5v7M16.5 8.5v7',
} as const;

export type IconName = keyof typeof PATHS;

/** Says nothing to who does not see it: what it means stands beside it, or in a label. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

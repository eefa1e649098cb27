// SPDX-License-Identifier: Apache-2.0

// Charts, and limits that are moved in them.

export const chart = {
  empty: (sensor: string) => `${sensor}: no values`,
  summary: (sensor: string, points: number, least: string, most: string, last: string) =>
    `${sensor}: ${points} points, from ${least} to ${most}, last ${last}`,
};

export const limits = {
  handle: (rule: string) => `Threshold of ${rule}`,
  hint: 'Drag a dashed line to change the threshold of its rule; with keys: up and down.',
  change: (rule: string, from: string, to: string) => `${rule}: ${from} → ${to}`,
  forAll: { device: '', group: 'For each of its group.', type: 'For each of its type.' },
  save: 'Save threshold',
  saved: (rule: string) => `The threshold of ${rule} is saved.`,
};

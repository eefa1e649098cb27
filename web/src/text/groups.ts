// SPDX-License-Identifier: Apache-2.0

// Groups and types.

export const groups = {
  title: 'Groups',
  hint: 'Devices that belong together: a site, a customer, a floor. The list of devices can be narrowed to a group, and a job goes to one.',
  none: 'There is no group yet',
  noneHint: 'An administrator makes one, then puts devices into it on their own pages.',
  columns: { group: 'Group', description: 'What it is', devices: 'Devices' },
  add: 'New group',
  name: 'Name',
  nameHint: 'Letters, digits, _ and -',
  make: 'Make',
  command: 'Command…',
  remove: 'Delete',
  sure: 'Delete this group? Its devices stay.',
  belongs: 'Belongs to',
  inNone: 'no group',
  join: 'Put into a group…',
  leave: (group: string) => `Take out of ${group}`,
  type: 'Type',
  setType: 'Set type',
};

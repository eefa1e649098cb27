// SPDX-License-Identifier: Apache-2.0

// Receipts of deleted devices.

export const deletions = {
  title: 'Deleted devices',
  hint: 'While its receipt is here, nothing of a device is taken. A deletion runs for some 15 minutes, so that what was being written goes, too.',
  none: 'No device was deleted',
  running: 'being deleted',
  done: 'deleted',
  asked: (when: string) => `asked for ${when}`,
  doneAt: (when: string) => `done ${when}`,
  progress: (device: string) => `Deletion of ${device}`,
  gone: {
    telemetryItems: 'items of readings',
    fleetItems: 'items of the register',
    archivedMessages: 'archived messages',
    certificates: 'certificates',
    shadows: 'shadows',
    jobs: 'jobs',
  },
  forget: 'Let the name come again',
  forgetSure: 'Forget this receipt? A device of this name may come again.',
};

// SPDX-License-Identifier: Apache-2.0

// What a device is given and loses: certificates, jobs, itself.

export const certificates = {
  title: 'Certificates',
  none: 'It has no certificate: it cannot connect.',
  states: {
    ACTIVE: 'active',
    INACTIVE: 'inactive',
    REVOKED: 'revoked',
    PENDING_TRANSFER: 'being transferred',
    REGISTER_INACTIVE: 'inactive',
    PENDING_ACTIVATION: 'being activated',
  },
  since: (when: string) => `since ${when}`,
  until: (when: string) => `valid until ${when}`,
  ran: (when: string) => `ran out on ${when}`,
  revoke: 'Revoke…',
  revokeOf: (id: string) => `Revoke ${id}`,
  revokeTitle: 'Revoke this certificate for good?',
  revokeSure: (device: string, last: boolean) =>
    last
      ? `It is the only one that is active. ${device} is disconnected at once and cannot come back until somebody gives it another by hand.`
      : `${device} is disconnected at once, and comes back with another of its certificates.`,
  rotate: 'Give it a new one',
  rotateSure: 'Make a job by which the device gets a new key and certificate, and gives up the old one?',
};

export const deviceJobs = { title: 'Jobs', none: 'It was told of no job.' };

export const deletion = {
  title: 'Delete this device',
  hint: 'With its certificates and all its data, for good. What stands behind it as its gateway goes, too.',
  button: 'Delete…',
  sure: (device: string) => `Type ${device} to delete it`,
  sureHint: 'Nothing of it is taken any more, whenever it was sent.',
  yes: 'Delete for good',
};

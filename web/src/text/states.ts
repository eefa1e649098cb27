// SPDX-License-Identifier: Apache-2.0
import type { CommandStatus } from '../model/device';

// For whom commands and jobs are, and what they come to.

export const targets = {
  groups: 'Groups',
  devices: 'Devices',
  chosen: (count: number) => `${count} chosen`,
  search: (legend: string) => `Search ${legend.toLowerCase()}`,
  all: (targets: readonly string[]) =>
    `for ${targets.slice(0, 3).join(', ')}${targets.length > 3 ? ` and ${targets.length - 3} more` : ''}`,
};

export const command = {
  PENDING: 'pending',
  ACCEPTED: 'delivered',
  SUCCEEDED: 'done',
  FAILED: 'failed',
  REJECTED: 'rejected',
  EXPIRED: 'expired',
  SUPERSEDED: 'replaced by a newer command',
} satisfies Record<CommandStatus, string>;

export const job = {
  nobody: 'no device was told yet',
  statuses: {
    SUCCEEDED: 'done',
    IN_PROGRESS: 'running',
    QUEUED: 'waiting',
    FAILED: 'failed',
    TIMED_OUT: 'timed out',
    REJECTED: 'rejected',
    CANCELED: 'canceled',
    REMOVED: 'removed',
  },
};

// SPDX-License-Identifier: Apache-2.0
import { COMMAND_STATUSES, type Counts } from '../model/command';
import { toneOf } from '../model/device';
import { DEVICE_STATUSES, type Job, toneOfDevice } from '../model/job';
import * as text from '../text';
import { Bar } from './bar';

/** How many devices are how far with a job. */
export function Progress({ counts }: { counts: Job['counts'] }) {
  const shares = DEVICE_STATUSES.map((status) => ({
    key: status,
    tone: status === 'IN_PROGRESS' ? 'running' : toneOfDevice(status),
    count: counts[status] ?? 0,
    name: text.job.statuses[status],
  }));
  return <Bar shares={shares} none={text.job.nobody} />;
}

/** How many devices are how far with a command to many. */
export function CommandProgress({ counts }: { counts: Counts }) {
  const shares = COMMAND_STATUSES.map((status) => ({
    key: status,
    tone: status === 'ACCEPTED' ? 'running' : toneOf(status),
    count: counts[status],
    name: text.command[status],
  }));
  return <Bar shares={shares} none={text.commands.nobody} />;
}

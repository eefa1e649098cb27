// SPDX-License-Identifier: Apache-2.0
import { DEVICE_STATUSES, type Job, toneOfDevice } from '../model/job';
import { text } from '../text';

/** How many devices are how far, as a bar and in words. */
export function Progress({ counts }: { counts: Job['counts'] }) {
  const parts = DEVICE_STATUSES.map((status) => ({ status, count: counts[status] ?? 0 })).filter(
    (part) => part.count > 0,
  );
  const all = parts.reduce((sum, part) => sum + part.count, 0);
  return (
    <div class="progress">
      <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
        {parts.map(({ status, count }, index) => (
          <rect
            key={status}
            class={status === 'IN_PROGRESS' ? 'running' : toneOfDevice(status)}
            x={(100 * parts.slice(0, index).reduce((sum, part) => sum + part.count, 0)) / all}
            width={(100 * count) / all}
            height="1"
          />
        ))}
      </svg>
      <p class="small quiet">
        {all === 0
          ? text.jobs.nobody
          : parts.map(({ status, count }) => `${count} ${text.jobs.statuses[status]}`).join(', ')}
      </p>
    </div>
  );
}

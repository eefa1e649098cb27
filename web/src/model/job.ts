// SPDX-License-Identifier: Apache-2.0

export const JOB_TYPES = ['reboot', 'update', 'rotate-certificate', 'run', 'upload-logs'] as const;

export type JobType = (typeof JOB_TYPES)[number];

export type JobStatus =
  | 'SCHEDULED'
  | 'IN_PROGRESS'
  | 'COMPLETED'
  | 'CANCELED'
  | 'DELETION_IN_PROGRESS'
  | 'ABSENT';

/** How far a device may be with a job, in the order in which a bar of them is drawn. */
export const DEVICE_STATUSES = [
  'SUCCEEDED',
  'IN_PROGRESS',
  'QUEUED',
  'FAILED',
  'TIMED_OUT',
  'REJECTED',
  'CANCELED',
  'REMOVED',
] as const;

export type DeviceStatus = (typeof DEVICE_STATUSES)[number];

/** Work for devices, and how far they are. */
export interface Job {
  readonly job: string;
  readonly atMs: number;
  readonly by: string;
  readonly type: string;
  readonly description: string;
  readonly devices: readonly string[];
  readonly groups: readonly string[];
  readonly continuous: boolean;
  readonly status: JobStatus;
  readonly counts: Readonly<Partial<Record<DeviceStatus, number>>>;
  readonly completedMs: number | null;
  readonly reason: string;
  readonly comment: string;
  /** Only of a job that was asked for by itself. */
  readonly document: unknown;
}

/** How far one device is. */
export interface JobDevice {
  readonly device: string;
  readonly status: DeviceStatus;
  readonly updatedMs: number | null;
  readonly tries: number;
}

/** Nothing more happens to a job in one of these states. */
export function isEnded(status: JobStatus): boolean {
  return status !== 'SCHEDULED' && status !== 'IN_PROGRESS';
}

export function toneOfJob(status: JobStatus): 'waiting' | 'good' | 'bad' | '' {
  return status === 'COMPLETED' ? 'good' : status === 'CANCELED' ? 'bad' : isEnded(status) ? '' : 'waiting';
}

export function toneOfDevice(status: DeviceStatus): 'waiting' | 'good' | 'bad' | '' {
  switch (status) {
    case 'SUCCEEDED':
      return 'good';
    case 'QUEUED':
    case 'IN_PROGRESS':
      return 'waiting';
    case 'FAILED':
    case 'TIMED_OUT':
    case 'REJECTED':
      return 'bad';
    case 'CANCELED':
    case 'REMOVED':
      return '';
  }
}

/** A job while it is being made: what was typed, as it was typed. */
export interface JobDraft {
  readonly type: JobType;
  /** The document of a type that says more than its name, as JSON. */
  readonly document: string;
  readonly devices: readonly string[];
  readonly groups: readonly string[];
  readonly description: string;
  readonly perMinute: string;
  /** Canceled when so many of 100 fail; nothing where it never is. */
  readonly abortPercent: string;
  readonly abortAfter: string;
  readonly timeoutMinutes: string;
}

export const NEW_JOB: JobDraft = {
  type: 'reboot',
  document: '',
  devices: [],
  groups: [],
  description: '',
  perMinute: '',
  abortPercent: '10',
  abortAfter: '5',
  timeoutMinutes: '',
};

/** Types whose document is its type and no more. */
export function isPlain(type: JobType): boolean {
  return type === 'reboot' || type === 'rotate-certificate';
}

/** The request that the draft is, or null while something that it needs is missing. */
export function requestOf(draft: JobDraft): Record<string, unknown> | null {
  const document = isPlain(draft.type) ? { fieldline: { type: draft.type } } : documentOf(draft);
  if (document === null || draft.devices.length + draft.groups.length === 0) {
    return null;
  }
  const perMinute = whole(draft.perMinute);
  const percent = Number(draft.abortPercent);
  const timeoutMinutes = whole(draft.timeoutMinutes);
  return {
    document,
    ...(draft.devices.length > 0 ? { devices: draft.devices } : {}),
    ...(draft.groups.length > 0 ? { groups: draft.groups } : {}),
    ...(draft.description === '' ? {} : { description: draft.description }),
    ...(perMinute === null ? {} : { rollout: { maximumPerMinute: perMinute } }),
    ...(draft.abortPercent.trim() === '' || !(percent > 0)
      ? {}
      : { abort: [{ of: 'ALL', percent, atLeast: whole(draft.abortAfter) ?? 1 }] }),
    ...(timeoutMinutes === null ? {} : { timeoutMinutes }),
  };
}

/** Null for what is no JSON, or the document of another type. */
function documentOf({ type, document }: JobDraft): unknown {
  try {
    const parsed = JSON.parse(document) as { fieldline?: { type?: unknown } } | null;
    return parsed?.fieldline?.type === type ? parsed : null;
  } catch {
    return null;
  }
}

function whole(typed: string): number | null {
  const value = Number(typed);
  return typed.trim() === '' || !Number.isSafeInteger(value) || value < 1 ? null : value;
}

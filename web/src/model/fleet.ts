// SPDX-License-Identifier: Apache-2.0
import type { DeviceStatus } from './job';

export type CertificateStatus =
  | 'ACTIVE'
  | 'INACTIVE'
  | 'REVOKED'
  | 'PENDING_TRANSFER'
  | 'REGISTER_INACTIVE'
  | 'PENDING_ACTIVATION';

/** By what a device proves who it is. */
export interface Certificate {
  readonly certificate: string;
  readonly status: CertificateStatus;
  readonly createdMs: number;
  readonly changedMs: number;
  readonly validToMs: number;
}

/** The receipt of a deletion: while it is there, nothing of the device is taken. */
export interface Deletion {
  readonly device: string;
  readonly by: string;
  readonly askedMs: number;
  /** Null while it runs. */
  readonly doneMs: number | null;
  readonly counts: Readonly<Record<Gone, number>>;
}

export const GONE = ['telemetryItems', 'fleetItems', 'archivedMessages', 'certificates', 'shadows', 'jobs'] as const;

/** What goes with a device. */
export type Gone = (typeof GONE)[number];

/** How long a deletion takes, so that what was being written goes, too. Source: `Deletion` of the HTTP API. */
const DELETION_MS = 15 * 60_000;

/** How much of its time has passed, from 0 to 1; one that takes longer is never quite there. */
export function passed({ askedMs, doneMs }: Deletion, nowMs: number): number {
  return doneMs !== null ? 1 : Math.min(0.97, Math.max(0.03, (nowMs - askedMs) / DELETION_MS));
}

/** Work of a job on one device. */
export interface DeviceJob {
  readonly id: string;
  readonly awsJobId: string;
  /** Empty where it is no job of this stage. */
  readonly job: string;
  readonly status: DeviceStatus;
  readonly updatedMs: number | null;
}

// SPDX-License-Identifier: Apache-2.0
import type { Certificate, CertificateStatus, Deletion, DeviceJob } from '../model/fleet';
import type { DeviceStatus } from '../model/job';
import type { Api } from './client';
import { type Json, list, maybe, string } from './json';
import type { Some } from './operate';

const path = (device: string, rest = '') => `/devices/${encodeURIComponent(device)}${rest}`;

/** By what a device proves who it is, the newest first. */
export async function certificates(api: Api, device: string): Promise<Certificate[]> {
  return list((await api.json('GET', path(device, '/certificates')))['certificates'])
    .map((one) => ({
      certificate: string(one['certificate']),
      status: one['status'] as CertificateStatus,
      createdMs: Number(one['createdMs']),
      changedMs: Number(one['changedMs']),
      validToMs: Number(one['validToMs']),
    }))
    .reverse();
}

export async function revoke(api: Api, device: string, certificate: string): Promise<void> {
  await api.json('POST', path(device, `/certificates/${encodeURIComponent(certificate)}/revoke`));
}

/** Begins it; asked for again it goes on. */
export async function deleteDevice(api: Api, device: string): Promise<void> {
  await api.json('DELETE', path(device));
}

/** The receipts of all deletions, those that still run first, then the newest. */
export async function deletions(api: Api): Promise<Deletion[]> {
  const all = (await api.all('/deletions', 'deletions')).map(deletionOf);
  return all.sort((a, b) => (b.doneMs ?? Infinity) - (a.doneMs ?? Infinity) || b.askedMs - a.askedMs);
}

/** A device of that name may come again. */
export async function forgetDeletion(api: Api, device: string): Promise<void> {
  await api.json('DELETE', `/deletions/${encodeURIComponent(device)}`);
}

/** What a device had to do, newest first. */
export async function deviceJobs(api: Api, device: string, cursor: string | null): Promise<Some<DeviceJob>> {
  const part = await api.part(path(device, '/jobs'), 'jobs', cursor);
  return {
    found: part.found.map((one) => ({
      id: `${string(one['awsJobId'])} ${string(one['execution'])}`,
      awsJobId: string(one['awsJobId']),
      job: string(one['job']),
      status: one['status'] as DeviceStatus,
      updatedMs: maybe(one['updatedMs']) ?? maybe(one['queuedMs']),
    })),
    cursor: part.cursor,
  };
}

function deletionOf(one: Json): Deletion {
  const count = (name: string) => Number(one[name] ?? 0);
  return {
    device: string(one['device']),
    by: string(one['by']),
    askedMs: Number(one['askedMs']),
    doneMs: maybe(one['doneMs']),
    counts: {
      certificates: count('certificates'),
      jobs: count('jobs'),
      shadows: count('shadows'),
      telemetryItems: count('telemetryItems'),
      fleetItems: count('fleetItems'),
      archivedMessages: count('archivedMessages'),
    },
  };
}

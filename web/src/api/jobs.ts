// SPDX-License-Identifier: Apache-2.0
import { DEVICE_STATUSES, type DeviceStatus, type Job, type JobDevice, type JobStatus } from '../model/job';
import type { Api, Part } from './client';
import { type Json, maybe, object, string } from './json';
import type { Some } from './operate';

const path = (job: string, rest = '') => `/jobs/${encodeURIComponent(job)}${rest}`;

export async function jobs(api: Api, cursor: string | null): Promise<Some<Job & { readonly id: string }>> {
  const { found, cursor: next } = await api.part('/jobs', 'jobs', cursor);
  return { found: found.map((one) => ({ ...jobOf(one), id: string(one['job']) })), cursor: next };
}

export async function job(api: Api, name: string): Promise<Job> {
  return jobOf(await api.json('GET', path(name)));
}

/** Answers its name. */
export async function createJob(api: Api, request: Record<string, unknown>): Promise<string> {
  return string((await api.once('/jobs', request))['job']);
}

export async function cancelJob(api: Api, name: string, force: boolean): Promise<void> {
  await api.json('POST', path(name, '/cancel'), { body: { force } });
}

export async function deleteJob(api: Api, name: string): Promise<void> {
  await api.json('DELETE', path(name));
}

export async function jobDevices(
  api: Api,
  name: string,
  cursor: string | null,
): Promise<Some<JobDevice & { readonly id: string }>> {
  const part: Part = await api.part(path(name, '/devices'), 'devices', cursor);
  return {
    found: part.found.map((one) => ({
      id: string(one['device']),
      device: string(one['device']),
      status: one['status'] as DeviceStatus,
      updatedMs: maybe(one['updatedMs']),
      tries: Number(one['execution']),
    })),
    cursor: part.cursor,
  };
}

/** What a device says of a job. */
export async function jobDetails(api: Api, name: string, device: string): Promise<readonly [string, string][]> {
  const answer = await api.json('GET', path(name, `/devices/${encodeURIComponent(device)}`));
  return Object.entries(object(answer['details'])).map(([key, value]) => [key, string(value)]);
}

export async function cancelOn(api: Api, name: string, device: string, force: boolean): Promise<void> {
  await api.json('POST', path(name, `/devices/${encodeURIComponent(device)}/cancel`), { body: { force } });
}

function jobOf(one: Json): Job {
  const texts = (name: string) => (Array.isArray(one[name]) ? one[name].map(string) : []);
  return {
    job: string(one['job']),
    atMs: Number(one['atMs']),
    by: string(one['by']),
    type: string(one['type']),
    description: string(one['description']),
    devices: texts('devices'),
    groups: texts('groups'),
    continuous: one['continuous'] === true,
    status: one['status'] as JobStatus,
    counts: countsOf(object(one['counts'])),
    completedMs: maybe(one['completedMs']),
    reason: string(one['reasonCode']),
    comment: string(one['comment']),
    document: one['document'] ?? null,
  };
}

/** Counts are named `timedOut` where the status is TIMED_OUT. */
function countsOf(counts: Json): Job['counts'] {
  const named = (status: DeviceStatus) => status.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries(DEVICE_STATUSES.map((status) => [status, Number(counts[named(status)] ?? 0)]));
}

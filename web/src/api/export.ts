// SPDX-License-Identifier: Apache-2.0
import type { Api } from './client';

export const RESOLUTIONS = ['raw', 'minute', 'hour'] as const;

export type Resolution = (typeof RESOLUTIONS)[number];

/**
 * Every row of a range as CSV, in the parts in which the server tells it: each header Link names the next.
 */
export async function* exported(
  api: Api,
  device: string,
  fromMs: number,
  toMs: number,
  resolution: Resolution,
): AsyncGenerator<string> {
  const asked = { fromMs: String(Math.floor(fromMs)), toMs: String(Math.ceil(toMs)), resolution, format: 'csv' };
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query = new URLSearchParams({ ...asked, ...(cursor === '' ? {} : { cursor }) });
    const response: Response = await api.answer('GET', `/devices/${encodeURIComponent(device)}/export?${query}`);
    yield await response.text();
    cursor = nextOf(response.headers.get('link'));
  }
}

/** The cursor in a header Link (RFC 8288), or null where there is no next part. */
export function nextOf(link: string | null): string | null {
  const address = /<([^>]*)>\s*;\s*rel="?next"?/.exec(link ?? '')?.[1];
  return address === undefined ? null : new URL(address, 'http://relative').searchParams.get('cursor');
}

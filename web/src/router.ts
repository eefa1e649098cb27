// SPDX-License-Identifier: Apache-2.0
import { signal } from '@preact/signals';

/** Where the person is; kept in the part of the address after `#`, so that any server will do. */
export type Route =
  | { readonly page: 'fleet' }
  | { readonly page: 'device'; readonly device: string; readonly range: string | null }
  | { readonly page: 'unknown' };

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [page, ...rest] = path.split('/');
  if (page === '' && rest.length === 0) {
    return { page: 'fleet' };
  }
  if (page === 'device' && rest.length === 1 && rest[0]) {
    const range = new URLSearchParams(query).get('range');
    return { page: 'device', device: decodeURIComponent(rest[0]), range };
  }
  return { page: 'unknown' };
}

export function deviceHref(device: string, range?: string): string {
  return `#/device/${encodeURIComponent(device)}${range ? `?range=${range}` : ''}`;
}

export const route = signal<Route>({ page: 'fleet' });

/** Follows the address from now on: after sign-in has put back where the person was. */
export function watchRoute(): void {
  const follow = () => (route.value = parseRoute(location.hash));
  follow();
  addEventListener('hashchange', follow);
}

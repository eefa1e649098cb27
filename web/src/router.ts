// SPDX-License-Identifier: Apache-2.0
import { signal } from '@preact/signals';
import type { Span } from './model/time';

/** Where the person is; kept in the part of the address after `#`, so that any server will do. */
export type Route =
  | { readonly page: 'fleet'; readonly search: string; readonly show: string }
  | {
      readonly page: 'device';
      readonly device: string;
      readonly range: string | null;
      /** What the charts are zoomed to. */
      readonly span: Span | null;
    }
  | { readonly page: 'unknown' };

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [page, ...rest] = path.split('/');
  const fields = new URLSearchParams(query);
  if (page === '' && rest.length === 0) {
    return { page: 'fleet', search: fields.get('search') ?? '', show: fields.get('show') ?? 'all' };
  }
  const device = page === 'device' && rest.length === 1 ? decoded(rest[0]!) : '';
  if (device !== '') {
    return { page: 'device', device, range: fields.get('range'), span: spanOf(fields) };
  }
  return { page: 'unknown' };
}

/** Nothing where an address is cut off in the middle of a character. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}

function spanOf(fields: URLSearchParams): Span | null {
  const fromMs = Number(fields.get('from') ?? NaN);
  const toMs = Number(fields.get('to') ?? NaN);
  return Number.isSafeInteger(fromMs) && Number.isSafeInteger(toMs) && fromMs < toMs
    ? { fromMs, toMs }
    : null;
}

export function fleetHref(search: string, show: string): string {
  return '#/' + query({ search, show: show === 'all' ? '' : show });
}

export function deviceHref(device: string, range?: string | null, span?: Span | null): string {
  return (
    `#/device/${encodeURIComponent(device)}` +
    query({
      range: range ?? '',
      from: span ? String(Math.round(span.fromMs)) : '',
      to: span ? String(Math.round(span.toMs)) : '',
    })
  );
}

function query(fields: Record<string, string>): string {
  const given = new URLSearchParams(Object.entries(fields).filter(([, value]) => value !== ''));
  return given.size === 0 ? '' : `?${given}`;
}

export const route = signal<Route>(parseRoute(''));

/** Follows the address from now on: after sign-in has put back where the person was. */
export function watchRoute(): void {
  const follow = () => (route.value = parseRoute(location.hash));
  follow();
  addEventListener('hashchange', follow);
}

/** Changes the address without a step to go back to: typing and zooming are not journeys. */
export function refine(hash: string): void {
  history.replaceState(null, '', hash);
  route.value = parseRoute(hash);
}

// SPDX-License-Identifier: Apache-2.0
import { signal } from '@preact/signals';
import type { Span } from './model/time';

/** Where the person is; kept in the part of the address after `#`, so that any server will do. */
export type Route =
  | (Fleet & { readonly page: 'fleet' })
  | {
      readonly page: 'device';
      readonly device: string;
      readonly range: string | null;
      /** What the charts are zoomed to. */
      readonly span: Span | null;
      /** Another device, drawn beside this one. */
      readonly beside: string | null;
    }
  | { readonly page: 'rule' | 'job' | 'schedule'; readonly name: string }
  | { readonly page: 'command'; readonly name: string; readonly status: string }
  | (Order & { readonly page: 'new-command' })
  | { readonly page: 'new-rule'; readonly device: string; readonly sensor: string }
  | { readonly page: 'quarantine'; readonly kind: string }
  | { readonly page: (typeof PLAIN)[number] | 'unknown' };

export type Page = Route['page'];

/** Which devices the list shows, and how. */
export interface Fleet {
  readonly search: string;
  readonly show: string;
  readonly group: string;
  readonly type: string;
  readonly look: Look;
}

/** How the fleet is laid out. */
export type Look = (typeof LOOKS)[number];

export const LOOKS = ['list', 'cards', 'map'] as const;

/** A command to be made: for whom, of what, and when. */
export interface Order {
  readonly devices: readonly string[];
  readonly groups: readonly string[];
  readonly actuator: string;
  readonly value: string;
  readonly when: string;
}

/** Pages whose address is their name and nothing more. */
const PLAIN = [
  'alarms',
  'rules',
  'commands',
  'schedules',
  'jobs',
  'new-job',
  'groups',
  'add',
  'deletions',
  'audit',
  'people',
  'health',
  'more',
] as const;

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [page, ...rest] = path.split('/');
  const fields = new URLSearchParams(query);
  const of = (name: string) => fields.get(name) ?? '';
  const named = rest.length === 1 ? decoded(rest[0]!) : '';
  const plain = PLAIN.find((one) => one === page);
  if (plain !== undefined && rest.length === 0) {
    return { page: plain };
  }
  if (page === '' && rest.length === 0) {
    const look = LOOKS.find((one) => one === of('look')) ?? 'list';
    return { page: 'fleet', search: of('search'), show: of('show') || 'all', group: of('group'), type: of('type'), look };
  }
  if (page === 'quarantine' && rest.length === 0) {
    return { page: 'quarantine', kind: of('kind') };
  }
  if (page === 'new-rule' && rest.length === 0) {
    return { page: 'new-rule', device: of('device'), sensor: of('sensor') };
  }
  if (page === 'new-command' && rest.length === 0) {
    const order = { actuator: of('actuator'), value: of('value'), when: of('when') };
    return { page: 'new-command', devices: fields.getAll('device'), groups: fields.getAll('group'), ...order };
  }
  if ((page === 'rule' || page === 'job' || page === 'schedule') && named !== '') {
    return { page, name: named };
  }
  if (page === 'command' && named !== '') {
    return { page: 'command', name: named, status: of('status') };
  }
  if (page === 'device' && named !== '') {
    const beside = of('beside') || null;
    return { page: 'device', device: named, range: fields.get('range'), span: spanOf(fields), beside };
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

export function fleetHref({ search = '', show = 'all', group = '', type = '', look = 'list' }: Partial<Fleet>): string {
  return (
    '#/' +
    query({ search, show: show === 'all' ? '' : show, group, type, look: look === 'list' ? '' : look })
  );
}

export function deviceHref(
  device: string,
  range?: string | null,
  span?: Span | null,
  beside?: string | null,
): string {
  return (
    `#/device/${encodeURIComponent(device)}` +
    query({
      range: range ?? '',
      from: span ? String(Math.round(span.fromMs)) : '',
      to: span ? String(Math.round(span.toMs)) : '',
      beside: beside ?? '',
    })
  );
}

export function ruleHref(name: string): string {
  return `#/rule/${encodeURIComponent(name)}`;
}

export function jobHref(name: string): string {
  return `#/job/${encodeURIComponent(name)}`;
}

export function commandHref(id: string, status = ''): string {
  return `#/command/${encodeURIComponent(id)}` + query({ status });
}

export function scheduleHref(name: string): string {
  return `#/schedule/${encodeURIComponent(name)}`;
}

export function newCommandHref({ devices = [], groups = [], actuator = '', value = '', when = '' }: Partial<Order>): string {
  const fields = new URLSearchParams([
    ...devices.map((device) => ['device', device]),
    ...groups.map((group) => ['group', group]),
    ...Object.entries({ actuator, value, when }).filter(([, typed]) => typed !== ''),
  ]);
  return `#/new-command${fields.size === 0 ? '' : `?${fields}`}`;
}

export function newRuleHref(device = '', sensor = ''): string {
  return '#/new-rule' + query({ device, sensor });
}

export function quarantineHref(kind: string): string {
  return '#/quarantine' + query({ kind });
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

/** Goes to another page. */
export function go(hash: string): void {
  location.hash = hash;
}

// SPDX-License-Identifier: Apache-2.0
import * as text from '../text';

/** As EventBridge Scheduler names them. */
export const DAYS = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'] as const;

export type Day = (typeof DAYS)[number];

export const REPEATS = ['weekly', 'monthly', 'own'] as const;

/** On days of the week, on a day of the month, or as somebody wrote it. */
export type Repeat = (typeof REPEATS)[number];

/** A time of the calendar, as people think of it. */
export type Calendar =
  | { readonly repeat: 'weekly'; readonly time: string; readonly days: readonly Day[] }
  /** The day is 1 to 31, or L for the last one. */
  | { readonly repeat: 'monthly'; readonly time: string; readonly day: string }
  | { readonly repeat: 'own' };

/** Minutes, hours, day of the month, month, day of the week, year. */
export function cronOf(calendar: Exclude<Calendar, { repeat: 'own' }>): string {
  const [hours, minutes] = calendar.time.split(':').map(Number);
  const time = `${minutes ?? 0} ${hours ?? 0}`;
  if (calendar.repeat === 'monthly') {
    return `${time} ${calendar.day} * ? *`;
  }
  return calendar.days.length === DAYS.length ? `${time} * * ? *` : `${time} ? * ${listed(calendar.days)} *`;
}

/** MON-FRI where it is three or more that follow one another. */
function listed(days: readonly Day[]): string {
  const places = days.map((day) => DAYS.indexOf(day)).sort((a, b) => a - b);
  const follow = places.every((place, index) => index === 0 || place === places[index - 1]! + 1);
  return follow && places.length > 2
    ? `${DAYS[places[0]!]}-${DAYS[places.at(-1)!]}`
    : places.map((place) => DAYS[place]).join(',');
}

/** What is no more than days and a time of day is read back; anything else stays as it was written. */
export function calendarOf(cron: string): Calendar {
  const [minutes = '', hours = '', day = '', month = '', week = '', year = '', more] = cron.trim().split(/\s+/);
  if (!within(minutes, 59) || !within(hours, 23) || month !== '*' || year !== '*' || more !== undefined) {
    return { repeat: 'own' };
  }
  const time = `${hours.padStart(2, '0')}:${minutes.padStart(2, '0')}`;
  if (day === '*' && week === '?') {
    return { repeat: 'weekly', time, days: DAYS };
  }
  if (day === '?') {
    const days = daysOf(week);
    return days === null ? { repeat: 'own' } : { repeat: 'weekly', time, days };
  }
  return week === '?' && (day === 'L' || (within(day, 31) && Number(day) > 0))
    ? { repeat: 'monthly', time, day: day === 'L' ? 'L' : String(Number(day)) }
    : { repeat: 'own' };
}

function within(typed: string, most: number): boolean {
  return /^\d{1,2}$/.test(typed) && Number(typed) <= most;
}

function daysOf(week: string): Day[] | null {
  const found = new Set<Day>();
  for (const part of week.split(',')) {
    const [from = -1, to = from] = part.split('-').map((name) => DAYS.indexOf(name.toUpperCase() as Day));
    if (from < 0 || to < from || part.split('-').length > 2) {
      return null;
    }
    DAYS.slice(from, to + 1).forEach((day) => found.add(day));
  }
  return DAYS.filter((day) => found.has(day));
}

/** A schedule's times in words. */
export function said(cron: string): string {
  const calendar = calendarOf(cron);
  switch (calendar.repeat) {
    case 'weekly':
      return text.schedules.weekly(calendar.days, calendar.time);
    case 'monthly':
      return text.schedules.monthly(calendar.day, calendar.time);
    case 'own':
      return text.schedules.own(cron);
  }
}

const DAY_MS = 86_400_000;

/** The next times, on the clock and the calendar of the zone, as `yyyy-mm-ddThh:mm`; none where they are not plain. */
export function nextOf(cron: string, timeZone: string, nowMs: number, count: number): string[] {
  const calendar = calendarOf(cron);
  if (calendar.repeat === 'own') {
    return [];
  }
  const now = wallClock(nowMs, timeZone);
  const today = Date.parse(`${now.slice(0, 10)}T00:00:00Z`);
  const found: string[] = [];
  // Of a day of the month that only long months have, the next is at most two months away.
  for (let day = 0; found.length < count && day < 62 * count; day++) {
    const date = new Date(today + day * DAY_MS);
    const at = `${date.toISOString().slice(0, 10)}T${calendar.time}`;
    if (at > now && isOn(calendar, date)) {
      found.push(at);
    }
  }
  return found;
}

function isOn(calendar: Exclude<Calendar, { repeat: 'own' }>, date: Date): boolean {
  if (calendar.repeat === 'weekly') {
    return calendar.days.includes(DAYS[(date.getUTCDay() + 6) % 7]!);
  }
  const isLast = new Date(date.getTime() + DAY_MS).getUTCDate() === 1;
  return calendar.day === 'L' ? isLast : date.getUTCDate() === Number(calendar.day);
}

/** What clocks of a zone show, as `yyyy-mm-ddThh:mm`. */
export function wallClock(atMs: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(atMs);
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  return `${of('year')}-${of('month')}-${of('day')}T${of('hour')}:${of('minute')}`;
}

/** A time of a calendar, which may be of another zone than here. */
export function wallText(at: string): string {
  return new Date(`${at.length === 16 ? `${at}:00` : at}Z`).toLocaleString('en-GB', {
    timeZone: 'UTC',
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
}

// SPDX-License-Identifier: Apache-2.0

/** The ranges that a person can pick. */
export const RANGES = [
  { key: '15m', label: '15 min', name: '15 min', ms: 15 * 60_000 },
  { key: '1h', label: '1 h', name: '1 hour', ms: 3_600_000 },
  { key: '6h', label: '6 h', name: '6 hours', ms: 6 * 3_600_000 },
  { key: '24h', label: '24 h', name: '24 hours', ms: 24 * 3_600_000 },
  { key: '7d', label: '7 d', name: '7 days', ms: 7 * 86_400_000 },
  { key: '30d', label: '30 d', name: '30 days', ms: 30 * 86_400_000 },
  { key: '1y', label: '1 y', name: '1 year', ms: 365 * 86_400_000 },
] as const;

/** A stretch of time that charts show. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

const LEAST_MS = 1_000;
const MOST_MS = 366 * 86_400_000;

/** The span grown or shrunk around a moment, which stays where it is; never past now. */
export function zoomed(span: Span, factor: number, aroundMs: number, nowMs: number): Span {
  const ms = span.toMs - span.fromMs;
  const wanted = Math.min(MOST_MS, Math.max(LEAST_MS, ms * factor));
  const fromMs = aroundMs - ((aroundMs - span.fromMs) / ms) * wanted;
  return until(nowMs, { fromMs, toMs: fromMs + wanted });
}

/** The span moved by a part of its length; never past now. */
export function moved(span: Span, part: number, nowMs: number): Span {
  const byMs = (span.toMs - span.fromMs) * part;
  return until(nowMs, { fromMs: span.fromMs + byMs, toMs: span.toMs + byMs });
}

function until(nowMs: number, span: Span): Span {
  const overMs = Math.max(0, span.toMs - nowMs);
  return { fromMs: Math.round(span.fromMs - overMs), toMs: Math.round(span.toMs - overMs) };
}

export type RangeKey = (typeof RANGES)[number]['key'];

export function rangeOf(key: string | null): (typeof RANGES)[number] {
  return RANGES.find((range) => range.key === key) ?? RANGES[0];
}

/** "12 s ago", "3 min ago", then the date. */
export function ago(atMs: number, nowMs: number): string {
  const seconds = Math.max(0, Math.round((nowMs - atMs) / 1000));
  if (seconds < 60) {
    return `${seconds} s ago`;
  }
  if (seconds < 3600) {
    return `${Math.floor(seconds / 60)} min ago`;
  }
  if (seconds < 86_400) {
    return `${Math.floor(seconds / 3600)} h ago`;
  }
  return new Date(atMs).toLocaleDateString('en-GB', { dateStyle: 'medium' });
}

/** "45 s", "10 min", "1 h 30 min", "2 d". */
export function duration(ms: number): string {
  const parts: string[] = [];
  let left = Math.round(ms / 1000);
  for (const [name, seconds] of [['d', 86_400], ['h', 3_600], ['min', 60], ['s', 1]] as const) {
    const count = Math.floor(left / seconds);
    left -= count * seconds;
    if (count > 0) {
      parts.push(`${count} ${name}`);
    }
  }
  return parts.slice(0, 2).join(' ') || '0 s';
}

/** To the millisecond. */
export function exactClock(atMs: number): string {
  return `${clock(atMs)}.${String(new Date(atMs).getMilliseconds()).padStart(3, '0')}`;
}

export function clock(atMs: number): string {
  return new Date(atMs).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
}

// SPDX-License-Identifier: Apache-2.0

/** What came, before anybody has looked at it. */
export type Json = Record<string, unknown>;

export function object(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

export function list(value: unknown): Json[] {
  return Array.isArray(value) ? value.map(object) : [];
}

/** A text, empty where there is none. */
export function string(value: unknown): string {
  return value === undefined || value === null ? '' : String(value);
}

/** A number, or null where there is none. */
export function maybe(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

export function numbers(value: unknown): number[] {
  return Array.isArray(value) ? value.map(Number) : [];
}

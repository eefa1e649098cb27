// SPDX-License-Identifier: Apache-2.0

/** The number that was typed, if it is one. */
export function number(typed: string): number | null {
  const value = Number(typed);
  return typed.trim() === '' || !Number.isFinite(value) ? null : value;
}

/** `true` and `false` are states, what is a number is one, and the rest is text. */
export function valueOf(typed: string): boolean | number | string {
  return typed === 'true' || typed === 'false' ? typed === 'true' : (number(typed) ?? typed);
}

// SPDX-License-Identifier: Apache-2.0

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

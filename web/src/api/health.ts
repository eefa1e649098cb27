// SPDX-License-Identifier: Apache-2.0
import type { Api } from './client';
import { list, maybe, string } from './json';
import type { Some } from './operate';

/** How the pipeline is. A number that was not measured is null. */
export interface Health {
  readonly atMs: number;
  readonly queues: readonly QueueHealth[];
  readonly functions: readonly FunctionHealth[];
  /** Readings stored, by the minute; minutes without any are left out. */
  readonly readings: readonly { readonly atMs: number; readonly stored: number }[];
  /** How many alarms there are, and those that are on. */
  readonly watched: number;
  readonly alarms: readonly AlarmOn[];
}

export interface QueueHealth {
  readonly queue: string;
  readonly deadLetters: boolean;
  readonly waiting: number | null;
  readonly oldestSeconds: number | null;
}

export interface FunctionHealth {
  readonly function: string;
  readonly invocations: number | null;
  readonly errors: number | null;
  readonly throttles: number | null;
}

/** An alarm that is on. */
export interface AlarmOn {
  readonly alarm: string;
  readonly sinceMs: number;
  readonly description: string;
  readonly reason: string;
  /** Empty where none is named. */
  readonly runbook: string;
}

export async function health(api: Api): Promise<Health> {
  const answer = await api.json('GET', '/health');
  return {
    atMs: Number(answer['atMs']),
    watched: Number(answer['watched']),
    queues: list(answer['queues']).map((one) => ({
      queue: string(one['queue']),
      deadLetters: one['deadLetters'] === true,
      waiting: maybe(one['waiting']),
      oldestSeconds: maybe(one['oldestSeconds']),
    })),
    functions: list(answer['functions']).map((one) => ({
      function: string(one['function']),
      invocations: maybe(one['invocations']),
      errors: maybe(one['errors']),
      throttles: maybe(one['throttles']),
    })),
    readings: list(answer['readings']).map((one) => ({ atMs: Number(one['atMs']), stored: Number(one['stored']) })),
    alarms: list(answer['alarms']).map((one) => ({
      alarm: string(one['alarm']),
      sinceMs: Number(one['sinceMs']),
      description: string(one['description']),
      reason: string(one['reason']),
      runbook: string(one['runbook']),
    })),
  };
}

/** What a device has cost in the month that goes on. */
export interface Cost {
  readonly id: string;
  /** Null where nothing was counted. */
  readonly usd: number | null;
  readonly messages: number | null;
  readonly readings: number | null;
  readonly keptBytes: number | null;
  readonly lines: readonly { readonly what: string; readonly quantity: number; readonly usd: number }[];
}

/** A part of what devices have cost, and of when the prices are. */
export interface Costs extends Some<Cost> {
  readonly month: string;
  readonly pricesReadOn: string;
}

export async function costs(api: Api, cursor: string | null): Promise<Costs> {
  const query = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
  const answer = await api.json('GET', `/costs?limit=20${query}`);
  const next = answer['cursor'];
  return {
    month: string(answer['month']),
    pricesReadOn: string(answer['pricesReadOn']),
    cursor: typeof next === 'string' ? next : null,
    found: list(answer['costs']).map((one) => ({
      id: string(one['device']),
      usd: maybe(one['usd']),
      messages: maybe(one['messages']),
      readings: maybe(one['readings']),
      keptBytes: maybe(one['keptBytes']),
      lines: list(one['lines']).map((line) => ({
        what: string(line['what']),
        quantity: Number(line['quantity']),
        usd: Number(line['usd']),
      })),
    })),
  };
}

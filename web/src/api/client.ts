// SPDX-License-Identifier: Apache-2.0
import { signal } from '@preact/signals';
import * as text from '../text';
import { type Json, list } from './json';
import { Unreachable } from './unreachable';

/** Where a token comes from, and who is told that it is no longer taken. */
export interface TokenSource {
  accessToken(): Promise<string>;
  end(): void;
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** What goes with a request. */
interface Sent {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const LIMIT_MS = 30_000;
/** Longer than anything that nothing answered waits until it is asked for again. */
const FORGOTTEN_MS = 75_000;
/** Answers that come from what stands before the functions. */
const NO_ANSWER = [502, 503, 504];

/** The server said no, and why. */
class Refused extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

/** Somebody else has changed meanwhile what was read, or made what was to be new. */
export function wasOvertaken(error: unknown): boolean {
  return error instanceof Refused && error.status === 412;
}

/** The HTTP API: requests with the person's token, what it refuses, and whether it answers at all. */
export class Api {
  /** Why questions are not answered, while some are not. */
  readonly outage = signal<string | null>(null);
  private readonly unanswered = new Map<string, { readonly message: string; readonly atMs: number }>();

  constructor(
    private readonly url: string,
    private readonly tokens: TokenSource,
  ) {}

  async json(method: Method, path: string, sent: Sent = {}): Promise<Json> {
    const answer = await this.answer(method, path, sent);
    try {
      const body = await answer.text();
      return (body === '' ? {} : JSON.parse(body)) as Json;
    } catch {
      // A part of a list would be shown as all of it.
      this.note(questionOf(method, path), text.problem.cut);
      throw new Unreachable(text.problem.cut);
    }
  }

  /** Every part of a list. */
  async all(path: string, name: string): Promise<Json[]> {
    const found: Json[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const part: Part = await this.part(path, name, cursor === '' ? null : cursor, 200);
      found.push(...part.found);
      cursor = part.cursor;
    }
    return found;
  }

  /** A part of a list, and by what the next is asked for. */
  async part(path: string, name: string, cursor: string | null, limit = 50): Promise<Part> {
    const query = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const answer = await this.json('GET', `${path}${path.includes('?') ? '&' : '?'}limit=${limit}${query}`);
    const next = answer['cursor'];
    return { found: list(answer[name]), cursor: typeof next === 'string' ? next : null };
  }

  /**
   * Makes something, once: what got no answer is asked once more, and by its key it is still one.
   */
  async once(path: string, body: unknown): Promise<Json> {
    const sent = { body, headers: { 'idempotency-key': crypto.randomUUID() } };
    try {
      return await this.json('POST', path, sent);
    } catch (error) {
      if (error instanceof Unreachable) {
        return this.json('POST', path, sent);
      }
      throw error;
    }
  }

  /** An answer that is no refusal, whatever is in it. */
  async answer(method: Method, path: string, sent: Sent = {}): Promise<Response> {
    const question = questionOf(method, path);
    try {
      const response = await this.ask(method, path, sent);
      this.note(question, null);
      return await this.accepted(response);
    } catch (error) {
      if (error instanceof Unreachable) {
        this.note(question, error.message);
      }
      throw error;
    }
  }

  /** A question that was answered says nothing about another that is not; nobody may ask that any more, though. */
  private note(question: string | null, message: string | null): void {
    if (question === null) {
      return;
    }
    this.unanswered.delete(question);
    const nowMs = Date.now();
    for (const [other, { atMs }] of this.unanswered) {
      if (nowMs - atMs > FORGOTTEN_MS) {
        this.unanswered.delete(other);
      }
    }
    if (message !== null) {
      this.unanswered.set(question, { message, atMs: nowMs });
    }
    this.outage.value = [...this.unanswered.values()].at(-1)?.message ?? null;
  }

  private async ask(method: Method, path: string, { body, headers = {} }: Sent): Promise<Response> {
    const token = await this.tokens.accessToken();
    let response: Response;
    try {
      response = await fetch(this.url + path, {
        method,
        signal: AbortSignal.timeout(LIMIT_MS),
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        body: body === undefined ? null : JSON.stringify(body),
      });
    } catch (error) {
      const slow = (error as Error).name === 'TimeoutError';
      throw new Unreachable(slow ? text.problem.slow : text.problem.offline);
    }
    if (NO_ANSWER.includes(response.status)) {
      throw new Unreachable(text.problem.failed(response.status));
    }
    return response;
  }

  private async accepted(response: Response): Promise<Response> {
    if (response.status === 401) {
      this.tokens.end();
    }
    if (!response.ok) {
      const answer = (await response.json().catch(() => ({}))) as Json;
      // What stands before the functions has no problem to tell, only a message.
      const reason = answer['detail'] ?? answer['message'];
      throw new Refused(`${String(reason ?? response.statusText)} (${response.status})`, response.status);
    }
    return response;
  }
}

/** What a person does fails where they did it; what pages ask is told once for all of them. */
function questionOf(method: Method, path: string): string | null {
  return method === 'GET' ? path.replace(/\?.*/, '') : null;
}

/** Some of a list. */
export interface Part {
  readonly found: readonly Json[];
  readonly cursor: string | null;
}

// SPDX-License-Identifier: Apache-2.0
import { signal } from '@preact/signals';
import type { Alarm, Command, CommandStatus, DeviceDetail, DeviceSummary, Latest } from '../model/device';
import type { AlarmRule } from './contract';
import type { Series } from '../model/series';
import { text } from '../text';
import { Unreachable } from './unreachable';

/** Where a token comes from, and who is told that it is no longer taken. */
export interface TokenSource {
  accessToken(): Promise<string>;
  end(): void;
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
type Json = Record<string, unknown>;

const LIMIT_MS = 30_000;
/** Answers that come from what stands before the functions. */
const NO_ANSWER = [502, 503, 504];

/** The HTTP API, its answers turned into what the app shows. */
export class Api {
  /** Why nothing is answered, while nothing is. */
  readonly outage = signal<string | null>(null);

  constructor(
    private readonly url: string,
    private readonly tokens: TokenSource,
  ) {}

  async devices(): Promise<DeviceSummary[]> {
    return (await this.all('/devices', 'devices')).map(summaryOf);
  }

  async device(device: string): Promise<DeviceDetail> {
    const answer = await this.call('GET', `/devices/${encodeURIComponent(device)}`);
    const actuators = object(answer['actuators']);
    return {
      ...summaryOf(answer),
      actuators: Object.keys(actuators)
        .sort()
        .map((name) => {
          const actuator = object(actuators[name]);
          return {
            name,
            reported: actuator['reported'] ?? null,
            desired: actuator['desired'] ?? null,
          };
        }),
    };
  }

  async series(device: string, fromMs: number, toMs: number): Promise<Series[]> {
    const range = new URLSearchParams({
      fromMs: String(Math.floor(fromMs)),
      toMs: String(Math.ceil(toMs)),
    });
    const answer = await this.call(
      'GET',
      `/devices/${encodeURIComponent(device)}/series?${range}`,
    );
    return list(answer['series']).map((one) => ({
      sensor: String(one['sensor']),
      unit: String(one['unit'] ?? ''),
      stepMs: Number(one['stepMs'] ?? 0),
      timesMs: numbers(one['timesMs']),
      values: numbers(one['values']),
      mins: some(one['mins']),
      maxs: some(one['maxs']),
    }));
  }

  async commands(device: string): Promise<Command[]> {
    const answer = await this.call('GET', `/devices/${encodeURIComponent(device)}/commands`);
    return list(answer['commands']).map(commandOf);
  }

  /**
   * Answers the command as it was issued. What got no answer is asked once more: by its key it is
   * still one command.
   */
  async send(device: string, actuator: string, value: unknown): Promise<Command> {
    const path = `/devices/${encodeURIComponent(device)}/commands`;
    const key = { 'idempotency-key': crypto.randomUUID() };
    const issue = () => this.call('POST', path, { actuator, value }, key);
    const answer = await issue().catch((error: unknown) => {
      if (error instanceof Unreachable) {
        return issue();
      }
      throw error;
    });
    return commandOf({ ...answer, actuator, value });
  }

  async alarms(device: string): Promise<Alarm[]> {
    const alarms = await this.all(`/devices/${encodeURIComponent(device)}/alarms`, 'alarms');
    return alarms.map((one) => ({
      rule: String(one['rule']),
      sensor: String(one['sensor'] ?? ''),
      state: String(one['state']),
      sinceMs: Number(one['sinceMs']),
      detail: String(one['detail'] ?? ''),
    }));
  }

  async rules(): Promise<AlarmRule[]> {
    return (await this.all('/rules', 'rules')) as unknown as AlarmRule[];
  }

  async putRule(rule: AlarmRule): Promise<void> {
    await this.call('PUT', `/rules/${encodeURIComponent(rule.name)}`, rule);
  }

  async removeRule(name: string): Promise<void> {
    await this.call('DELETE', `/rules/${encodeURIComponent(name)}`);
  }

  /** Asks the device to send live values for a while; answers until when. */
  async watch(device: string): Promise<number> {
    const answer = await this.call('POST', `/devices/${encodeURIComponent(device)}/live`, {});
    return Number(answer['untilMs']);
  }

  /** Every part of a list. */
  private async all(path: string, name: string): Promise<Json[]> {
    const found: Json[] = [];
    let query = 'limit=200';
    for (;;) {
      const answer = await this.call('GET', `${path}?${query}`);
      found.push(...list(answer[name]));
      if (typeof answer['cursor'] !== 'string') {
        return found;
      }
      query = `limit=200&cursor=${encodeURIComponent(answer['cursor'])}`;
    }
  }

  private async call(
    method: Method,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Json> {
    try {
      const response = await this.ask(method, path, body, headers);
      this.outage.value = null;
      return await this.read(response);
    } catch (error) {
      if (error instanceof Unreachable) {
        this.outage.value = error.message;
      }
      throw error;
    }
  }

  private async ask(
    method: Method,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Response> {
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

  private async read(response: Response): Promise<Json> {
    if (response.status === 401) {
      this.tokens.end();
    }
    const answer = (await response.json().catch(() => ({}))) as Json;
    if (!response.ok) {
      // What stands before the functions has no problem to tell, only a message.
      const reason = answer['detail'] ?? answer['message'];
      throw new Error(`${String(reason ?? response.statusText)} (${response.status})`);
    }
    return answer;
  }
}

function summaryOf(one: Json): DeviceSummary {
  const latest = object(one['latest']);
  return {
    device: String(one['device']),
    thing: String(one['thing'] ?? one['device']),
    lastMs: typeof one['lastMs'] === 'number' ? one['lastMs'] : null,
    latest: Object.keys(latest)
      .sort()
      .map((sensor): Latest => {
        const value = object(latest[sensor]);
        return {
          sensor,
          unit: String(value['unit'] ?? ''),
          value: value['value'],
          atMs: Number(value['atMs']),
        };
      }),
    openAlarms: Number(one['openAlarms'] ?? 0),
  };
}

function commandOf(one: Json): Command {
  return {
    id: String(one['id']),
    actuator: String(one['actuator']),
    value: one['value'],
    status: one['status'] as CommandStatus,
    atMs: Number(one['atMs']),
    expiresAtMs: Number(one['expiresAtMs']),
    detail: String(one['detail'] ?? ''),
  };
}

function object(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function list(value: unknown): Json[] {
  return Array.isArray(value) ? value.map(object) : [];
}

/** Columns that are there only where points are merged. */
function some(value: unknown): number[] | null {
  const all = numbers(value);
  return all.length > 0 ? all : null;
}

function numbers(value: unknown): number[] {
  return Array.isArray(value) ? value.map(Number) : [];
}

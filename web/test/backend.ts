// SPDX-License-Identifier: Apache-2.0
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Api } from '../src/api/client';
import type { Context } from '../src/app';
import { Session } from '../src/auth/session';
import { parseConfig } from '../src/config';

/** What was asked of the API. */
export interface Asked {
  readonly route: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, unknown>>;
}

export interface Answer {
  readonly status?: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An API on loopback: real requests, answers by route, which a test may change. */
export class Backend {
  readonly asked: Asked[] = [];
  /** The routes whose answers have been sent. */
  readonly answered: string[] = [];
  readonly answers: Record<string, Answer | ((asked: Asked) => Answer | Promise<Answer>)> = {};
  private constructor(private readonly server: Server) {}

  static async start(): Promise<Backend> {
    const server = createServer();
    const backend = new Backend(server);
    server.on('request', (request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', async () => {
        const cors = {
          'access-control-allow-origin': '*',
          'access-control-allow-headers': '*, authorization',
          'access-control-allow-methods': '*',
          'access-control-expose-headers': 'etag, link',
        };
        if (request.method === 'OPTIONS') {
          response.writeHead(204, cors).end();
          return;
        }
        const url = new URL(request.url!, 'http://backend');
        const asked: Asked = {
          route: `${request.method} ${decodeURIComponent(url.pathname)}`,
          query: url.searchParams,
          body: body === '' ? null : JSON.parse(body),
          headers: request.headers,
        };
        backend.asked.push(asked);
        const found = backend.answers[asked.route];
        const answer = typeof found === 'function' ? await found(asked) : found;
        const { status = 200, json, text, headers = {} } = answer ?? { status: 404, json: { detail: 'not there' } };
        response.writeHead(status, { ...cors, 'content-type': text === undefined ? 'application/json' : 'text/csv', ...headers });
        response.end(text ?? JSON.stringify(json ?? {}), () => backend.answered.push(asked.route));
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return backend;
  }

  /** What pages need, of a person with a role. */
  context(role: 'viewer' | 'operator' | 'admin'): Context {
    const url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    const config = parseConfig({
      stage: 'dev',
      region: 'us-east-1',
      apiUrl: url,
      issuer: `${url}/pool`,
      userPoolId: 'pool',
      clientId: 'client',
      iotEndpoint: url,
      authorizerName: 'authorizer',
    });
    sessionStorage.setItem(
      'fieldline.tokens',
      JSON.stringify({
        access: jwt({ 'cognito:groups': [role], 'username': 'ada' }),
        id: jwt({ email: 'ada@example.com' }),
        refresh: 'r',
        expiresAtMs: Date.now() + 3_600_000,
      }),
    );
    const session = new Session(config);
    return { config, session, api: new Api(config.apiUrl, session) };
  }

  sent(route: string): readonly Asked[] {
    return this.asked.filter((one) => one.route === route);
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((done) => this.server.close(() => done()));
  }
}

function jwt(claims: object): string {
  return ['{}', JSON.stringify(claims), 's'].map((part) => Buffer.from(part).toString('base64url')).join('.');
}

// SPDX-License-Identifier: Apache-2.0
// @vitest-environment jsdom
import { type IncomingMessage, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Api } from '../src/api/client';
import { devices } from '../src/api/devices';
import { Unreachable } from '../src/api/unreachable';
import { Session } from '../src/auth/session';
import type { Config } from '../src/config';
import * as text from '../src/text';

// A user pool and an API on loopback: real requests, answers written here.
let server: Server;
let forms: URLSearchParams[];
let nowMs: number;
let tokenStatus: number;

const jwt = (claims: object) =>
  ['{}', JSON.stringify(claims), 's'].map((part) => Buffer.from(part).toString('base64url')).join('.');

beforeEach(async () => {
  forms = [];
  nowMs = 1_000_000;
  tokenStatus = 200;
  sessionStorage.clear();
  history.replaceState(null, '', '/');
  server = createServer(async (request, response) => {
    const body = await read(request);
    const answer = (status: number, json: object) => {
      response.writeHead(status, {
        'content-type': 'application/json',
        'access-control-allow-origin': '*',
        'access-control-allow-headers': 'authorization, content-type',
      });
      response.end(JSON.stringify(json));
    };
    if (request.method === 'OPTIONS') {
      answer(204, {});
    } else if (request.url === '/pool/.well-known/openid-configuration') {
      answer(200, { authorization_endpoint: `${config().issuer.replace('/pool', '')}/oauth2/authorize` });
    } else if (request.url === '/oauth2/token') {
      forms.push(new URLSearchParams(body));
      answer(tokenStatus, tokenStatus === 200 ? tokens(forms.length) : { error: 'invalid_grant' });
    } else if (request.headers.authorization === `Bearer ${tokens(1).access_token}`) {
      answer(200, { devices: [{ device: 'pump', latest: { t: { value: 1, atMs: 5 } } }] });
    } else {
      answer(401, { message: 'Unauthorized' });
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});

afterEach(() => new Promise((done) => server.close(done)));

test('the answer of the sign-in page becomes a session, and leaves the address', async () => {
  const session = arriveFromSignIn('s1');
  await session.completeSignIn();

  expect(session.person.value).toEqual({ name: 'ada@example.com', user: 'u', groups: ['viewer'] });
  expect(session.may('operator')).toBe(false);
  expect(location.href).toMatch(/\/#\/device\/pump$/);
  expect(forms[0]?.get('code_verifier')).toBe('verifier');
  expect(forms[0]?.get('grant_type')).toBe('authorization_code');
});

test('an answer nobody asked for is not taken', async () => {
  history.replaceState(null, '', '/?code=c&state=forged');
  const session = new Session(config(), sessionStorage, () => nowMs);
  await session.completeSignIn();

  expect(session.person.value).toBeNull();
  expect(session.problem.value).toBe(text.signIn.unexpectedAnswer);
  expect(forms).toHaveLength(0);
});

test('a reload keeps the session; a token near its end is renewed once for all who ask', async () => {
  await arriveFromSignIn('s1').completeSignIn();
  const reloaded = new Session(config(), sessionStorage, () => nowMs);
  expect(await reloaded.accessToken()).toBe(tokens(1).access_token);

  nowMs += 3_590_000;
  const [one, other] = await Promise.all([reloaded.accessToken(), reloaded.accessToken()]);

  expect(one).toBe(tokens(2).access_token);
  expect(other).toBe(one);
  expect(forms).toHaveLength(2);
  expect(forms[1]?.get('refresh_token')).toBe('refresh-1');
});

test('when the user pool renews no more, the person is told to sign in again', async () => {
  const session = arriveFromSignIn('s1');
  await session.completeSignIn();
  nowMs += 4_000_000;
  tokenStatus = 400;

  await expect(session.accessToken()).rejects.toThrow('invalid_grant');
  expect(session.person.value).toBeNull();
  expect(session.problem.value).toBe(text.signIn.ended);
});

test('the API is called with the token, and a refusal ends the session', async () => {
  const session = arriveFromSignIn('s1');
  await session.completeSignIn();
  const api = new Api(config().apiUrl, session);

  expect(await devices(api)).toEqual([
    {
      device: 'pump',
      thing: 'pump',
      type: '',
      groups: [],
      lastMs: null,
      connected: null,
      connectionMs: null,
      openAlarms: 0,
      latest: [{ sensor: 't', unit: '', value: 1, atMs: 5 }],
    },
  ]);

  nowMs += 3_590_000;
  await expect(devices(api)).rejects.toThrow('Unauthorized (401)');
  expect(session.person.value).toBeNull();
});

test('a user pool that cannot be reached ends no sign-in, and what does not answer is an outage', async () => {
  const session = arriveFromSignIn('s1');
  await session.completeSignIn();
  const api = new Api(config().apiUrl, session);
  await devices(api);
  expect(api.outage.value).toBeNull();

  nowMs += 4_000_000;
  tokenStatus = 503;
  await expect(devices(api)).rejects.toThrow(Unreachable);
  expect(session.person.value).not.toBeNull();
  expect(api.outage.value).toBe(text.problem.failed(503));

  tokenStatus = 200;
  await devices(api).catch(() => undefined);
  expect(api.outage.value).toBeNull();
});

test('nobody at the address of the API is an outage', async () => {
  const session = arriveFromSignIn('s1');
  await session.completeSignIn();
  const gone = createServer();
  await new Promise<void>((done) => gone.listen(0, '127.0.0.1', done));
  const { port } = gone.address() as AddressInfo;
  await new Promise((done) => gone.close(done));
  const api = new Api(`http://127.0.0.1:${port}`, session);

  await expect(devices(api)).rejects.toThrow(text.problem.offline);
  expect(api.outage.value).toBe(text.problem.offline);
});

test('an answer that is cut off on its way is an outage, not an empty list', async () => {
  const session = arriveFromSignIn('s1');
  await session.completeSignIn();
  const cutting = createServer((_, response) => {
    response.writeHead(200, { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*, authorization', 'content-length': 100 });
    response.write('{"devices":[', () => response.destroy());
  });
  await new Promise<void>((done) => cutting.listen(0, '127.0.0.1', done));
  const api = new Api(`http://127.0.0.1:${(cutting.address() as AddressInfo).port}`, session);
  try {
    await expect(devices(api)).rejects.toThrow(Unreachable);
    expect(api.outage.value).toBe(text.problem.cut);
  } finally {
    await new Promise((done) => cutting.close(done));
  }
});

test('when the issuer does not answer, the person is told where it was looked for', async () => {
  const session = new Session({ ...config(), issuer: `${config().apiUrl}/nowhere` });
  await session.signIn();

  expect(session.problem.value).toContain('/nowhere/.well-known/openid-configuration');
});

function arriveFromSignIn(state: string): Session {
  sessionStorage.setItem(
    `fieldline.signin.${state}`,
    JSON.stringify({ verifier: 'verifier', hash: '#/device/pump' }),
  );
  history.replaceState(null, '', `/?code=c&state=${state}`);
  return new Session(config(), sessionStorage, () => nowMs);
}

function tokens(round: number) {
  return {
    access_token: jwt({ username: 'u', round, 'cognito:groups': ['viewer'] }),
    id_token: jwt({ email: 'ada@example.com' }),
    refresh_token: `refresh-${round}`,
    expires_in: 3600,
  };
}

function config(): Config {
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    stage: 'test',
    region: 'us-east-1',
    apiUrl: base,
    issuer: `${base}/pool`,
    userPoolId: 'pool',
    clientId: 'client',
    iotEndpoint: 'iot.example',
    authorizerName: 'live',
  };
}

async function read(request: IncomingMessage): Promise<string> {
  let all = '';
  for await (const chunk of request) {
    all += chunk;
  }
  return all;
}

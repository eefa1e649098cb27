// SPDX-License-Identifier: Apache-2.0
// Takes pictures of the built app in front of a small server with made-up devices, and asks axe.
// For a person's own look; the acceptance tests use the real pipeline.
//   npm run build && npm run look -- [folder for the pictures]
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { chromium } from 'playwright-core';

const folder = process.argv[2] ?? 'shots';
mkdirSync(folder, { recursive: true });
const dist = new URL('../dist/', import.meta.url);
const axe = readFileSync(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const sent = new Map();
let empty = false;
let broken = false;

const jwt = (claims) =>
  ['{}', JSON.stringify(claims), 's'].map((part) => Buffer.from(part).toString('base64url')).join('.');
const challenges = new Map();

const server = createServer(async (request, response) => {
  const url = new URL(request.url, base());
  const body = await new Promise((done) => {
    let text = '';
    request.on('data', (chunk) => (text += chunk)).on('end', () => done(text));
  });
  const json = (value, status = 200) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(value));
  };
  if (url.pathname === '/pool/.well-known/openid-configuration') {
    json({ authorization_endpoint: `${base()}/auth/oauth2/authorize` });
  } else if (url.pathname === '/auth/oauth2/authorize') {
    const code = String(challenges.size + 1);
    challenges.set(code, url.searchParams.get('code_challenge'));
    const back = new URL(url.searchParams.get('redirect_uri'));
    back.searchParams.set('code', code);
    back.searchParams.set('state', url.searchParams.get('state'));
    response.writeHead(302, { location: back.href }).end();
  } else if (url.pathname === '/auth/oauth2/token') {
    const form = new URLSearchParams(body);
    const made = createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url');
    if (made !== challenges.get(form.get('code'))) {
      json({ error: 'invalid_grant' }, 400);
    } else {
      const access = jwt({ 'cognito:groups': ['operator'], username: 'u' });
      json({ access_token: access, id_token: jwt({ email: 'ada@example.com' }), refresh_token: 'r', expires_in: 3600 });
    }
  } else if (url.pathname.startsWith('/api/')) {
    api(request.method, url, body, json);
  } else if (url.pathname === '/config.json') {
    json(config());
  } else {
    const file = new URL('.' + (url.pathname === '/' ? '/index.html' : url.pathname), dist);
    if (!existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    const types = { js: 'text/javascript', css: 'text/css', html: 'text/html' };
    response.writeHead(200, { 'content-type': types[file.pathname.split('.').pop()] ?? 'text/plain' });
    response.end(readFileSync(file));
  }
});

const base = () => `http://127.0.0.1:${server.address().port}`;
const config = () => ({
  stage: 'dev',
  region: 'us-east-1',
  apiUrl: `${base()}/api`,
  issuer: `${base()}/pool`,
  userPoolId: 'us-east-1_x',
  clientId: 'client',
  iotEndpoint: `127.0.0.1:${server.address().port}`,
  authorizerName: 'fieldline-dev-live',
});

function device(name) {
  const nowMs = Date.now();
  const value = (value, unit) => ({ value, unit, atMs: nowMs - 4000 });
  return {
    device: name,
    thing: name.split(':')[0],
    lastMs: nowMs - 4000,
    openAlarms: name === 'cold-store' ? 1 : 0,
    latest: {
      'cpu.temperature': value(51.25, '°C'),
      'load.1m': value(0.42, ''),
      'memory.used': value(61.0312345, '%'),
      humidity: value(48, '%'),
      pressure: value(1013.2, 'hPa'),
    },
    actuators: {
      fan: { reported: sent.get('fan')?.value ?? false },
      setpoint: { reported: 21.5, desired: 21.5 },
      mode: { reported: 'auto' },
    },
  };
}

function api(method, url, body, json) {
  const [, , , name, part] = url.pathname.split('/').map(decodeURIComponent);
  if (broken) {
    json({ message: 'The table is not there' }, 500);
  } else if (name === undefined) {
    const names = ['cold-store', 'gateway-7', 'gateway-7:pump', 'greenhouse-north', 'roof'];
    json({ devices: empty ? [] : names.map(device) });
  } else if (part === undefined) {
    json(device(name));
  } else if (part === 'series') {
    json({ series: ['cpu.temperature', 'humidity', 'load.1m'].map((sensor, index) => made(sensor, url, index)) });
  } else if (part === 'commands' && method === 'POST') {
    const { actuator, value } = JSON.parse(body);
    sent.set(actuator, { id: 'c1', actuator, value, status: 'ACCEPTED', atMs: Date.now(), expiresAtMs: Date.now() + 30000 });
    setTimeout(() => (sent.get(actuator).status = 'SUCCEEDED'), 1500);
    json(sent.get(actuator), 202);
  } else if (part === 'commands') {
    const old = { id: 'c0', actuator: 'mode', value: 'eco', status: 'FAILED', detail: 'no such mode', atMs: Date.now() - 9e6, expiresAtMs: 0 };
    json({ commands: [...sent.values(), old] });
  } else if (part === 'alarms') {
    json({ alarms: [{ rule: 'too-warm', sensor: 'cpu.temperature', state: 'ALARM', sinceMs: Date.now() - 6e5, detail: '51.3 > 50' }] });
  } else {
    json({ untilMs: Date.now() + 60000 });
  }
}

function made(sensor, url, index) {
  const fromMs = Number(url.searchParams.get('fromMs'));
  const toMs = Number(url.searchParams.get('toMs'));
  const stepMs = (toMs - fromMs) / 300;
  const one = { sensor, unit: ['°C', '%', ''][index], stepMs, timesMs: [], values: [] };
  const wide = toMs - fromMs > 4e6;
  if (wide) Object.assign(one, { mins: [], maxs: [] });
  for (let i = 0; i < 300; i++) {
    if (i > 120 && i < 150 && index === 0) continue;
    const value = 20 + index * 10 + 5 * Math.sin(i / 20) + Math.sin(i * 7.3);
    one.timesMs.push(Math.round(fromMs + i * stepMs));
    one.values.push(value);
    one.mins?.push(value - 2);
    one.maxs?.push(value + 2 + Math.sin(i));
  }
  return one;
}

await new Promise((done) => server.listen(0, '127.0.0.1', done));
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
let violations = 0;

async function visit(name, { width, dark, hash, act }) {
  const page = await browser.newPage({
    viewport: { width, height: 900 },
    colorScheme: dark ? 'dark' : 'light',
  });
  page.on('pageerror', (error) => console.log(name, 'page error:', error.message));
  page.on('console', (message) => message.type() === 'error' && console.log(name, message.text()));
  await page.goto(`${base()}/${hash}`);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('ada@example.com').waitFor({ timeout: 8000 });
  if (act) await act(page);
  await page.waitForTimeout(600);
  await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
  await page.evaluate(axe);
  const result = await page.evaluate(() => globalThis.axe.run());
  for (const violation of result.violations) {
    violations++;
    console.log(name, violation.id, violation.help, violation.nodes.map((node) => node.target.join(' ')).join(' | '));
  }
  await page.close();
}

const chart = (page) => page.locator('canvas').first().waitFor({ timeout: 8000 }).catch(() => console.log('no chart'));
await visit('fleet', { width: 1200, hash: '' });
await visit('fleet-phone-dark', { width: 390, dark: true, hash: '' });
await visit('device', { width: 1200, hash: '#/device/cold-store', act: chart });
await visit('device-dark-24h', { width: 1200, dark: true, hash: '#/device/cold-store?range=24h', act: chart });
await visit('device-phone', { width: 390, hash: '#/device/gateway-7%3Apump', act: chart });
await visit('switched', {
  width: 1200,
  hash: '#/device/roof',
  act: async (page) => {
    await page.getByRole('switch', { name: 'fan' }).click();
    await page.getByText('delivered').first().waitFor();
    await page.getByText('done').first().waitFor();
  },
});
empty = true;
await visit('empty', { width: 1200, hash: '' });
broken = true;
await visit('broken', { width: 1200, dark: true, hash: '' });
await browser.close();
server.close();
console.log(`${violations} axe violations`);
process.exit(violations > 0 ? 1 : 0);

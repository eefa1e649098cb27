// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../src/config';
import { challengeOf, claimsOf, randomText } from '../src/auth/pkce';
import { decodeFrame } from '../src/live/frame';
import { addressOf } from '../src/live/live';
import { type Command, isShown, matches, newestOf, toneOf } from '../src/model/device';
import { type Series, append, shown, toCsv, withGaps } from '../src/model/series';
import { ago, duration, moved, rangeOf, zoomed } from '../src/model/time';
import { deviceHref, fleetHref, newRuleHref, parseRoute, quarantineHref, ruleHref } from '../src/router';

const series = (timesMs: number[], values: number[]): Series => ({
  sensor: 'temperature',
  unit: '°C',
  stepMs: 0,
  timesMs,
  values,
  mins: null,
  maxs: null,
});

describe('series', () => {
  test('a pause of more than three steps is a gap', () => {
    const columns = withGaps(series([0, 1000, 2000, 9000, 10000], [1, 2, 3, 4, 5]));

    expect(columns.values).toEqual([1, 2, 3, null, 4, 5]);
    expect(columns.seconds[3]).toBeCloseTo(2.001);
  });

  test('one point, or none, has no gap', () => {
    expect(withGaps(series([], [])).values).toEqual([]);
    expect(withGaps(series([5], [1])).values).toEqual([1]);
  });

  test('live values follow stored ones and are not doubled', () => {
    const all = append(
      series([1000, 2000], [1, 2]),
      [
        { atMs: 3000, value: 3 },
        { atMs: 2000, value: 2 },
      ],
      1500,
    );

    expect(all.timesMs).toEqual([2000, 3000]);
    expect(all.values).toEqual([2, 3]);
  });

  test('live values alone make a series when everything stored is too old', () => {
    expect(append(series([1], [1]), [{ atMs: 9, value: 2 }], 5).values).toEqual([2]);
  });

  test('csv quotes what needs it', () => {
    const csv = toCsv([{ ...series([0], [1.5]), sensor: 'a,"b"' }]);

    expect(csv).toBe(
      'time,sensor,unit,value,min,max\r\n1970-01-01T00:00:00.000Z,"a,""b""",°C,1.5,,\r\n',
    );
  });

  test('values are shown without noise', () => {
    expect(shown(21.300000000001)).toBe('21.3');
    expect(shown(1234567)).toBe('1234567');
    expect(shown(true)).toBe('on');
    expect(shown({ r: 1 })).toBe('{"r":1}');
  });
});

test('a live message is a telemetry batch, its times counted from row to row', () => {
  const batch = { v: 1, device: 'd', epoch: 1, firstSeq: 1, t0: 100, sensors: [{ name: 's', rows: [[0, 1], [5, 2], [5, 3]] }] };

  const values = decodeFrame(new TextEncoder().encode(JSON.stringify(batch)));

  expect(values.map((value) => [value.atMs, value.value])).toEqual([[100, 1], [105, 2], [110, 3]]);
});

describe('words', () => {
  test('time since', () => {
    expect(ago(0, 5_000)).toBe('5 s ago');
    expect(ago(0, 3_599_000)).toBe('59 min ago');
    expect(ago(10_000, 0)).toBe('0 s ago');
    expect([0, 45_000, 600_000, 5_400_000, 172_800_000].map(duration)).toEqual(['0 s', '45 s', '10 min', '1 h 30 min', '2 d']);
  });

  test('an unknown range is the first', () => {
    expect(rangeOf('7d').ms).toBe(604_800_000);
    expect(rangeOf('nonsense').key).toBe('15m');
  });

  test('what became of a command has its tone', () => {
    expect((['PENDING', 'ACCEPTED', 'SUCCEEDED', 'FAILED', 'EXPIRED', 'SUPERSEDED'] as const).map(toneOf)).toEqual(
      ['waiting', 'waiting', 'good', 'bad', 'bad', 'quiet'],
    );
  });

  test('a command that was just sent is shown before the history tells of it', () => {
    const command = (id: string, atMs: number, status: Command['status']): Command => ({
      id,
      atMs,
      status,
      actuator: 'fan',
      value: true,
      expiresAtMs: 0,
      statusAtMs: null,
      by: '',
      detail: '',
    });
    const old = command('a', 1, 'FAILED');
    const sent = command('b', 2, 'PENDING');
    const done = command('b', 2, 'SUCCEEDED');
    const later = command('c', 3, 'ACCEPTED');

    expect(newestOf('fan', [old], [])).toBe(old);
    expect(newestOf('fan', [old], [sent])).toBe(sent);
    expect(newestOf('fan', [done, old], [sent])).toBe(done);
    expect(newestOf('fan', [later, done, old], [sent])).toBe(later);
    expect(newestOf('lamp', [old], [sent])).toBeNull();
  });

  test('a device is silent after a quarter of an hour', () => {
    const device = { device: 'd', thing: 'd', type: '', groups: [], lastMs: 0, connected: null, connectionMs: null, openAlarms: 1, latest: [] };

    expect(isShown(device, 'sending', 60_000)).toBe(true);
    expect(isShown(device, 'silent', 3_600_000)).toBe(true);
    expect(isShown({ ...device, lastMs: null }, 'sending', 0)).toBe(false);
    expect(isShown(device, 'alarms', 0)).toBe(true);
  });

  test('zooming keeps the moment under the pointer, and nothing goes past now', () => {
    const span = { fromMs: 0, toMs: 100_000 };

    expect(zoomed(span, 0.5, 25_000, 100_000)).toEqual({ fromMs: 12_500, toMs: 62_500 });
    expect(zoomed(span, 2, 50_000, 100_000)).toEqual({ fromMs: -100_000, toMs: 100_000 });
    expect(moved(span, -0.5, 100_000)).toEqual({ fromMs: -50_000, toMs: 50_000 });
    expect(moved(span, 0.5, 100_000)).toEqual(span);
    expect(zoomed(span, 0.00001, 0, 100_000)).toEqual({ fromMs: 0, toMs: 1000 });
  });

  test('every word of a search must occur', () => {
    const device = {
      device: 'pump-1',
      thing: 'gateway',
      type: '',
      groups: [],
      lastMs: null,
      connected: null,
      connectionMs: null,
      openAlarms: 0,
      latest: [{ sensor: 'pressure', unit: 'bar', value: 1, atMs: 0 }],
    };

    expect(matches(device, 'PUMP press')).toBe(true);
    expect(matches(device, 'pump fan')).toBe(false);
    expect(matches(device, '')).toBe(true);
  });
});

describe('addresses', () => {
  test('a device of any name survives the address', () => {
    const href = deviceHref('hall/7:fan ü', '1h');

    expect(parseRoute(href)).toEqual({
      page: 'device',
      device: 'hall/7:fan ü',
      range: '1h',
      span: null,
      beside: null,
    });
  });

  test('nothing is the fleet, anything else is unknown', () => {
    const whole = { page: 'fleet', search: '', show: 'all', group: '', type: '', look: 'list' };
    expect(parseRoute('')).toEqual(whole);
    expect(parseRoute('#/')).toEqual(whole);
    expect(parseRoute('#/device/%E0%A4%A')).toEqual({ page: 'unknown' });
    expect(parseRoute('#/nonsense')).toEqual({ page: 'unknown' });
  });

  test('what is searched and zoomed to stands in the address', () => {
    expect(parseRoute(fleetHref({ search: 'pump a&b', show: 'alarms', group: 'hall-1' }))).toEqual({
      page: 'fleet',
      search: 'pump a&b',
      show: 'alarms',
      group: 'hall-1',
      type: '',
      look: 'list',
    });
    expect(parseRoute(fleetHref({ look: 'cards', type: 'pump' }))).toMatchObject({ look: 'cards', search: '', type: 'pump' });
    expect(parseRoute(newRuleHref('gw:a', 't'))).toEqual({ page: 'new-rule', device: 'gw:a', sensor: 't' });
    expect(parseRoute(ruleHref('too warm'))).toEqual({ page: 'rule', name: 'too warm' });
    expect(parseRoute(quarantineHref('TIME'))).toEqual({ page: 'quarantine', kind: 'TIME' });
    expect(parseRoute('#/alarms')).toEqual({ page: 'alarms' });
    expect(parseRoute('#/alarms/more')).toEqual({ page: 'unknown' });
    expect(fleetHref({})).toBe('#/');
    const span = { fromMs: 1000, toMs: 2000 };
    expect(parseRoute(deviceHref('pump', '7d', span, 'fan'))).toMatchObject({ range: '7d', span, beside: 'fan' });
    expect(parseRoute('#/device/pump?from=2&to=1')).toMatchObject({ span: null });
  });

  test('the live path follows the page: encrypted when the page is', () => {
    expect(addressOf({ endpoint: 'a1-ats.iot.eu-west-1.amazonaws.com', secure: true })).toBe(
      'wss://a1-ats.iot.eu-west-1.amazonaws.com/mqtt',
    );
    expect(addressOf({ endpoint: 'http://127.0.0.1:4566', secure: false })).toBe(
      'ws://127.0.0.1:4566/mqtt',
    );
  });
});

describe('configuration', () => {
  const whole = {
    stage: 'dev',
    region: 'us-east-1',
    apiUrl: 'https://api.example/',
    issuer: 'https://issuer.example/pool',
    userPoolId: 'pool',
    clientId: 'client',
    iotEndpoint: 'iot.example',
    authorizerName: 'live',
  };

  test('a slash at the end of an address is dropped', () => {
    expect(parseConfig(whole).apiUrl).toBe('https://api.example');
  });

  test('a missing key is named', () => {
    const { clientId: _, ...rest } = whole;

    expect(() => parseConfig(rest)).toThrow('"clientId"');
  });
});

describe('sign-in', () => {
  test('the challenge is the one of the specification', async () => {
    // Source: RFC 7636, appendix B.
    expect(await challengeOf('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toBe(
      'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    );
    expect(randomText()).toMatch(/^[\w-]{43}$/);
  });

  test('claims are read as UTF-8', () => {
    const payload = Buffer.from(JSON.stringify({ email: 'jürgen@example.com' })).toString('base64url');

    expect(claimsOf(`h.${payload}.s`)['email']).toBe('jürgen@example.com');
  });
});

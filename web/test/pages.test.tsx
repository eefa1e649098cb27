// SPDX-License-Identifier: Apache-2.0
// @vitest-environment jsdom
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { csvOf } from '../src/pages/add';
import { askAgain } from '../src/parts/poll';
import * as text from '../src/text';
import { backend, button, main, open, place, says, setUp } from './opened';

// Pages as a person finds them, in front of an API on loopback; what a browser alone has is in the journeys.
setUp();

const alarm = {
  rule: 'too-warm',
  device: 'cold-store',
  sensor: 'temperature',
  state: 'ALARM',
  sinceMs: 1_000,
  value: -17.5,
  detail: '',
};
const rule = { name: 'too-warm', device: 'cold-store', sensor: 'temperature', side: 'ABOVE', threshold: -18 };
const device = {
  device: 'cold-store',
  thing: 'gw',
  lastMs: Date.now(),
  openAlarms: 1,
  latest: { temperature: { value: -17.5, unit: 'Cel', atMs: Date.now() } },
};

describe('ways', () => {
  const ways = () => [...place.querySelectorAll('.ways a')].map((way) => way.textContent);

  test.each([
    ['viewer', []],
    ['operator', ['Quarantine', 'Health']],
    ['admin', ['Add devices', 'Deleted devices', 'Quarantine', 'Health', 'Audit log', 'People']],
  ] as const)('a %s is offered what they may see', async (role, names) => {
    open('#/', role);
    await says(text.fleet.empty);

    const everybody = ['Devices', 'Alarms', 'Alarm rules', 'Commands', 'Schedules', 'Jobs', 'Groups'];
    expect(ways()).toEqual([...everybody, ...names, 'More']);
  });

  test('how many alarms nobody has taken notice of stands beside them', async () => {
    backend.answers['GET /alarms'] = {
      json: { alarms: [alarm, { ...alarm, rule: 'b', acknowledgedMs: 5, acknowledgedBy: 'ada' }] },
    };
    open('#/', 'viewer');

    await vi.waitFor(() => expect(ways()[1]).toBe('Alarms1 not acknowledged'), 5000);
  });

  test('a page for another role says whose it is, and asks for nothing', async () => {
    open('#/people', 'operator');

    await says(text.problem.needs.admin);
    expect(backend.sent('GET /users')).toHaveLength(0);
  });

  test('an address of nothing leads back', async () => {
    open('#/nonsense', 'viewer');

    await says(text.problem.notFound);
    expect(main().querySelector('a')?.getAttribute('href')).toBe('#/');
  });
});

describe('what is shown while, and instead', () => {
  test('a refusal is told as the server told it, and asked for again', async () => {
    backend.answers['GET /devices'] = { status: 400, json: { detail: 'limit: expected 1 to 200' } };
    open('#/', 'viewer');
    await says('limit: expected 1 to 200 (400)');
    backend.answers['GET /devices'] = { json: { devices: [device] } };
    button(text.retry)!.click();

    await says('cold-store');
    expect(main().querySelector('[role=alert]')).toBeNull();
  });

  test('that nothing answers is said once, above the page', async () => {
    backend.answers['GET /devices'] = { status: 503 };
    backend.answers['GET /alarms'] = { status: 503 };
    open('#/', 'viewer');

    await vi.waitFor(() => expect(place.querySelectorAll('[role=alert]')).toHaveLength(1), 5000);
    expect(place.querySelector('.outage')?.textContent).toContain('503');
    expect(main().querySelector('.loading')).not.toBeNull();
  });
});

describe('alarms', () => {
  beforeEach(() => {
    backend.answers['GET /alarms'] = { json: { alarms: [alarm] } };
    backend.answers['GET /rules'] = { json: { rules: [rule] } };
    backend.answers['GET /devices'] = { json: { devices: [device] } };
    backend.answers['GET /devices/cold-store/alarms/history'] = {
      json: {
        events: [
          { rule: 'too-warm', kind: 'COMMENTED', atMs: 3_000, by: 'ada', text: 'door was open' },
          { rule: 'other', kind: 'RAISED', atMs: 2_000 },
          { rule: 'too-warm', kind: 'RAISED', atMs: 1_000, value: -17.5, told: false },
        ],
      },
    };
  });

  test('are told in the words of their rule, in its unit', async () => {
    open('#/alarms', 'viewer');

    await says('temperature above −18 °C');
    await says('at −17.5 °C');
    expect(button(text.alarms.acknowledgeOf('too-warm')), 'a viewer is not offered it').toBeUndefined();
  });

  test('an operator acknowledges the one that was seen', async () => {
    backend.answers['POST /devices/cold-store/alarms/too-warm/acknowledge'] = { json: {} };
    open('#/alarms', 'operator');
    await says('temperature above');
    button(text.alarms.acknowledgeOf('too-warm'))!.click();
    backend.answers['GET /alarms'] = { json: { alarms: [{ ...alarm, acknowledgedMs: Date.now(), acknowledgedBy: 'ada' }] } };

    await says('acknowledged by you');
    expect(backend.sent('POST /devices/cold-store/alarms/too-warm/acknowledge')[0]!.body).toEqual({ sinceMs: 1_000 });
  });

  test('an alarm raised anew meanwhile is not acknowledged, and it is said why', async () => {
    backend.answers['POST /devices/cold-store/alarms/too-warm/acknowledge'] = {
      status: 409,
      json: { detail: 'the alarm stands since 2000' },
    };
    open('#/alarms', 'operator');
    await says('temperature above');
    button(text.alarms.acknowledgeOf('too-warm'))!.click();

    await says('the alarm stands since 2000');
  });

  test('have their own history, and take comments', async () => {
    backend.answers['POST /devices/cold-store/alarms/too-warm/comments'] = { json: {} };
    open('#/alarms', 'operator');
    await says('temperature above');
    button(text.alarms.historyOf('too-warm'))!.click();
    await says('door was open');
    expect([...main().querySelectorAll('.story li b')].map((one) => one.textContent)).toEqual(['commented', 'raised']);
    await says(text.alarms.untold);

    const field = main().querySelector<HTMLInputElement>('.story input')!;
    field.value = '  closed it ';
    field.dispatchEvent(new Event('input', { bubbles: true }));
    await vi.waitFor(() => expect(button(text.alarms.send)!.disabled).toBe(false));
    main().querySelector('form')!.requestSubmit();
    await vi.waitFor(() => expect(backend.sent('POST /devices/cold-store/alarms/too-warm/comments')).toHaveLength(1), 5000);
    const [sent] = backend.sent('POST /devices/cold-store/alarms/too-warm/comments');
    expect(sent!.body).toEqual({ text: 'closed it' });
    expect(sent!.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('that none stands is good news', async () => {
    backend.answers['GET /alarms'] = { json: { alarms: [] } };
    open('#/alarms', 'viewer');

    await says(text.alarms.none);
  });
});

describe('a rule', () => {
  beforeEach(() => {
    backend.answers['GET /devices'] = { json: { devices: [device] } };
    backend.answers['GET /rules'] = { json: { rules: [rule] } };
    backend.answers['GET /rules/too-warm'] = { json: rule, headers: { etag: '"one"' } };
    backend.answers['GET /devices/cold-store/series'] = { json: { series: [] } };
  });
  const field = (label: string) => {
    const found = [...main().querySelectorAll('label')].find((one) => one.textContent === label)!;
    return document.getElementById(found.htmlFor) as HTMLInputElement;
  };
  const type = (label: string, typed: string) => {
    field(label).value = typed;
    field(label).dispatchEvent(new Event('input', { bubbles: true }));
  };

  test('is changed only as it was read; who was overtaken is told, and loads it again', async () => {
    backend.answers['PUT /rules/too-warm'] = { status: 412, json: { detail: 'another ETag' } };
    open('#/rule/too-warm', 'admin');
    await vi.waitFor(() => expect(field(text.rules.limit).value).toBe('-18'), 5000);
    backend.answers['GET /rules/too-warm'] = { json: { ...rule, threshold: -16 }, headers: { etag: '"two"' } };
    // It is asked for again when somebody comes back to the window; what is being typed stays.
    askAgain();
    await vi.waitFor(() => expect(backend.sent('GET /rules/too-warm')).toHaveLength(2), 5000);
    type(text.rules.limit, '-17.5');
    await vi.waitFor(() => expect(button(text.rules.save)!.disabled).toBe(false));
    main().querySelector('form')!.requestSubmit();
    await says(text.rules.changed);
    expect(backend.sent('PUT /rules/too-warm')[0]!.headers['if-match']).toBe('"one"');
    expect(backend.sent('PUT /rules/too-warm')[0]!.body).toMatchObject({ threshold: -17.5, kind: 'THRESHOLD' });

    button(text.load)!.click();
    await vi.waitFor(() => expect(field(text.rules.limit).value).toBe('-16'), 5000);
    backend.answers['PUT /rules/too-warm'] = { json: rule };
    main().querySelector('form')!.requestSubmit();
    await vi.waitFor(() => expect(location.hash).toBe('#/rules'), 5000);
    expect(backend.sent('PUT /rules/too-warm')[1]!.headers['if-match']).toBe('"two"');
  });

  test('commands what its device says that it takes, and nothing else', async () => {
    backend.answers['GET /rules/too-warm'] = {
      json: { ...rule, command: { thing: '@device', actuator: 'fan', value: 'eco', validForMs: 60_000 } },
    };
    const takes = { kind: 'TEXT', options: ['off', 'eco'] };
    backend.answers['GET /devices/cold-store'] = { json: { ...device, actuators: { fan: { takes } } } };
    open('#/rule/too-warm', 'admin');
    await says(text.commands.known(1, 1));

    const value = field(text.commands.value);
    expect([...value.querySelectorAll('option')].map((one) => one.value)).toEqual(['', 'off', 'eco']);
    expect(value.value).toBe('eco');
    type(text.commands.actuator, 'horn');
    await says(text.commands.actuatorHint);
    expect(field(text.commands.value).value).toBe('eco');
  });

  test('shows a viewer what it is, and takes nothing', async () => {
    open('#/rule/too-warm', 'viewer');
    await says(text.rules.needsAdmin);
    await vi.waitFor(() => expect(field(text.rules.limit).matches(':disabled')).toBe(true), 5000);

    expect(button(text.rules.save)).toBeUndefined();
  });
});

describe('health', () => {
  const fine = {
    atMs: 3_600_000,
    fromMs: 0,
    watched: 15,
    alarms: [],
    queues: [
      { queue: 'ingest', deadLetters: false, waiting: 3, oldestSeconds: 12 },
      { queue: 'deletion', deadLetters: false },
      { queue: 'ingest-dead', deadLetters: true, waiting: 0 },
    ],
    functions: [
      { function: 'telemetry', invocations: 1200, errors: 0, throttles: 2 },
      { function: 'site' },
    ],
    readings: [
      { atMs: 3_480_000, stored: 1000 },
      { atMs: 3_540_000, stored: 500 },
    ],
  };
  beforeEach(() => {
    backend.answers['GET /costs'] = {
      json: {
        month: '2026-11',
        pricesReadOn: '2026-09-20',
        costs: [
          {
            device: 'boiler',
            days: 2,
            messages: 4000,
            readings: 160000,
            keptBytes: 2_500_000,
            lines: [{ what: 'rules triggered', quantity: 4000, usd: 0.0006 }],
            usd: 0.0123,
          },
          { device: 'quiet', days: 0 },
        ],
      },
    };
  });

  test('what a device costs is told with what was counted, and nothing of one that said nothing', async () => {
    backend.answers['GET /health'] = { json: fine };
    open('#/health', 'operator');

    await says('$0.0123');
    await says('2026-09-20');
    await says('4,000 rules triggered: $0.0006');
    expect(row('quiet').textContent).not.toContain('$');
  });

  const row = (name: string) =>
    [...place.querySelectorAll('tr')].find((one) => one.querySelector('th[scope=row]')?.textContent === name)!;

  test('a number that was not measured is none', async () => {
    backend.answers['GET /health'] = { json: fine };
    open('#/health', 'operator');

    await says(text.health.watched(15));
    await says(text.health.readingsOf(1500, 1000));
    expect(row('ingest').textContent).toContain('12 s');
    expect(row('deletion').textContent).toContain(text.health.unmeasured);
    expect(row('telemetry').textContent).toContain('1,200');
    expect(row('telemetry').querySelectorAll('.tag.bad')).toHaveLength(1);
    expect(row('site').textContent).not.toContain('0');
    expect(place.querySelectorAll('.bars rect')).toHaveLength(2);
  });

  test('what is on says what to do, and what failed for good is seen', async () => {
    const on = { alarm: 'ingest-age', sinceMs: 1, description: 'Telemetry waits.', reason: 'a drill', runbook: 'answer-alarms.md#ingest-age' };
    const queues = [{ queue: 'ingest-dead', deadLetters: true, waiting: 4 }];
    backend.answers['GET /health'] = { json: { ...fine, alarms: [on], queues, readings: [] } };
    open('#/health', 'operator');

    await says('Telemetry waits.');
    await says('answer-alarms.md#ingest-age');
    await says(text.health.failed(4));
    await says(text.health.noReadings);
  });

  test('a CloudWatch that does not answer is told', async () => {
    backend.answers['GET /health'] = { status: 403, json: { detail: 'expected the role operator' } };
    open('#/health', 'operator');
    await says('expected the role operator');
  });
});

describe('the quarantine', () => {
  const entry = {
    id: 'e1',
    atMs: 1_000,
    kind: 'TIME',
    reason: 't0: expected a time until now',
    source: 'function:telemetry',
    thing: 'gw',
    to: 'ingest',
    messageBytes: 12,
  };

  test('is read part by part, and sent again', async () => {
    backend.answers['GET /quarantine'] = ({ query }) =>
      query.get('cursor') === null
        ? { json: { entries: [entry], cursor: 'next' } }
        : { json: { entries: [{ ...entry, id: 'e2', to: undefined, reason: 'no JSON' }] } };
    backend.answers['GET /quarantine/e1'] = { json: { ...entry, message: '{"t0":9}' } };
    backend.answers['POST /quarantine/e1/replay'] = { json: {} };
    open('#/quarantine', 'operator');
    await says('t0: expected a time until now');
    button(text.more)!.click();
    await says('no JSON');
    await says(text.quarantine.cannot);
    expect(button(text.more)).toBeUndefined();

    main().querySelector<HTMLButtonElement>('.actions button')!.click();
    await says('"t0": 9');
    button(text.quarantine.replay)!.click();
    await vi.waitFor(() => expect(backend.sent('POST /quarantine/e1/replay')).toHaveLength(1), 5000);
    expect(button(text.quarantine.drop), 'an operator forgets nothing').toBeUndefined();
  });

  test('what somebody wanted more of is asked for again with the rest', async () => {
    const old = { ...entry, id: 'old', reason: 'older' };
    let replays = 0;
    backend.answers['GET /quarantine'] = ({ query }) =>
      query.get('cursor') === null
        ? { json: { entries: [entry], cursor: 'c' } }
        : { json: { entries: [{ ...old, replays, replayedMs: replays === 0 ? null : 5, replayedBy: 'ada' }] } };
    open('#/quarantine', 'operator');
    await says('t0: expected');
    button(text.more)!.click();
    await says('older');
    expect(main().textContent).not.toContain('once, last by');

    replays = 1;
    askAgain();
    await says('once, last by you');
    backend.answers['GET /quarantine'] = { json: { entries: [{ ...entry, reason: 'alone' }] } };
    askAgain();
    await says('alone');
    expect(main().textContent, 'what is gone is gone').not.toContain('older');
    expect(button(text.more)).toBeUndefined();
  });

  test('a part that does not come is told, and wanted again', async () => {
    backend.answers['GET /quarantine'] = ({ query }) =>
      query.get('cursor') === null
        ? { json: { entries: [entry], cursor: 'c' } }
        : { status: 400, json: { detail: 'cursor: of another list' } };
    open('#/quarantine', 'operator');
    await says('t0: expected');
    button(text.more)!.click();
    await says('cursor: of another list (400)');
    for (let times = 2; times <= 3; times++) {
      askAgain();
      const first = () => backend.sent('GET /quarantine').filter((one) => one.query.get('cursor') === null);
      await vi.waitFor(() => expect(first()).toHaveLength(times), 5000);
    }
    expect(backend.sent('GET /quarantine').filter((one) => one.query.get('cursor') === 'c')).toHaveLength(1);
    backend.answers['GET /quarantine'] = ({ query }) =>
      query.get('cursor') === null
        ? { json: { entries: [entry], cursor: 'c' } }
        : { json: { entries: [{ ...entry, id: 'old', reason: 'older' }] } };
    button(text.more)!.click();
    await says('older');
  });

  test('all of a kind is sent again in as many parts as it takes', async () => {
    backend.answers['GET /quarantine'] = { json: { entries: [entry] } };
    backend.answers['POST /quarantine/replay'] = ({ body }) =>
      (body as { cursor?: string }).cursor === undefined
        ? { json: { replayed: 50, left: 0, cursor: 'c' } }
        : { json: { replayed: 3, left: 1 } };
    open('#/quarantine?kind=TIME', 'operator');
    await says('t0: expected');
    button(text.quarantine.replayAll)!.click();

    await says('53 messages sent again, 1 cannot be.');
    expect(backend.sent('POST /quarantine/replay').map((one) => one.body)).toEqual([
      { kind: 'TIME' },
      { kind: 'TIME', cursor: 'c' },
    ]);
  });
});

test('the audit log says what was done in words, and what nobody knows', async () => {
  backend.answers['GET /audit'] = {
    json: {
      entries: [
        { id: '1', atMs: 1, by: 'ada', route: 'PUT /rules/{rule}', path: { rule: 'too-warm' }, body: '{}', status: 200 },
        { id: '2', atMs: 1, by: 'bob-in-the-pool', route: 'POST /new/{thing}', path: { thing: 'x' }, status: 403 },
        { id: '3', atMs: 1, by: 'rule:hot', route: 'POST /devices/{device}/commands', path: { device: 'gw' } },
      ],
    },
  };
  backend.answers['GET /groups'] = { json: { groups: [] } };
  backend.answers['GET /users'] = { json: { users: [{ user: 'bob-in-the-pool', email: 'bob@example.com', enabled: true, status: 'CONFIRMED' }] } };
  open('#/audit', 'admin');
  await says('bob@example.com');
  const lines = [...main().querySelectorAll('tbody tr')].map((row) => row.textContent);

  expect(lines[0]).toContain('you');
  expect(lines[0]).toContain('saved an alarm rule too-warm');
  expect(lines[1]).toContain('POST /new/{thing} x');
  expect(lines[1]).toContain('refused (403)');
  expect(lines[2]).toContain('the rule hot');
  expect(lines[2]).toContain('unknown');
});

test('an administrator changes others, not themself, and invites', async () => {
  backend.answers['GET /groups'] = { json: { groups: [] } };
  backend.answers['GET /users'] = {
    json: {
      users: [
        { user: 'ada', email: 'ada@example.com', role: 'admin', enabled: true, status: 'CONFIRMED' },
        { user: 'bob', email: 'bob@example.com', role: 'viewer', enabled: true, status: 'FORCE_CHANGE_PASSWORD' },
      ],
    },
  };
  backend.answers['PUT /users/bob@example.com'] = { json: {} };
  backend.answers['PUT /users/eve@example.com'] = { status: 400, json: { detail: 'email: no such domain' } };
  open('#/people', 'admin');
  await says('bob@example.com');
  expect(main().querySelectorAll('tbody select')).toHaveLength(1);
  button(`${text.people.disable} bob@example.com`)!.click();
  await vi.waitFor(() => expect(backend.sent('PUT /users/bob@example.com')).toHaveLength(1), 5000);
  expect(backend.sent('PUT /users/bob@example.com')[0]!.body).toEqual({ role: 'viewer', enabled: false });

  const email = main().querySelector<HTMLInputElement>('input[type=email]')!;
  email.value = 'eve@example.com';
  email.dispatchEvent(new Event('input', { bubbles: true }));
  await vi.waitFor(() => expect(button(text.people.invite)!.disabled).toBe(false));
  main().querySelector('form')!.requestSubmit();
  await says('email: no such domain (400)');
  expect(email.value, 'what was typed is kept').toBe('eve@example.com');
});

describe('groups', () => {
  const pump = { ...device, device: 'pump', openAlarms: 0, groups: ['hall-1'], type: 'pump' };

  test('narrow the list, and stand in the address', async () => {
    backend.answers['GET /devices'] = { json: { devices: [device, pump] } };
    open('#/?group=hall-1', 'viewer');
    await says('1 of 2 devices');
    expect([...main().querySelectorAll('tbody th a')].map((one) => one.textContent)).toEqual(['pump']);
    const [group] = main().querySelectorAll('select');
    group!.value = '';
    group!.dispatchEvent(new Event('change', { bubbles: true }));

    await says('2 devices');
    expect(location.hash).toBe('#/');
  });

  test('are made only where there is none of that name', async () => {
    backend.answers['PUT /groups/hall-1'] = { status: 412, json: { detail: 'hall-1 is there already' } };
    open('#/groups', 'admin');
    await says(text.groups.none);
    const name = main().querySelector('input')!;
    name.value = 'hall-1';
    name.dispatchEvent(new Event('input', { bubbles: true }));
    await vi.waitFor(() => expect(main().querySelector('input')!.value).toBe('hall-1'));
    main().querySelector('form')!.requestSubmit();

    await says('hall-1 is there already (412)');
    expect(backend.sent('PUT /groups/hall-1')[0]!.headers['if-none-match']).toBe('*');
  });
});

describe('jobs', () => {
  const job = {
    job: 'j1',
    atMs: 1_000,
    by: 'ada',
    type: 'reboot',
    devices: ['gw'],
    groups: [],
    continuous: false,
    status: 'IN_PROGRESS',
    counts: { queued: 0, inProgress: 0, succeeded: 3, failed: 1, timedOut: 2 },
  };

  test('say how many devices are how far, and a device why it failed', async () => {
    backend.answers['GET /jobs/j1'] = { json: { ...job, document: { fieldline: { type: 'reboot' } } } };
    backend.answers['GET /jobs/j1/devices'] = { json: { devices: [{ device: 'gw', status: 'FAILED', execution: 2 }] } };
    backend.answers['GET /jobs/j1/devices/gw'] = {
      json: { device: 'gw', status: 'FAILED', execution: 2, details: { reason: 'jobs.reboot is not set' } },
    };
    open('#/job/j1', 'viewer');
    await says('3 done, 1 failed, 2 timed out');
    await says('try 2');
    button(`${text.jobs.says} gw`)!.click();
    await says('jobs.reboot is not set');

    expect(button(text.jobs.cancel), 'a viewer ends nothing').toBeUndefined();
  });

  test('are ended where they have begun only with force', async () => {
    backend.answers['GET /jobs/j1'] = { json: job };
    backend.answers['GET /jobs/j1/devices'] = { json: { devices: [] } };
    backend.answers['POST /jobs/j1/cancel'] = { json: job };
    open('#/job/j1', 'operator');
    await says(text.jobs.cancel);
    button(text.jobs.cancel)!.click();
    await vi.waitFor(() => expect(backend.sent('POST /jobs/j1/cancel')).toHaveLength(1), 5000);
    await vi.waitFor(() => expect(button(text.jobs.force)!.disabled).toBe(false), 5000);
    button(text.jobs.force)!.click();
    await vi.waitFor(() => expect(backend.sent('POST /jobs/j1/cancel')).toHaveLength(2), 5000);

    expect(backend.sent('POST /jobs/j1/cancel').map((one) => one.body)).toEqual([{ force: false }, { force: true }]);
  });

  test('go to devices that take them, and stop by themselves unless somebody says otherwise', async () => {
    backend.answers['GET /devices'] = {
      json: { devices: [{ ...device, device: 'gw', thing: 'gw' }, { ...device, device: 'gw:pump', thing: 'gw' }] },
    };
    backend.answers['GET /groups'] = { json: { groups: [{ group: 'hall-1', description: '', devices: 2 }] } };
    backend.answers['POST /jobs'] = { status: 202, json: job };
    backend.answers['GET /jobs/j1'] = { json: job };
    backend.answers['GET /jobs/j1/devices'] = { json: { devices: [] } };
    open('#/new-job', 'admin');
    await says('hall-1');
    expect(button(text.jobs.start)!.disabled, 'for nobody').toBe(true);
    const picks = [...main().querySelectorAll('.picks label')];
    expect(picks.map((one) => one.textContent)).toEqual(['hall-1', 'gw']);
    picks.forEach((one) => one.querySelector('input')!.click());
    await vi.waitFor(() => expect(button(text.jobs.start)!.disabled).toBe(false));
    main().querySelector('form')!.requestSubmit();

    await vi.waitFor(() => expect(location.hash).toBe('#/job/j1'), 5000);
    expect(backend.sent('POST /jobs')[0]!.body).toEqual({
      document: { fieldline: { type: 'reboot' } },
      devices: ['gw'],
      groups: ['hall-1'],
      abort: [{ of: 'ALL', percent: 10, atLeast: 5 }],
    });
  });
});

test('serial numbers are allowed as they are typed, and what is wrong with them is said', async () => {
  backend.answers['GET /serials'] = { json: { serials: [] } };
  backend.answers['POST /serials'] = { status: 400, json: { detail: 'line 3, column 1: expected letters, got "a b"' } };
  open('#/add', 'admin');
  await says(text.add.none);
  await says('template: fieldline-dev-devices');
  await says('SerialNumber=@/etc/machine-id');
  const typed = main().querySelector('textarea')!;
  typed.value = ' sn-1\n\nsn-2 ';
  typed.dispatchEvent(new Event('input', { bubbles: true }));
  await vi.waitFor(() => expect(button(text.add.allowButton)!.disabled).toBe(false));
  main().querySelector('form')!.requestSubmit();
  await says('line 3, column 1');
  expect(backend.sent('POST /serials')[0]!.body).toEqual({ csv: 'serial\nsn-1\nsn-2\n' });

  backend.answers['POST /serials'] = { json: { added: 1, there: 1 } };
  const one = (serial: string, addedMs: number, admittedMs: number | null) => ({ serial, by: 'ada', addedMs, admittedMs });
  backend.answers['GET /serials'] = { json: { serials: [one('sn-1', 5, null), one('sn-2', 7, null), one('sn-3', 9, 10)] } };
  main().querySelector('form')!.requestSubmit();
  await says('1 serial number allowed, 1 had been before.');
  await vi.waitFor(() => expect(place.querySelector('.steps pre')!.textContent, 'the last that is awaited').toContain('SerialNumber=sn-2"'));
  expect(csvOf('serial,type\nsn-3,pump')).toBe('serial,type\nsn-3,pump\n');
});

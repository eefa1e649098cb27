// SPDX-License-Identifier: Apache-2.0
// @vitest-environment jsdom
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { askAgain } from '../src/parts/poll';
import * as text from '../src/text';
import type { Answer } from './backend';
import { backend, button, field, main, open, place, says, setUp, type } from './opened';

// What a person does with one device and with many, in front of an API on loopback.
setUp();

const device = {
  device: 'gw',
  thing: 'gw',
  lastMs: Date.now(),
  openAlarms: 0,
  groups: ['hall'],
  latest: { temperature: { value: 4, unit: 'Cel', atMs: Date.now() } },
};
const detail = {
  ...device,
  actuators: {
    lamp: { reported: false },
    dimmer: { reported: 40, desired: 40 },
    mode: { reported: 'auto', desired: 'off' },
    bell: { desired: true },
  },
};
const commands = [
  { id: '3', actuator: 'mode', value: 'off', status: 'FAILED', atMs: 3_000, expiresAtMs: 9_000, statusAtMs: 3_340, by: 'ada', detail: 'the valve is stuck' },
  { id: '2', actuator: 'mode', value: 'eco', status: 'SUCCEEDED', atMs: 2_000, expiresAtMs: 9_000, by: 'schedule:night' },
];
const row = (name: string) => [...main().querySelectorAll('.actuator')].find((one) => one.querySelector('.label')!.textContent === name)!;

function answerDevice(): void {
  backend.answers['GET /devices'] = { json: { devices: [device, { ...device, device: 'gw2', thing: 'gw2' }] } };
  backend.answers['GET /devices/gw'] = { json: detail };
  backend.answers['GET /devices/gw/commands'] = { json: { commands } };
  backend.answers['GET /devices/gw/alarms'] = { json: { alarms: [] } };
  backend.answers['GET /devices/gw/alarms/history'] = { json: { events: [] } };
  backend.answers['GET /devices/gw/series'] = { json: { series: [] } };
  backend.answers['GET /devices/gw/jobs'] = { json: { jobs: [{ awsJobId: 'fieldline-dev-j1', job: 'j1', status: 'FAILED', execution: 1, queuedMs: 5 }] } };
  backend.answers['GET /devices/gw/certificates'] = {
    json: {
      certificates: [
        { certificate: 'a'.repeat(64), status: 'REVOKED', createdMs: 1, changedMs: 2, validToMs: 4e12 },
        { certificate: 'b'.repeat(64), status: 'ACTIVE', createdMs: 3, changedMs: 3, validToMs: 4e12 },
      ],
    },
  };
}

describe('the actuators of a device', () => {
  beforeEach(answerDevice);

  test('are drawn as what they take, and sent as that', async () => {
    backend.answers['POST /devices/gw/commands'] = ({ body }) => ({
      status: 202,
      json: { id: JSON.stringify(body), status: 'PENDING', atMs: Date.now(), expiresAtMs: Date.now() + 60_000 },
    });
    open('#/device/gw', 'operator');
    await says('dimmer');
    await vi.waitFor(() => expect(row('lamp')).toBeDefined());
    expect(row('lamp').querySelector('[role=switch]')!.getAttribute('aria-checked')).toBe('false');
    expect([...row('bell').querySelectorAll('button')].map((one) => one.textContent), 'it never said').toEqual(['on', 'off']);
    await vi.waitFor(() => expect(row('mode').textContent).toContain('failed: the valve is stuck'), 5000);
    expect([...row('mode').querySelectorAll('.joined button')].map((one) => `${one.textContent} ${one.ariaPressed}`)).toEqual([
      'auto true',
      'eco false',
    ]);

    type(row('dimmer').querySelector<HTMLInputElement>('[type=range]')!, '75');
    await vi.waitFor(() => expect(row('dimmer').querySelector<HTMLInputElement>('[type=number]')!.value).toBe('75'));
    row('dimmer').querySelector('form')!.requestSubmit();
    row('bell').querySelector('button')!.click();
    row('mode').querySelector<HTMLButtonElement>('.joined button:last-child')!.click();
    await vi.waitFor(() => expect(backend.sent('POST /devices/gw/commands')).toHaveLength(3), 5000);
    // Each is on its way by itself.
    expect(backend.sent('POST /devices/gw/commands').map((one) => one.body)).toEqual(
      expect.arrayContaining([
        { actuator: 'dimmer', value: 75 },
        { actuator: 'bell', value: true },
        { actuator: 'mode', value: 'eco' },
      ]),
    );
    await vi.waitFor(() => expect(row('bell').textContent).toMatch(/pendingexpires in (1 min|\d+ s)/), 5000);
  });

  test('whose device says what they take are drawn so before they were ever moved, and take nothing else', async () => {
    backend.answers['GET /devices/gw'] = {
      json: {
        ...detail,
        actuators: {
          lamp: { takes: { kind: 'BOOLEAN' } },
          heater: { reported: 21, takes: { kind: 'NUMBER', minimum: 10, maximum: 35, step: 0.5, unit: 'Cel' } },
          mode: { reported: 'auto', takes: { kind: 'TEXT', options: ['off', 'eco', 'auto'] } },
          bell: { takes: { kind: 'TEXT', options: ['ring'] } },
          later: { reported: 'x', takes: { kind: 'COLOUR' } },
          valve: {},
        },
      },
    };
    backend.answers['POST /devices/gw/commands'] = { status: 202, json: { id: 'c', status: 'PENDING', atMs: Date.now(), expiresAtMs: Date.now() + 60_000 } };
    open('#/device/gw', 'operator');
    await says('heater');
    const labels = (name: string) => [...row(name).querySelectorAll('.setter button')].map((one) => one.textContent);
    expect(labels('lamp')).toEqual(['on', 'off']);
    expect(labels('mode'), 'nothing else').toEqual(['off', 'eco', 'auto']);
    expect(labels('bell')).toEqual(['ring']);
    expect(labels('later'), 'a kind of later, so what it has taken').toEqual(['x', `${text.device.another} later`]);
    const range = row('heater').querySelector<HTMLInputElement>('[type=range]')!;
    expect([range.min, range.max, range.step]).toEqual(['10', '35', '0.5']);
    expect(row('heater').querySelector('.setter')!.textContent).toContain('°C');

    const typed = row('heater').querySelector<HTMLInputElement>('[type=number]')!;
    type(typed, '36');
    await vi.waitFor(() => expect(range.value).toBe('35'));
    row('heater').querySelector('form')!.requestSubmit();
    type(typed, '21.3');
    await vi.waitFor(() => expect(typed.value).toBe('21.3'));
    row('heater').querySelector('form')!.requestSubmit();
    type(typed, '21.5');
    await vi.waitFor(() => expect(typed.checkValidity()).toBe(true));
    row('heater').querySelector('form')!.requestSubmit();
    row('bell').querySelector('button')!.click();
    type(row('valve').querySelector('input')!, '40');
    await vi.waitFor(() => expect(row('valve').querySelector('input')!.value).toBe('40'));
    row('valve').querySelector('form')!.requestSubmit();
    await vi.waitFor(() => expect(backend.sent('POST /devices/gw/commands')).toHaveLength(3), 5000);
    expect(backend.sent('POST /devices/gw/commands').map((one) => one.body)).toEqual([
      { actuator: 'heater', value: 21.5 },
      { actuator: 'bell', value: 'ring' },
      { actuator: 'valve', value: 40 },
    ]);
  });

  test('are seen by who may only look, with what was wanted beside what is', async () => {
    open('#/device/gw', 'viewer');
    await says('dimmer');

    expect([...main().querySelectorAll<HTMLInputElement>('.actuator :is(button, input)')].every((one) => one.disabled)).toBe(true);
    expect(main().querySelector('.wanted')!.textContent).toContain('auto → off');
    await says('by the schedule night');
    await says('by you · after 340 ms · the valve is stuck');
    await says(text.job.statuses.FAILED);
    expect(backend.sent('GET /devices/gw/certificates'), 'not theirs').toHaveLength(0);
    expect(button(text.deletion.button)).toBeUndefined();
  });
});

describe('a device itself', () => {
  beforeEach(answerDevice);

  test('loses its certificate when an administrator says so twice', async () => {
    backend.answers[`POST /devices/gw/certificates/${'b'.repeat(64)}/revoke`] = { status: 409, json: { detail: 'one that is also of gw2' } };
    open('#/device/gw', 'admin');
    await says('bbbbbbbbbbbb…');
    expect(button(text.certificates.revokeOf('aaaaaaaaaaaa')), 'what is revoked is not revoked again').toBeUndefined();
    button(text.certificates.revokeOf('bbbbbbbbbbbb'))!.click();
    await says('It is the only one that is active.');
    expect(backend.sent(`POST /devices/gw/certificates/${'b'.repeat(64)}/revoke`)).toHaveLength(0);
    main().querySelector<HTMLFormElement>('.talk form')!.requestSubmit();
    await says('one that is also of gw2 (409)');

    backend.answers[`POST /devices/gw/certificates/${'b'.repeat(64)}/revoke`] = { json: {} };
    main().querySelector<HTMLFormElement>('.talk form')!.requestSubmit();
    await vi.waitFor(() => expect(main().querySelector('.talk')).toBeNull(), 5000);
  });

  test('gets a new one by a job', async () => {
    backend.answers['POST /jobs'] = { status: 202, json: { job: 'j2' } };
    open('#/device/gw', 'admin');
    await says(text.certificates.rotate);
    button(text.certificates.rotate)!.click();
    await vi.waitFor(() => expect(location.hash).toBe('#/job/j2'), 5000);

    expect(backend.sent('POST /jobs')[0]!.body).toEqual({
      document: { fieldline: { type: 'rotate-certificate' } },
      devices: ['gw'],
    });
  });

  test('is deleted by who types its name', async () => {
    backend.answers['DELETE /devices/gw'] = { status: 202, json: {} };
    backend.answers['GET /deletions'] = {
      json: {
        deletions: [
          { device: 'old', by: 'bob', askedMs: 1, doneMs: 2, certificates: 1, telemetryItems: 12_345, fleetItems: 0 },
          { device: 'gw', by: 'ada', askedMs: Date.now() - 300_000, certificates: 1, telemetryItems: 7 },
        ],
      },
    };
    open('#/device/gw', 'admin');
    await says(text.deletion.button);
    button(text.deletion.button)!.click();
    await vi.waitFor(() => expect(field(text.deletion.sure('gw'))).not.toBeNull());
    expect(button(text.deletion.yes)!.disabled).toBe(true);
    type(field(text.deletion.sure('gw')), 'gw');
    await vi.waitFor(() => expect(button(text.deletion.yes)!.disabled).toBe(false));
    main().querySelector<HTMLFormElement>('.talk form')!.requestSubmit();
    await vi.waitFor(() => expect(location.hash).toBe('#/deletions'), 5000);

    await says('12,345');
    const [first, second] = main().querySelectorAll('.jobs li');
    expect(first!.querySelector('h2')!.textContent, 'what still runs is first').toBe(`gw${text.deletions.running}`);
    expect(first!.querySelector('progress')!.value).toBeCloseTo(1 / 3, 2);
    expect(second!.querySelector('progress')).toBeNull();
    backend.answers['DELETE /deletions/old'] = { json: {} };
    second!.querySelector('button')!.click();
    await vi.waitFor(() => expect(backend.sent('DELETE /deletions/old')).toHaveLength(1), 5000);
    expect(first!.querySelector('button'), 'it is not over').toBeNull();
  });
});

describe('what is asked a second time', () => {
  beforeEach(answerDevice);
  const talk = () => main().querySelector<HTMLDialogElement>('.talk');
  const escape = () => talk()!.dispatchEvent(new Event('cancel', { cancelable: true }));
  /** The second Escape in a row closes a dialog, whoever prevents it. */
  const closed = () => {
    talk()!.open = false;
    talk()!.dispatchEvent(new Event('close'));
  };
  let answer: (answer: Answer) => void;
  const said = async () => {
    backend.answers['DELETE /devices/gw'] = () => new Promise<Answer>((resolve) => (answer = resolve));
    open('#/device/gw', 'admin');
    await says(text.deletion.button);
    button(text.deletion.button)!.click();
    await vi.waitFor(() => expect(field(text.deletion.sure('gw'))).not.toBeNull());
    type(field(text.deletion.sure('gw')), 'gw');
    await vi.waitFor(() => expect(button(text.deletion.yes)!.disabled).toBe(false));
    talk()!.querySelector('form')!.requestSubmit();
    await vi.waitFor(() => expect(backend.sent('DELETE /devices/gw')).toHaveLength(1), 5000);
  };

  test('is not left while it is being done, and says what came of it', async () => {
    await said();
    expect(button(text.cancel)!.disabled).toBe(true);
    expect(escape(), 'taken as no').toBe(false);
    closed();
    expect(talk()!.open).toBe(true);

    answer({ status: 409, json: { detail: 'it is being provisioned' } });
    await says('it is being provisioned (409)');
    expect(button(text.cancel)!.disabled).toBe(false);
    expect(escape()).toBe(true);
    closed();
    await vi.waitFor(() => expect(talk()).toBeNull());
  });

  test('takes nobody back who has gone on', async () => {
    await said();
    location.hash = '#/groups';
    await says(text.groups.none);
    answer({ status: 202, json: {} });
    await vi.waitFor(() => expect(backend.answered).toContain('DELETE /devices/gw'), 5000);
    backend.answers['GET /groups'] = { json: { groups: [{ group: 'afterwards', description: '', devices: 0 }] } };
    askAgain();
    await says('afterwards');

    expect(location.hash).toBe('#/groups');
  });
});

describe('several devices', () => {
  beforeEach(answerDevice);

  test('are chosen in the list and commanded', async () => {
    backend.answers['GET /devices/gw2'] = { json: { ...detail, device: 'gw2', thing: 'gw2', actuators: { lamp: { reported: true } } } };
    backend.answers['POST /commands'] = { status: 202, json: { id: 'c1' } };
    const answer = { id: 'c1', atMs: 1, by: 'ada', actuator: 'lamp', value: false, expiresAtMs: 2, devices: ['gw', 'gw2'], groups: [], targets: 2 };
    backend.answers['GET /commands/c1'] = { json: { ...answer, counts: { succeeded: 1, failed: 1 } } };
    backend.answers['GET /commands/c1/devices'] = ({ query }) => ({
      json: {
        devices: [
          { device: 'gw', status: 'SUCCEEDED', statusAtMs: 3 },
          { device: 'gw2', status: 'FAILED', detail: 'no lamp' },
        ].filter((one) => (query.get('status') ?? one.status) === one.status),
      },
    });
    open('#/', 'operator');
    await says('gw2');
    main().querySelector<HTMLInputElement>('.pick-all input')!.click();
    await says(text.fleet.chosen(2));
    main().querySelector<HTMLAnchorElement>('.chosen .primary')!.click();
    await says(text.commands.forWhom);
    type(field(text.commands.actuator), 'lamp');
    await says(text.commands.known(2, 2));
    type(field(text.commands.value), 'false');
    await vi.waitFor(() => expect(button(text.commands.give)!.disabled).toBe(false));
    button(text.commands.give)!.click();
    await vi.waitFor(() => expect(location.hash).toBe('#/command/c1'), 5000);
    expect(backend.sent('POST /commands')[0]!.body).toEqual({ devices: ['gw', 'gw2'], actuator: 'lamp', value: false, validForMs: 60_000 });
    expect(backend.sent('POST /commands')[0]!.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/);

    await says('1 done, 1 failed');
    await says('no lamp');
    const failed = [...main().querySelectorAll('.choices a')].find((one) => one.textContent!.startsWith('failed'))!;
    expect(failed.getAttribute('href')).toBe('#/command/c1?status=FAILED');
    button(text.commands.again)!.click();
    await vi.waitFor(() => expect(location.hash).toBe('#/new-command?device=gw2&actuator=lamp&value=false'), 5000);
  });

  test('are commanded again where it failed, also those that are not seen yet', async () => {
    const failed = Array.from({ length: 60 }, (_, index) => `d${index}`);
    backend.answers['GET /commands/c1'] = {
      json: { id: 'c1', atMs: 1, by: 'ada', actuator: 'lamp', value: true, expiresAtMs: 2, targets: 61, counts: { failed: 60, expired: 1 } },
    };
    backend.answers['GET /commands/c1/devices'] = ({ query }) => {
      const status = query.get('status');
      if (status === 'EXPIRED') {
        return { json: { devices: [{ device: 'late', status }] } };
      }
      const from = Number(query.get('cursor') ?? 0);
      const devices = failed.slice(from, from + 50).map((device) => ({ device, status: 'FAILED' }));
      return { json: { devices, ...(from === 0 ? { cursor: '50' } : {}) } };
    };
    open('#/command/c1', 'operator');
    await says('d49');
    expect(main().textContent).not.toContain('d50');
    button(text.commands.again)!.click();
    await vi.waitFor(() => expect(location.hash).toMatch(/^#\/new-command/), 5000);

    expect(new URLSearchParams(location.hash.split('?')[1]).getAll('device')).toEqual([...failed, 'late']);
  });

  test('that say what they take are commanded that alone', async () => {
    const mode = { takes: { kind: 'TEXT', options: ['off', 'eco'] } };
    const fan = { takes: { kind: 'NUMBER', minimum: 0, maximum: 9, step: 3, unit: '%' } };
    backend.answers['GET /devices/gw'] = { json: { ...detail, actuators: { mode, fan } } };
    backend.answers['GET /devices/gw2'] = { json: { ...detail, device: 'gw2', thing: 'gw2', actuators: { mode, fan } } };
    open('#/new-command?device=gw&device=gw2', 'operator');
    await says(text.commands.forWhom);
    type(field(text.commands.actuator), 'mode');
    await says(text.commands.known(2, 2));
    await vi.waitFor(() => expect(field(text.commands.value).tagName).toBe('SELECT'));
    expect([...field(text.commands.value).querySelectorAll('option')].map((one) => one.value)).toEqual(['', 'off', 'eco']);

    type(field(text.commands.actuator), 'fan');
    await vi.waitFor(() => expect(field(text.commands.value).type).toBe('number'));
    type(field(text.commands.value), '4');
    await vi.waitFor(() => expect(button(text.commands.give)!.disabled).toBe(false));
    button(text.commands.give)!.click();
    expect(field(text.commands.value).checkValidity()).toBe(false);
    expect(backend.sent('POST /commands')).toHaveLength(0);
  });

  test('are not chosen by who may only look', async () => {
    open('#/', 'viewer');
    await says('gw2');

    expect(main().querySelector('input[type=checkbox]')).toBeNull();
    open('#/new-command', 'viewer');
    await says(text.problem.needs.operator);
  });
});

describe('schedules', () => {
  const night = {
    schedule: 'night',
    by: 'ada',
    changedMs: 1,
    cron: '30 22 ? * MON-FRI *',
    timeZone: 'Europe/Berlin',
    enabled: true,
    devices: ['gw'],
    groups: [],
    actuator: 'lamp',
    value: false,
    validForMs: 60_000,
  };
  beforeEach(() => {
    answerDevice();
    backend.answers['GET /schedules'] = { json: { schedules: [night] } };
    backend.answers['GET /schedules/night'] = { json: night, headers: { etag: '"one"' } };
    backend.answers['GET /schedules/night/runs'] = { json: { commands: [] } };
  });

  test('are told in words, paused as they are, and deleted', async () => {
    backend.answers['PUT /schedules/night'] = { json: night };
    // Somebody else has changed it since the list was asked for.
    backend.answers['GET /schedules/night'] = { json: { ...night, value: true }, headers: { etag: '"two"' } };
    backend.answers['DELETE /schedules/night'] = { json: {} };
    open('#/schedules', 'operator');
    await says('from Monday to Friday at 22:30, Europe/Berlin time');
    button(`${text.schedules.pause} night`)!.click();
    await vi.waitFor(() => expect(backend.sent('PUT /schedules/night')).toHaveLength(1), 5000);
    expect(backend.sent('PUT /schedules/night')[0]!.body).toEqual({
      cron: night.cron,
      timeZone: 'Europe/Berlin',
      enabled: false,
      devices: ['gw'],
      groups: [],
      actuator: 'lamp',
      value: true,
      validForMs: 60_000,
    });
    expect(backend.sent('PUT /schedules/night')[0]!.headers['if-match']).toBe('"two"');
    await vi.waitFor(() => expect(button(`${text.schedules.remove} night`)!.disabled).toBe(false));
    button(`${text.schedules.remove} night`)!.click();
    await vi.waitFor(() => expect(backend.sent('DELETE /schedules/night')).toHaveLength(1), 5000);
  });

  test('who pauses one that was changed in the same moment is told', async () => {
    backend.answers['PUT /schedules/night'] = { status: 412, json: { detail: 'another ETag' } };
    open('#/schedules', 'operator');
    await says('at 22:30');
    button(`${text.schedules.pause} night`)!.click();

    await says(text.schedules.changed);
  });

  test('a name that is taken is not taken again', async () => {
    backend.answers['PUT /schedules/night'] = { status: 412, json: { detail: 'there is one' } };
    open('#/new-command?device=gw&actuator=lamp&value=true&when=calendar', 'operator');
    await says(text.commands.forWhom);
    await vi.waitFor(() => expect(field(text.schedules.name)).not.toBeNull(), 5000);
    type(field(text.schedules.name), 'night');
    await vi.waitFor(() => expect(button(text.schedules.save)!.disabled).toBe(false), 5000);
    button(text.schedules.save)!.click();
    await says(text.schedules.taken);
    expect(backend.sent('PUT /schedules/night')[0]!.headers['if-none-match']).toBe('*');

    backend.answers['PUT /schedules/late'] = { status: 400, json: { detail: 'EventBridge Scheduler: Invalid Schedule Expression' } };
    type(field(text.schedules.name), 'late');
    await vi.waitFor(() => expect(field(text.schedules.name).value).toBe('late'));
    button(text.schedules.save)!.click();
    await says('Invalid Schedule Expression (400)');
    expect(backend.sent('PUT /schedules/late')[0]!.body).toMatchObject({ cron: '0 8 * * ? *', value: true, enabled: true });
  });

  test('are changed on their page, with what they came to', async () => {
    backend.answers['PUT /schedules/night'] = { json: night };
    open('#/schedule/night', 'operator');
    await says(text.schedules.noRuns);
    await vi.waitFor(() => expect(field(text.schedules.time).value).toBe('22:30'), 5000);
    type(field(text.schedules.time), '21:15');
    await says('from Monday to Friday at 21:15');
    button(text.schedules.save)!.click();
    await vi.waitFor(() => expect(location.hash).toBe('#/schedules'), 5000);

    expect(backend.sent('PUT /schedules/night')[0]!.body).toMatchObject({ cron: '15 21 ? * MON-FRI *', value: false });
  });

  test('are changed only as they were read; who was overtaken is told, and loads it again', async () => {
    backend.answers['PUT /schedules/night'] = { status: 412, json: { detail: 'another ETag' } };
    open('#/schedule/night', 'operator');
    await vi.waitFor(() => expect(field(text.schedules.time).value).toBe('22:30'), 5000);
    backend.answers['GET /schedules/night'] = { json: { ...night, cron: '0 23 * * ? *' }, headers: { etag: '"two"' } };
    // It is asked for again when somebody comes back to the window; what is being typed stays.
    askAgain();
    await vi.waitFor(() => expect(backend.sent('GET /schedules/night')).toHaveLength(2), 5000);
    type(field(text.schedules.time), '21:15');
    await says('from Monday to Friday at 21:15');
    button(text.schedules.save)!.click();
    await says(text.schedules.changed);
    expect(backend.sent('PUT /schedules/night')[0]!.headers['if-match']).toBe('"one"');

    button(text.load)!.click();
    await vi.waitFor(() => expect(field(text.schedules.time).value).toBe('23:00'), 5000);
    backend.answers['PUT /schedules/night'] = { json: night };
    button(text.schedules.save)!.click();
    await vi.waitFor(() => expect(location.hash).toBe('#/schedules'), 5000);
    expect(backend.sent('PUT /schedules/night')[1]!.headers['if-match']).toBe('"two"');
  });

  test('of a device are on its page', async () => {
    open('#/device/gw', 'viewer');

    await says('from Monday to Friday at 22:30');
    expect(place.querySelector(`a[href="#/schedule/night"]`)).not.toBeNull();
  });
});

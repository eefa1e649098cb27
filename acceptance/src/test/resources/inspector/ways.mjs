// SPDX-License-Identifier: Apache-2.0
// Ways made by hand, for what a real stack shows too seldom to wait for: ten that meet, two hundred steps, a payload that
// never ends, hostile text. Their form is that of `GET /_local/ways/{id}`.

const ROLE = 'arn:aws:sts::000000000000:assumed-role/Fieldline-dev-TelemetryRuleRole/rule';
const FUNCTION_ROLE = 'arn:aws:sts::000000000000:assumed-role/Fieldline-dev-TelemetryFunctionRole/fieldline-dev-telemetry';
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:fieldline-dev-ingest';
const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:fieldline-dev-telemetry:live';
const TELEMETRY = 'arn:aws:dynamodb:us-east-1:000000000000:table/Fieldline-dev-Telemetry';
const FLEET = 'arn:aws:dynamodb:us-east-1:000000000000:table/Fieldline-dev-Fleet';
const BATCH =
  '{"v":1,"device":"cold-store-7","epoch":1795761060000,"lane":0,"firstSeq":4711,"t0":1795761061000,"sensors":[{"name":"temperature","unit":"Cel","rows":[[0,21.5],[1000,21.75],[1000,22]]},{"name":"door","rows":[[350,1]]}]}';
const SQL = "SELECT * AS batch, topic(2) AS thing, timestamp() AS receivedMs FROM 'fieldline/+/telemetry'";

const allowed = (policy, actions, resource) => ({
  effect: 'allow',
  policy,
  statement: { Effect: 'Allow', Action: actions, Resource: resource },
});
const step = (number, parent, lane, kind, name, afterMs, ms, more = {}) => ({ number, parent, lane, kind, name, afterMs, ms, outcome: 'ok', ...more });

function summary(way) {
  const { steps, ...rest } = way;
  return { ...rest, steps: steps.length };
}

function reading(id, { at, device = 'cold-store-7', refused = false, shared, running = false } = {}) {
  const call = (number, operation, resource, afterMs, ms, actions, more = {}) =>
    step(number, 5, 'table', 'call', `dynamodb:${operation}`, afterMs, ms, {
      resource, principal: FUNCTION_ROLE, decision: allowed('TelemetryFunctionPolicy', actions, resource),
      request: `{"TableName":"${resource.split('/')[1]}","Item":{"pk":{"S":"D#${device}#2026-11-27"},"sk":{"S":"1795761061000#0#1795761060000#0000004711"},"packed":{"B":"eJxjZGBg"}}}`,
      answer: '{}', ...more,
    });
  const steps = [
    step(1, null, 'device', 'publish', `$aws/rules/fieldline_dev_telemetry/fieldline/${device}/telemetry`, 0, 0.31, {
      resource: `arn:aws:iot:us-east-1:000000000000:topic/$aws/rules/fieldline_dev_telemetry/fieldline/${device}/telemetry`, principal: device,
      request: BATCH.replaceAll('cold-store-7', device), decision: allowed('fieldline-dev-device-data', 'iot:Publish', ['arn:aws:iot:us-east-1:000000000000:topic/$aws/rules/fieldline_dev_telemetry/fieldline/${iot:Connection.Thing.ThingName}/telemetry']),
    }),
    step(2, 1, 'iot', 'rule', 'fieldline_dev_telemetry', 0.42, 0.18, { resource: 'arn:aws:iot:us-east-1:000000000000:rule/fieldline_dev_telemetry', sql: SQL, result: `{"batch":${BATCH},"thing":"${device}","receivedMs":1795761062123}` }),
    step(3, 2, 'queue', 'call', 'sqs:SendMessage', 0.71, 1.12, { resource: QUEUE, principal: ROLE, decision: allowed('TelemetryRulePolicy', 'sqs:SendMessage', QUEUE), request: `{"QueueUrl":"http://127.0.0.1:4566/000000000000/fieldline-dev-ingest","MessageBody":"{\\"batch\\":`, isCut: true }),
    step(5, 3, 'function', 'invocation', 'fieldline-dev-telemetry', 1.8, running ? null : 38.8, { resource: FUNCTION, waitedMs: 12.6, outcome: running ? 'running' : 'ok', shared }),
    call(6, 'UpdateItem', FLEET, 17.1, 2.04, ['dynamodb:GetItem', 'dynamodb:UpdateItem']),
    call(7, 'PutItem', TELEMETRY, 20.3, 1.66, 'dynamodb:PutItem', refused ? {
      outcome: 'refused', decision: { effect: 'none' }, answer: null,
      why: `AccessDeniedException: User: ${FUNCTION_ROLE} is not authorized to perform: dynamodb:PutItem on resource: ${TELEMETRY} because no identity-based policy allows the dynamodb:PutItem action`,
    } : {}),
    ...(refused || running ? [] : [
      call(8, 'Query', FLEET, 24.7, 3.21, 'dynamodb:Query'),
      call(9, 'UpdateItem', TELEMETRY, 31.8, 1.44, 'dynamodb:UpdateItem'),
      step(10, 5, 'queue', 'call', 'sqs:DeleteMessage', 41.1, 0.42, { resource: QUEUE, principal: FUNCTION_ROLE, decision: allowed('TelemetryFunctionPolicy', 'sqs:DeleteMessage', QUEUE) }),
    ]),
  ];
  return { id, at, kind: 'publish', name: `$aws/rules/fieldline_dev_telemetry/fieldline/${device}/telemetry`, device, principal: device, ms: refused ? 22 : 41.5, outcome: refused ? 'refused' : running ? 'running' : 'ok', steps };
}

function command(id, at) {
  const api = 'arn:aws:execute-api:us-east-1:000000000000:fieldline/dev/POST/devices/cold-store-7/commands';
  const fn = 'arn:aws:lambda:us-east-1:000000000000:function:fieldline-dev-command:live';
  const shadow = 'arn:aws:iot:us-east-1:000000000000:thing/cold-store-7/commands';
  const role = 'arn:aws:sts::000000000000:assumed-role/Fieldline-dev-CommandFunctionRole/fieldline-dev-command';
  const delta = '{"version":8,"timestamp":1795761121,"state":{"lamp":{"id":"01J","value":true,"expiresAtMs":1795761181000}}}';
  return {
    id, at, kind: 'call', name: 'POST /devices/cold-store-7/commands', device: null, principal: 'operator@fieldline.example', ms: 68.4, outcome: 'ok',
    steps: [
      step(1, null, 'other', 'call', 'POST /devices/cold-store-7/commands', 0, 66.2, { resource: api, principal: 'operator@fieldline.example', request: '{"actuator":"lamp","value":true}', answer: '{"id":"01J"}' }),
      step(2, 1, 'function', 'invocation', 'fieldline-dev-command', 1.2, 63.4, { resource: fn, waitedMs: 0.8 }),
      step(3, 2, 'table', 'call', 'dynamodb:GetItem', 9.1, 2.1, { resource: FLEET, principal: role, decision: allowed('CommandFunctionPolicy', 'dynamodb:GetItem', FLEET) }),
      step(4, 2, 'table', 'call', 'dynamodb:TransactWriteItems', 14.8, 4.2, { resource: FLEET, principal: role, decision: allowed('CommandFunctionPolicy', ['dynamodb:PutItem', 'dynamodb:UpdateItem'], FLEET) }),
      step(5, 2, 'shadow', 'call', 'iot-data:UpdateThingShadow', 27.3, 3.1, { resource: shadow, principal: role, decision: allowed('CommandFunctionPolicy', 'iot:UpdateThingShadow', 'arn:aws:iot:us-east-1:000000000000:thing/*/commands'), request: '{"state":{"desired":{"lamp":{"id":"01J","value":true,"expiresAtMs":1795761181000}}}}' }),
      step(6, 5, 'iot', 'publish', '$aws/things/cold-store-7/shadow/name/commands/update/delta', 28.9, 0.2, { request: delta }),
      step(7, 6, 'device', 'delivery', '$aws/things/cold-store-7/shadow/name/commands/update/delta', 29.4, 0.6, { principal: 'cold-store-7', request: delta }),
    ],
  };
}

/** Two functions of a hundred calls each. */
function long(id, at) {
  const steps = [step(1, null, 'device', 'publish', 'plant/import', 0, 0.4, { request: '{}' })];
  for (let i = 2; i <= 200; i++) {
    steps.push(step(i, i % 100 === 2 ? 1 : Math.floor((i - 2) / 100) * 100 + 2, i % 100 === 2 ? 'function' : 'table', i % 100 === 2 ? 'invocation' : 'call', i % 100 === 2 ? 'import' : 'dynamodb:PutItem', i * 2.5, i % 100 === 2 ? 240 : 1.1, { resource: i % 100 === 2 ? FUNCTION : TELEMETRY }));
  }
  return { id, at, kind: 'publish', name: 'plant/import', device: 'importer', principal: 'importer', ms: 502, outcome: 'ok', steps };
}

function hostile(id, at) {
  const payload = `<img src=x onerror="document.title='broken in'">${'<script>alert(1)</script> \u202e\u0000 '.repeat(2_000)}`;
  return {
    id, at, kind: 'publish', name: '<b onmouseover=alert(1)>/"><script>alert(1)</script>', device: '"><i>', principal: '<i>', ms: 0.4, outcome: 'ok',
    steps: [step(1, null, 'device', 'publish', '<b onmouseover=alert(1)>', 0, 0.4, { request: payload, principal: '<i>', resource: 'javascript:alert(1)' })],
  };
}

const at = (ago) => new Date(Date.now() - ago).toISOString();
const ten = Array.from({ length: 10 }, (_, i) => `1-6928-ten-${i}`);

export const ways = [
  ...ten.map((id, i) => reading(id, { at: at(2_000 + i), device: `pump-${i + 1}`, shared: ten.filter((other) => other !== id) })),
  reading('1-6928-ok', { at: at(1_000) }),
  reading('1-6928-runs', { at: at(100), running: true }),
  reading('1-6928-refused', { at: at(31_000), refused: true }),
  command('1-6928-command', at(62_000)),
  long('1-6928-long', at(120_000)),
  hostile('1-6928-hostile', at(125_000)),
].sort((a, b) => (a.at < b.at ? 1 : -1)).map((way, i, all) => ({ ...way, revision: all.length - i }));

/** As `GET /_local/ways` gives them. */
export function listed() {
  return { revision: ways.length, since: at(600_000), forgotten: 12, now: at(0), ways: ways.map(summary) };
}

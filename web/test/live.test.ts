// SPDX-License-Identifier: Apache-2.0
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as packets from 'mqtt-packet';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import type { LiveValue } from '../src/live/frame';
import { type LiveState, subscribe } from '../src/live/live';

// A broker on loopback that speaks just the packets of this conversation.
let server: Server;
let connects: packets.IConnectPacket[];
let sockets: WebSocket[];
let paths: string[];
let refuse: boolean;

const BATCH = {
  v: 1,
  device: 'pump:fan',
  epoch: 1,
  firstSeq: 1,
  t0: 1000,
  sensors: [{ name: 'speed', unit: 'rpm', rows: [[0, 7]] }],
};

beforeEach(async () => {
  connects = [];
  sockets = [];
  paths = [];
  refuse = false;
  server = createServer();
  new WebSocketServer({ server, handleProtocols: () => 'mqtt' }).on('connection', (socket, request) => {
    paths.push(request.url ?? '');
    sockets.push(socket);
    const parser = packets.parser();
    const send = (packet: packets.Packet) => socket.send(packets.generate(packet));
    parser.on('packet', (packet) => {
      if (packet.cmd === 'connect') {
        connects.push(packet);
        send({ cmd: 'connack', returnCode: refuse ? 5 : 0, sessionPresent: false });
      } else if (packet.cmd === 'subscribe') {
        send({ cmd: 'suback', messageId: packet.messageId!, granted: [0] });
        send({
          cmd: 'publish',
          topic: packet.subscriptions[0]!.topic,
          payload: JSON.stringify(BATCH),
          qos: 0,
          retain: false,
          dup: false,
        });
      }
    });
    socket.on('message', (data) => parser.parse(data as Buffer));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});

afterEach(() => {
  sockets.forEach((socket) => socket.terminate());
  return new Promise((done) => server.close(done));
});

function watch() {
  const states: LiveState[] = [];
  const values: LiveValue[] = [];
  let tokens = 0;
  const stop = subscribe(
    {
      endpoint: `127.0.0.1:${(server.address() as AddressInfo).port}`,
      authorizerName: 'fieldline-dev-live',
      secure: false,
      thing: 'pump',
      token: async () => `token-${++tokens}`,
    },
    (received) => values.push(...received),
    (state) => states.push(state),
  );
  return { states, values, stop };
}

test('values of the thing arrive; the token is in the password and nowhere else', async () => {
  const { states, values, stop } = watch();
  await vi.waitUntil(() => values.length > 0);
  stop();

  expect(values).toEqual([
    { device: 'pump:fan', sensor: 'speed', unit: 'rpm', atMs: 1000, value: 7 },
  ]);
  expect(states).toEqual(['connecting', 'on']);
  expect(connects[0]?.username).toBe('web?x-amz-customauthorizer-name=fieldline-dev-live');
  expect(connects[0]?.password?.toString()).toBe('token-1');
  expect(paths).toEqual(['/mqtt']);
});

test('a broken connection is made again, with a fresh token', async () => {
  const { states, values, stop } = watch();
  await vi.waitUntil(() => values.length > 0);
  sockets[0]!.terminate();
  await vi.waitUntil(() => connects.length === 2, { timeout: 5000 });
  stop();

  expect(connects[1]?.password?.toString()).toBe('token-2');
  expect(states.slice(0, 4)).toEqual(['connecting', 'on', 'off', 'connecting']);
});

test('a refused connection is said to be off, and what is ended stays so', async () => {
  refuse = true;
  const { states, stop } = watch();
  await vi.waitUntil(() => states.includes('off'));
  stop();

  expect(states).not.toContain('on');
});

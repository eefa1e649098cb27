// SPDX-License-Identifier: Apache-2.0
import mqtt from 'mqtt';
import { type LiveValue, decodeFrame } from './frame';

/** How to reach the live path. */
export interface LiveTarget {
  readonly endpoint: string;
  readonly authorizerName: string;
  readonly secure: boolean;
  readonly thing: string;
  readonly token: () => Promise<string>;
}

export type LiveState = 'connecting' | 'on' | 'off';

/**
 * Subscribes to a thing's live values: MQTT over WebSocket, with the token in the MQTT password (an
 * address would end in logs). Answers a function that ends it.
 *
 * Source: AWS IoT Core Developer Guide, custom authentication: the authorizer is named in the user
 * name after a question mark.
 */
export function subscribe(
  target: LiveTarget,
  received: (values: readonly LiveValue[]) => void,
  state: (now: LiveState) => void,
): () => void {
  let client: mqtt.MqttClient | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let ended = false;

  const connect = async () => {
    state('connecting');
    let token: string;
    try {
      token = await target.token();
    } catch {
      again();
      return;
    }
    if (ended) {
      return;
    }
    const created = mqtt.connect(addressOf(target), {
      protocolVersion: 4,
      clientId: `web-${crypto.randomUUID()}`,
      username: `web?x-amz-customauthorizer-name=${encodeURIComponent(target.authorizerName)}`,
      password: token,
      keepalive: 60,
      // A new connection needs a fresh token, so reconnecting is done here.
      reconnectPeriod: 0,
      connectTimeout: 10_000,
      // The page's content policy lets no worker be made of a blob.
      timerVariant: 'native',
    });
    client = created;
    created.on('connect', () => {
      created.subscribe(`fieldline/${target.thing}/live`, { qos: 0 }, (error, granted) => {
        if (error || granted?.some((grant) => grant.qos > 2)) {
          created.end(true);
        } else {
          failures = 0;
          state('on');
        }
      });
    });
    created.on('message', (_, payload) => received(decodeFrame(payload)));
    created.on('error', () => created.end(true));
    created.on('close', again);
  };

  const again = () => {
    client = null;
    if (ended || timer !== undefined) {
      return;
    }
    state('off');
    failures++;
    const delayMs = Math.min(60_000, 1000 * 2 ** failures) * (0.5 + Math.random() / 2);
    timer = setTimeout(() => {
      timer = undefined;
      void connect();
    }, delayMs);
  };

  void connect();
  return () => {
    ended = true;
    clearTimeout(timer);
    client?.end(true);
  };
}

/** The endpoint as AWS names it is a host only; a local one may carry a port or a scheme. */
export function addressOf(target: Pick<LiveTarget, 'endpoint' | 'secure'>): string {
  const host = target.endpoint.replace(/^\w+:\/\//, '');
  return `${target.secure ? 'wss' : 'ws'}://${host}/mqtt`;
}

// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef, useState } from 'preact/hooks';
import { watch } from '../api/devices';
import type { Context } from '../app';
import { AGAIN_MS, missed } from '../parts/missed';
import type { LiveState } from './live';
import type { LiveValue } from './frame';

const RENEW_MS = 25_000;

/**
 * Keeps a device's live path open while its page is seen. What the browser thinks of the network does not count: a
 * stack on this machine is there without one.
 */
export function useLive(
  { api, session, config }: Context,
  device: string,
  thing: string | null,
  received: (values: readonly LiveValue[]) => void,
): LiveState {
  const [state, setState] = useState<LiveState>('off');
  const latest = useRef(received);
  latest.current = received;
  useEffect(() => {
    if (thing === null) {
      return;
    }
    let stop: (() => void) | null = null;
    let renewal = 0;
    let again = 0;
    let generation = 0;
    const start = async () => {
      const mine = ++generation;
      // Loaded only now: whoever sees the fleet list only never fetches the MQTT client.
      const live = await import('./live').catch(() => null);
      if (mine !== generation) {
        return;
      }
      if (live === null) {
        again = window.setTimeout(() => void start(), AGAIN_MS);
        await missed(() => mine === generation);
        return;
      }
      stop = live.subscribe(
        {
          endpoint: config.iotEndpoint,
          authorizerName: config.authorizerName,
          secure: location.protocol === 'https:',
          thing,
          token: () => session.accessToken(),
        },
        (values) => latest.current(values.filter((value) => value.device === device)),
        setState,
      );
      const renew = () => void watch(api, device).catch(() => undefined);
      renew();
      renewal = window.setInterval(renew, RENEW_MS);
    };
    const pause = () => {
      generation++;
      stop?.();
      stop = null;
      clearInterval(renewal);
      clearTimeout(again);
      setState('off');
    };
    const follow = () => {
      pause();
      if (!document.hidden) {
        void start();
      }
    };
    follow();
    document.addEventListener('visibilitychange', follow);
    // Either way what was open may be dead without knowing: it is tried anew.
    addEventListener('online', follow);
    addEventListener('offline', follow);
    return () => {
      document.removeEventListener('visibilitychange', follow);
      removeEventListener('online', follow);
      removeEventListener('offline', follow);
      pause();
    };
  }, [device, thing]);
  return state;
}

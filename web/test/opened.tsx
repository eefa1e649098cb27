// SPDX-License-Identifier: Apache-2.0
import { options, render } from 'preact';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import { App, type Context } from '../src/app';
import { watchRoute } from '../src/router';
import { Backend } from './backend';

/** The API of the test that runs. */
export let backend: Backend;
/** Where its page is. */
export let place: HTMLElement;

// jsdom lays nothing out: nothing is ever seen by it, or has a size.
class NeverSeen {
  observe(): void {}
  disconnect(): void {}
}

// Effects come at once, not with the next frame, which may be after the last test.
Object.assign(options, { requestAnimationFrame: (effects: () => void) => setTimeout(effects) });

/** Each test of a file has an API of its own, that knows nothing but that there is nothing. */
export function setUp(): void {
  beforeEach(async () => {
    vi.stubGlobal('IntersectionObserver', NeverSeen);
    vi.stubGlobal('ResizeObserver', NeverSeen);
    // Nor has it a top layer.
    HTMLDialogElement.prototype.showModal = function () {
      this.open = true;
    };
    vi.stubGlobal('scrollTo', () => undefined);
    vi.stubGlobal('confirm', () => true);
    sessionStorage.clear();
    backend = await Backend.start();
    for (const list of ['alarms', 'devices', 'rules', 'groups', 'users', 'schedules', 'commands']) {
      backend.answers[`GET /${list}`] = { json: { [list]: [] } };
    }
    place = document.createElement('div');
    document.body.append(place);
  });
  afterEach(async () => {
    render(null, place);
    place.remove();
    vi.unstubAllGlobals();
    await backend.stop();
  });
}

export function open(hash: string, role: 'viewer' | 'operator' | 'admin'): Context {
  history.replaceState(null, '', `/${hash}`);
  watchRoute();
  const context = backend.context(role);
  render(<App {...context} />, place);
  return context;
}

export const main = () => place.querySelector('main')!;
export const says = (said: string) => vi.waitFor(() => expect(main().textContent).toContain(said), 5000);
export const button = (name: string) =>
  [...place.querySelectorAll('button')].find(
    (one) => (one.getAttribute('aria-label') ?? one.textContent)!.trim() === name,
  );

/** The control that a label is for. */
export function field(label: string): HTMLInputElement {
  const found = [...main().querySelectorAll('label')].find((one) => one.textContent === label);
  return document.getElementById(found?.htmlFor ?? '') as HTMLInputElement;
}

export function type(into: HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement, typed: string): void {
  into.value = typed;
  into.dispatchEvent(new Event(into instanceof HTMLSelectElement ? 'change' : 'input', { bubbles: true }));
}

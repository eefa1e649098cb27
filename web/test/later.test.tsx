// SPDX-License-Identifier: Apache-2.0
// @vitest-environment jsdom
import { type ComponentType, render } from 'preact';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { later } from '../src/parts/later';
import * as text from '../src/text';

// A part of the app that cannot be fetched while there is no network. What a browser makes of it is in journeys/broken.mjs.
let root: HTMLElement;
let network: boolean;
let looked: number;
let reloaded: number;
const place = {
  isThere: async () => {
    looked++;
    return network;
  },
  reload: () => void reloaded++,
};
const failed = () => Promise.reject(new TypeError('Failed to fetch dynamically imported module'));
const here = () => <p>here</p>;

beforeEach(() => {
  sessionStorage.clear();
  dispatchEvent(new Event('hashchange'));
  network = false;
  looked = 0;
  reloaded = 0;
  root = document.createElement('div');
});
afterEach(() => render(null, root));

/** The part is missed, and then there is a network. */
async function missed(load: () => Promise<ComponentType<object>>): Promise<void> {
  const Part = later(load, place);
  render(<Part />, root);
  await vi.waitFor(() => expect(root.textContent).toContain(text.problem.newVersion));
  expect(reloaded, 'without a network the page would be gone').toBe(0);
  network = true;
}

test('comes with the page loaded anew, whole, not asked for again alone', async () => {
  let asked = 0;
  await missed(() => {
    asked++;
    return network ? Promise.resolve(here) : failed();
  });
  expect(asked).toBe(1);
  dispatchEvent(new Event('online'));

  await vi.waitFor(() => expect(reloaded).toBe(1));
  expect(asked).toBe(1);
});

test('has the page not loaded anew again and again', async () => {
  await missed(failed);
  dispatchEvent(new Event('online'));
  await vi.waitFor(() => expect(reloaded).toBe(1));

  looked = 0;
  dispatchEvent(new Event('online'));
  await vi.waitFor(() => expect(looked).toBe(2));
  expect(reloaded).toBe(1);
});

test('loses nothing that somebody has typed, and comes alone', async () => {
  let there = false;
  await missed(() => (there ? Promise.resolve(here) : failed()));
  const field = document.createElement('input');
  document.body.append(field);
  field.dispatchEvent(new Event('input', { bubbles: true }));
  field.remove();
  looked = 0;
  dispatchEvent(new Event('online'));
  await vi.waitFor(() => expect(looked).toBe(2));
  expect(root.textContent).toContain(text.retry);

  there = true;
  dispatchEvent(new Event('online'));
  await vi.waitFor(() => expect(root.textContent).toBe('here'));
  expect(reloaded).toBe(0);
});

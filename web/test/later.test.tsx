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

/** The part is missed, and the network comes back. */
async function missed(load: () => Promise<ComponentType<object>>): Promise<void> {
  const Part = later(load, place);
  render(<Part />, root);
  await vi.waitFor(() => expect(root.textContent).toContain(text.problem.newVersion));
  expect(reloaded, 'without a network the page would be gone').toBe(0);
  network = true;
}

test('comes with the network where the browser fetches it again', async () => {
  await missed(() => (network ? Promise.resolve(here) : failed()));
  dispatchEvent(new Event('online'));

  await vi.waitFor(() => expect(root.textContent).toBe('here'));
  expect(reloaded).toBe(0);
});

test('has the page loaded anew where the browser does not, but not again and again', async () => {
  await missed(failed);
  dispatchEvent(new Event('online'));
  await vi.waitFor(() => expect(reloaded).toBe(1));

  looked = 0;
  dispatchEvent(new Event('online'));
  await vi.waitFor(() => expect(looked).toBe(1));
  expect(reloaded).toBe(1);
});

test('loses nothing that somebody has typed', async () => {
  await missed(failed);
  const field = document.createElement('input');
  document.body.append(field);
  field.dispatchEvent(new Event('input', { bubbles: true }));
  field.remove();
  looked = 0;
  dispatchEvent(new Event('online'));
  await vi.waitFor(() => expect(looked).toBe(1));
  expect(root.textContent).toContain(text.retry);
  expect(reloaded).toBe(0);

  dispatchEvent(new Event('hashchange'));
  dispatchEvent(new Event('online'));
  await vi.waitFor(() => expect(reloaded).toBe(1));
});

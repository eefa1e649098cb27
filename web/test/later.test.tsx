// SPDX-License-Identifier: Apache-2.0
// @vitest-environment jsdom
import { render } from 'preact';
import { expect, test, vi } from 'vitest';
import { later } from '../src/parts/later';
import { text } from '../src/text';

// A part of the app that cannot be fetched while there is no network.
test('comes by itself with the network', async () => {
  let isThere = false;
  const Part = later(() =>
    isThere ? Promise.resolve(() => <p>here</p>) : Promise.reject(new TypeError('Failed to fetch')),
  );
  const root = document.createElement('div');
  render(<Part />, root);
  await vi.waitFor(() => expect(root.textContent).toContain(text.problem.newVersion));

  isThere = true;
  dispatchEvent(new Event('online'));

  await vi.waitFor(() => expect(root.textContent).toBe('here'));
});

// SPDX-License-Identifier: Apache-2.0
// Somebody who has just started a pipeline: its gateway sends values, and every other page says what it is for before
// there is anything on it.
import { journey, told } from './browser.mjs';

/** Pages by their addresses, in the order of the menu. */
const EMPTY = ['alarms', 'rules', 'commands', 'schedules', 'jobs', 'groups', 'add', 'deletions', 'quarantine', '?look=map'];

await journey(async (visit) => {
  const ada = await visit();
  const { page } = ada;
  const saw = { wide: {}, said: {} };
  await ada.signIn();
  await ada.openDevice();
  await page.locator('.live.on').waitFor();
  await page.locator('canvas').first().waitFor();
  saw.tiles = await page.locator('.tiles').innerText();
  for (const path of EMPTY) {
    const name = path.replace('?look=', '');
    await page.goto(`${told.app}#/${path}`);
    await page.locator('.empty').waitFor();
    saw.said[name] = await page.locator('.empty').innerText();
    saw.wide[name] = await ada.everywhere(`${name}-empty`);
  }
  return saw;
});

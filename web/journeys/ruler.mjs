// SPDX-License-Identifier: Apache-2.0
// An administrator makes a rule of each kind, and moves the threshold of one in the chart of its device: with the mouse, a
// finger and keys.
// Needs besides: sensor, names of rules: threshold, rate, absence, composite.
import { journey, told } from './browser.mjs';

await journey(async (visit) => {
  const ada = await visit({ touch: true });
  const { page } = ada;
  const saw = { wide: {}, thresholds: [] };
  await ada.signIn();
  const begin = async (kind) => {
    await page.goto(`${told.app}#/rules`);
    await page.getByRole('link', { name: 'New alarm rule' }).click();
    await page.getByRole('radio', { name: new RegExp(`^${kind}`) }).check();
    await page.getByLabel('Device', { exact: true }).selectOption(told.device);
  };
  const save = async (name) => {
    await page.getByLabel('Name of the rule').fill(name);
    await page.getByRole('button', { name: 'Save rule' }).click();
    await page.waitForURL(/#\/rules$/);
  };

  await begin('Beyond a limit');
  await page.getByLabel('Sensor').selectOption(told.sensor);
  await page.getByLabel('Threshold', { exact: true }).fill('60');
  await save(told.threshold);

  await begin('Changes too fast');
  await page.getByLabel('Sensor').selectOption(told.sensor);
  await page.getByLabel('Rate', { exact: true }).fill('12.5');
  await page.getByLabel('Counted by').selectOption('minute');
  await page.getByLabel('Over', { exact: true }).fill('120');
  await page.getByText('In the last 7 days it would').waitFor();
  saw.wide.rate = await ada.everywhere('rule-rate');
  await save(told.rate);

  await begin('Nothing comes');
  await page.getByLabel('After', { exact: true }).fill('1800');
  saw.wide.absence = await ada.everywhere('rule-absence');
  await save(told.absence);

  await begin('Several rules');
  await page.getByRole('checkbox', { name: told.threshold }).check();
  await page.getByRole('checkbox', { name: told.rate }).check();
  saw.wide.composite = await ada.everywhere('rule-composite');
  await save(told.composite);
  await page.getByRole('row').filter({ hasText: `${told.threshold} and ${told.rate}` }).waitFor();
  // Units are the device's, which may come after the rules.
  await page.getByText('level above 60 %').waitFor();
  saw.rules = await page.locator('tbody tr').allInnerTexts();
  saw.wide.rules = await ada.everywhere('rules');

  // On the device's chart.
  await page.goto(`${told.app}#/device/${encodeURIComponent(told.device)}?range=1h`);
  const line = page.getByRole('slider', { name: `Threshold of ${told.threshold}` });
  await line.waitFor();
  const change = page.locator('.limit-change');
  const saved = async () => {
    saw.thresholds.push(await change.innerText());
    await change.getByRole('button', { name: 'Save threshold' }).click();
    // Until the rules say the same, it says that it is saved.
    await change.waitFor({ state: 'detached' });
  };
  // Once it is there where it is said to be: as parts of the page come, the chart moves.
  const middle = async () => {
    await page.waitForFunction(() => !document.querySelector('[aria-busy=true]'));
    await line.scrollIntoViewIfNeeded();
    const box = await line.boundingBox();
    const at = { x: box.x + box.width - 20, y: box.y + box.height / 2 };
    const isThere = await line.evaluate((it, { x, y }) => it.contains(document.elementFromPoint(x, y)), at);
    return isThere ? at : middle();
  };
  let at = await middle();
  await page.mouse.move(at.x, at.y);
  await page.mouse.down();
  await page.mouse.move(at.x, at.y + 15, { steps: 3 });
  await page.mouse.up();
  await change.waitFor();
  saw.wide.limit = await ada.everywhere('limit');
  await saved();
  at = await middle();
  await ada.fingers([0, 5, 10, 15].map((down) => ({ x: at.x, y: at.y + down })));
  await change.waitFor();
  await saved();
  await line.focus();
  await page.keyboard.press('PageUp');
  await page.keyboard.press('ArrowUp');
  await change.waitFor();
  const kept = await line.getAttribute('aria-valuenow');
  await saved();
  saw.last = Number(kept);
  await line.focus();
  await page.keyboard.press('PageUp');
  await change.getByRole('button', { name: 'Cancel' }).click();
  await change.waitFor({ state: 'detached' });
  saw.afterCancel = Number(await line.getAttribute('aria-valuenow'));
  return saw;
});

// SPDX-License-Identifier: Apache-2.0
// An administrator looks for one device, at a wide range, closer, shares what is seen, takes it home,
// and makes an alarm rule.
// Needs besides: sensor.
import { readFile } from 'node:fs/promises';
import { journey, told } from './browser.mjs';

await journey(async (visit) => {
  const ada = await visit({ dark: true });
  const { page } = ada;
  const saw = {};
  await ada.signIn();
  const rows = page.locator('.devices tbody tr');
  await rows.first().waitFor();

  // By keys alone: find, choose, open.
  await page.keyboard.press('/');
  await page.keyboard.type(`${told.device} ${told.sensor}`);
  await page.waitForFunction(() => document.querySelectorAll('.devices tbody tr').length === 1);
  saw.found = await rows.innerText();
  await page.getByRole('link', { name: 'Silent' }).click();
  await page.getByText('No device matches').waitFor();
  saw.searchAddress = page.url();
  await page.goBack();
  await rows.first().waitFor();
  await page.getByRole('link', { name: told.device, exact: true }).focus();
  await page.keyboard.press('Enter');

  const chart = page.getByRole('img', { name: new RegExp(`^${told.sensor}: `) });
  await chart.waitFor();
  saw.whole = await chart.getAttribute('aria-label');
  await ada.shot('band-dark');
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download CSV' }).click(),
  ]);
  saw.file = file.suggestedFilename();
  saw.csv = await readFile(await file.path(), 'utf8');

  // Dragged over the tenth of what is drawn.
  const box = await ada.placeOf(chart);
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * 0.1, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.2, y, { steps: 4 });
  await page.mouse.up();
  await page.waitForURL(/from=\d+&to=\d+/);
  await page.waitForFunction(
    ([sensor, before]) =>
      document.querySelector(`[role=img][aria-label^="${sensor}: "]`)?.ariaLabel !== before,
    [told.sensor, saw.whole],
  );
  saw.zoomed = page.url();
  saw.part = await chart.getAttribute('aria-label');
  await ada.shot('zoomed-dark');

  // What was shared is what the other sees.
  const other = await ada.context.newPage();
  await other.goto(saw.zoomed);
  await other.getByRole('button', { name: 'Sign in' }).click();
  await ada.enter(told.password, other);
  await other.locator('canvas').first().waitFor();
  saw.shared = await other
    .getByRole('img', { name: new RegExp(`^${told.sensor}: `) })
    .getAttribute('aria-label');
  await other.close();

  await page.getByRole('button', { name: 'Zoom out' }).click();
  await page.getByRole('button', { name: 'Earlier' }).press('Enter');
  saw.moved = page.url();
  await chart.locator('.u-over').dblclick();
  await page.waitForURL((url) => !url.href.includes('from='));

  // The same by keys and by the wheel.
  const zoomedIn = () => page.waitForURL(/from=\d+&to=\d+/);
  const whole = async () => {
    await page.keyboard.press('Escape');
    await page.waitForURL((url) => !url.href.includes('from='));
  };
  await chart.focus();
  await page.keyboard.press('+');
  await zoomedIn();
  await page.keyboard.press('ArrowLeft');
  await whole();
  await page.mouse.move(box.x + box.width / 2, (await ada.placeOf(chart)).y + 40);
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, -100);
  await page.keyboard.up('Control');
  await zoomedIn();
  await chart.focus();
  await whole();

  // An alarm rule: what it would have done, its line in the chart, and away with it.
  await page.getByRole('link', { name: 'New alarm rule' }).click();
  await page.getByLabel('Sensor').selectOption(told.sensor);
  await page.getByLabel('Threshold', { exact: true }).fill('50');
  saw.preview = await page.getByText('In the last 7 days it would').innerText();
  await page.locator('canvas').waitFor();
  // The line itself is taken and put higher.
  const line = await page.getByRole('slider', { name: /^Threshold of/ }).boundingBox();
  const [x2, y2] = [line.x + line.width / 2, line.y + line.height / 2];
  await page.mouse.move(x2, y2);
  await page.mouse.down();
  await page.mouse.move(x2, y2 - 20, { steps: 4 });
  await page.mouse.up();
  saw.dragged = await page.getByLabel('Threshold', { exact: true }).inputValue();
  await page.getByLabel('Threshold', { exact: true }).fill('50');
  saw.wide = { rule: await ada.everywhere('alarm-rule') };
  await page.getByRole('button', { name: 'Save rule' }).click();
  const rule = page.getByRole('row').filter({ hasText: `${told.sensor} above 50` });
  // The unit is the device's, which may come after the rules.
  await rule.getByText('l/min').waitFor();
  saw.rule = await rule.innerText();
  await ada.shot('alarm-rules');
  page.on('dialog', (dialog) => dialog.accept());
  await rule.getByRole('button', { name: /^Remove / }).click();
  await rule.waitFor({ state: 'detached' });
  return saw;
});

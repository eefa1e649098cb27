// SPDX-License-Identifier: Apache-2.0
// An operator signs in, finds the device, reads its values, watches new ones come, and switches.
// Needs besides: sensors (how many), live: { sensor, value, shown }, lamp, broken, dimmer: names of switches.
import { journey, told } from './browser.mjs';

await journey(async (visit) => {
  const ada = await visit();
  const { page } = ada;
  const saw = {};
  await page.goto(told.app);
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  saw.wide = { signIn: await ada.everywhere('sign-in') };
  await ada.openSignIn();
  await ada.enter('not the password');
  saw.refused = await page.getByRole('alert').innerText();
  await ada.shot('wrong-password');
  await ada.enter(told.password);

  const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: told.device, exact: true }) });
  await row.waitFor();
  saw.person = await page.locator('.person .name').innerText();
  saw.fleet = await row.innerText();
  await ada.shot('fleet');

  await ada.openDevice();
  await page.waitForFunction((count) => document.querySelectorAll('figure').length === count, told.sensors);
  await page.locator('.live.on').waitFor();
  await page.waitForFunction(() => !document.body.innerText.includes('Loading'));
  await ada.shot('device');
  saw.tables = await ada.tables();
  await ada.shot('device-tables');

  console.log('open');
  await page
    .locator(`[data-sensor="${told.live.sensor}"]`)
    .getByText(told.live.shown)
    .first()
    .waitFor();
  await page.waitForFunction(
    ({ sensor, value }) =>
      document.querySelector(`table[data-sensor="${sensor}"] tbody tr td + td`).textContent === value,
    told.live,
  );
  console.log('live');

  saw.lamp = await ada.press(told.lamp, 'done');
  await page.locator('.actuator').filter({ hasText: told.lamp }).getByText('reported on').waitFor();
  saw.lampIsOn = await page.getByRole('switch', { name: told.lamp, exact: true }).getAttribute('aria-checked');
  saw.broken = await ada.press(told.broken, /failed/);
  const dimmer = page.locator('.actuator').filter({ has: page.locator('.label').getByText(told.dimmer, { exact: true }) });
  const slider = dimmer.getByRole('slider');
  saw.reach = await slider.evaluate(({ min, max, step }) => [min, max, step]);
  for (let steps = 0; steps < 7; steps++) await slider.press('ArrowRight');
  await dimmer.getByRole('button', { name: `Set ${told.dimmer}` }).click();
  await dimmer.getByText('reported 35').waitFor();
  await ada.shot('switched');

  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  saw.kept = await page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.includes('tokens')));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('Password').waitFor();
  return saw;
});

// SPDX-License-Identifier: Apache-2.0
// Somebody who may only look, in the dark and on a phone.
import { journey, told } from './browser.mjs';

await journey(async (visit) => {
  const vera = await visit({ dark: true });
  await vera.signIn();
  await vera.page.getByRole('link', { name: told.device, exact: true }).waitFor();
  await vera.shot('fleet-dark');
  await vera.openDevice();
  await vera.page.locator('.live.on').waitFor();
  await vera.page.locator('canvas').first().waitFor();
  await vera.page.waitForFunction(() => !document.body.innerText.includes('Loading'));
  const switches = await vera.page.locator('.actuator :is(button, input)').all();
  const disabled = await Promise.all(switches.map((one) => one.isDisabled()));
  const why = await vera.page.locator('section[aria-labelledby="switches"]').innerText();
  await vera.shot('device-dark');
  await vera.page.emulateMedia({ colorScheme: 'light' });
  await vera.page.setViewportSize({ width: 390, height: 844 });
  const wide = { device: await vera.wide() };
  await vera.shot('device-phone');
  await vera.page.getByRole('link', { name: 'All devices' }).click();
  await vera.page.getByRole('link', { name: told.device, exact: true }).waitFor();
  wide.fleet = await vera.wide();
  await vera.shot('fleet-phone');
  return { switches: switches.length, disabled, why, wide };
});

// SPDX-License-Identifier: Apache-2.0
// Somebody looks where devices are: far away two are one, near they are two, one of them is opened.
// Needs besides: vans (three devices, the last two close together).
import { journey, told } from './browser.mjs';

await journey(async (visit) => {
  const vera = await visit({ touch: true });
  const { page } = vera;
  const saw = {};
  await vera.signIn();
  await page.getByRole('link', { name: 'On a map' }).click();
  const map = page.getByRole('group', { name: 'Map of the devices' });
  const marker = (name) => page.getByRole('link', { name: new RegExp(`^${name},`) });
  const cluster = page.getByRole('button', { name: /close together/ });
  await marker(told.vans[0]).waitFor();
  saw.cluster = await cluster.getAttribute('aria-label');
  saw.without = await page.getByText('without a position').innerText();
  saw.wide = await vera.everywhere('map');

  // By keys: nearer, elsewhere, and back to all.
  await map.focus();
  const places = () => page.locator('.marker circle.touch, .several circle').evaluateAll((all) => all.map((one) => `${one.getAttribute('cx')} ${one.getAttribute('cy')}`).join());
  const atFirst = await places();
  await page.keyboard.press('ArrowLeft');
  await page.waitForFunction(() => !document.querySelector('.map-buttons .slim').disabled);
  saw.moved = (await places()) !== atFirst;
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => document.querySelector('.map-buttons .slim').disabled);
  saw.back = (await places()) === atFirst;

  // By two fingers: farther apart is nearer.
  const box = await map.boundingBox();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const scale = () => page.locator('.scale text').innerHTML();
  const before = await scale();
  await vera.fingers(
    [0, 1, 2, 3].map((step) => ({ x: x - 40 - 25 * step, y })),
    [0, 1, 2, 3].map((step) => ({ x: x + 40 + 25 * step, y })),
  );
  await page.waitForFunction((was) => document.querySelector('.scale text').innerHTML !== was, before);
  saw.pinched = [before, await scale()];
  await page.getByRole('button', { name: 'Show all' }).click();

  await cluster.focus();
  await page.keyboard.press('Enter');
  await marker(told.vans[1]).waitFor();
  await marker(told.vans[2]).waitFor();
  await vera.shot('map-near');
  await marker(told.vans[1]).click();
  await page.getByRole('heading', { level: 1, name: told.vans[1] }).waitFor();
  return saw;
});

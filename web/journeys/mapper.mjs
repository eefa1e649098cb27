// SPDX-License-Identifier: Apache-2.0
// Somebody looks where devices are: far away two are one, near they are two, one of them is opened.
// Needs besides: vans (three devices, the last two close together).
import { journey, told } from './browser.mjs';

await journey(async (visit) => {
  const vera = await visit({ touch: true });
  const { page } = vera;
  const saw = { wide: {} };
  await vera.signIn();
  await page.getByRole('link', { name: 'On a map' }).click();
  const map = page.getByRole('group', { name: 'Map of the devices' });
  const marker = (name) => page.getByRole('link', { name: new RegExp(`^${name},`) });
  const cluster = page.getByRole('button', { name: /close together/ });
  await marker(told.vans[0]).waitFor();
  saw.cluster = await cluster.getAttribute('aria-label');
  saw.without = await page.getByText('without a position').innerText();
  saw.wide.map = await vera.everywhere('map');

  // By keys: elsewhere, and back to all. A window that was another is drawn anew a moment later, and what others send moves
  // the whole: what is waited for is that it has come.
  await map.focus();
  const all = page.getByRole('button', { name: 'Show all' });
  const drawnIn = (wanted) =>
    page.waitForFunction(
      ([before, same]) => {
        const map = document.querySelector('.map svg');
        const lines = [...map.querySelectorAll('.graticule path')].map((line) => line.getAttribute('d'));
        const places = [...map.querySelectorAll('.marker circle.touch, .several circle')].map((one) => `${one.getAttribute('cx')} ${one.getAttribute('cy')}`).join();
        const whole = lines.some((line) => line.endsWith(`H${map.clientWidth}`)) && places !== '';
        return whole && (before === null || (places === before) === same) && places;
      },
      wanted,
    ).then((found) => found.jsonValue());
  const atFirst = await drawnIn([null, true]);
  await page.keyboard.press('ArrowLeft');
  await drawnIn([atFirst, false]);
  saw.moved = await all.isEnabled();
  await page.keyboard.press('Escape');
  await drawnIn([atFirst, true]);
  saw.back = await all.isDisabled();

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
  await all.click();

  await cluster.focus();
  await page.keyboard.press('Enter');
  await marker(told.vans[1]).waitFor();
  await marker(told.vans[2]).waitFor();
  await vera.shot('map-near');
  await marker(told.vans[1]).click();
  await page.getByRole('heading', { level: 1, name: told.vans[1] }).waitFor();
  return saw;
});

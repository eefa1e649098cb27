// SPDX-License-Identifier: Apache-2.0
// Somebody with a phone moves and zooms a chart by fingers, and lays another device beside it.
// Needs besides: other (a device with the same sensor), sensor.
import { journey, told } from './browser.mjs';

await journey(async (visit) => {
  const vera = await visit({ width: 390, height: 844, touch: true });
  const { page } = vera;
  const saw = {};
  // On a phone who is signed in stands on the page of everything else.
  await vera.openSignIn();
  await vera.enter(told.password);
  await page.locator('.frame').waitFor();
  await page.goto(`${told.app}#/device/${encodeURIComponent(told.device)}?range=1h`);
  const chart = page.getByRole('img', { name: new RegExp(`^${told.sensor}: `) });
  await chart.waitFor();
  await chart.scrollIntoViewIfNeeded();
  const span = () => page.evaluate(() => Object.fromEntries(new URLSearchParams(location.hash.split('?')[1])));
  const place = () => vera.placeOf(chart);
  const way = async (from, to) => {
    const box = await place();
    return Array.from({ length: 6 }, (_, step) => ({
      x: box.x + box.width * (from + ((to - from) * step) / 5),
      y: box.y + box.height / 2,
    }));
  };

  await vera.fingers(await way(0.3, 0.7));
  await page.waitForURL(/from=\d+&to=\d+/);
  saw.swiped = await span();
  await vera.fingers(await way(0.4, 0.2), await way(0.6, 0.8));
  await page.waitForURL((url) => !url.href.includes(`from=${saw.swiped.from}&`));
  saw.pinched = await span();
  // Up and down is the page's.
  const top = await page.evaluate(() => scrollY);
  const box = await place();
  const x = box.x + box.width / 2;
  await vera.fingers(Array.from({ length: 8 }, (_, step) => ({ x, y: box.y + box.height - 5 - 20 * step })));
  await page.waitForFunction((was) => scrollY > was, top);
  saw.after = await span();

  await page.goto(`${told.app}#/device/${encodeURIComponent(told.device)}?range=1h`);
  await page.getByLabel('Compare with another device').selectOption(told.other);
  await page.locator('.legend .other').getByText(told.other).waitFor();
  saw.beside = page.url();
  // Both lines are drawn, each in its own colour.
  const colours = () =>
    page.evaluate(() => {
      const canvas = document.querySelector('.chart canvas');
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      const named = (name) => {
        const probe = document.createElement('i');
        probe.style.color = `var(${name})`;
        document.body.append(probe);
        const colour = getComputedStyle(probe).color.match(/\d+/g).slice(0, 3).map(Number);
        probe.remove();
        return colour;
      };
      const count = ([red, green, blue]) => {
        let found = 0;
        for (let at = 0; at < data.length; at += 4) {
          const off = Math.abs(data[at] - red) + Math.abs(data[at + 1] - green) + Math.abs(data[at + 2] - blue);
          found += off < 48 && data[at + 3] > 220;
        }
        return found;
      };
      return { own: count(named('--accent')), other: count(named('--other')) };
    });
  await page.waitForFunction(() => !document.querySelector('[aria-busy=true]'));
  for (let tries = 0; tries < 50; tries++) {
    saw.colours = await colours();
    if (saw.colours.own > 0 && saw.colours.other > 0) break;
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(done)));
  }
  await vera.shot('beside-phone');
  await page.setViewportSize({ width: 1200, height: 900 });
  await vera.themes('beside');
  return saw;
});

// SPDX-License-Identifier: Apache-2.0
// Measures how soon a device's first chart is drawn by a running app; one line a figure, for `./fieldline bench first-chart`.
//   node bench/first-chart.mjs APP EMAIL PASSWORD DEVICE ROUNDS
import { chromium } from 'playwright-core';

const [app, email, password, device, rounds] = process.argv.slice(2);
if (!(Number(rounds) > 0)) {
  console.error('expected: APP EMAIL PASSWORD DEVICE ROUNDS');
  process.exit(2);
}
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const context = await browser.newContext({ viewport: { width: 1360, height: 900 } });
// A line of a chart is stroked along a path, its axes are not; what was stroked is seen with the frame after.
await context.addInitScript(() => {
  const stroke = CanvasRenderingContext2D.prototype.stroke;
  CanvasRenderingContext2D.prototype.stroke = function (...given) {
    stroke.apply(this, given);
    if (given.length > 0 && globalThis.drawnMs === undefined) {
      globalThis.drawnMs = null;
      requestAnimationFrame(() => requestAnimationFrame(() => (globalThis.drawnMs = performance.now())));
    }
  };
});
const page = await context.newPage();
page.on('pageerror', (error) => {
  console.error(error.stack);
  process.exit(1);
});
await page.goto(app);
await page.getByRole('button', { name: 'Sign in' }).click();
await page.getByLabel('Email').fill(email);
await page.getByLabel('Password').fill(password);
await page.getByRole('button', { name: 'Sign in' }).click();
await page.getByRole('link', { name: device, exact: true }).waitFor();

const cdp = await context.newCDPSession(page);
const address = `${app}#/device/${encodeURIComponent(device)}`;
const drawn = async () => {
  await page.waitForFunction(() => typeof globalThis.drawnMs === 'number');
  return page.evaluate(() => globalThis.drawnMs);
};

/** Milliseconds from the start of the navigation, with what the browser has kept or with nothing. */
async function opened(kept) {
  await page.goto('about:blank');
  if (!kept) {
    await cdp.send('Network.clearBrowserCache');
  }
  await page.goto(address, { waitUntil: 'commit' });
  return drawn();
}

/** Milliseconds from the press of its name in the list. */
async function chosen() {
  await page.goto('about:blank');
  await page.goto(app);
  const link = page.getByRole('link', { name: device, exact: true });
  await link.waitFor();
  await page.evaluate(() =>
    addEventListener('click', () => (globalThis.pressedMs = performance.now()), { capture: true, once: true }),
  );
  await link.click();
  return (await drawn()) - (await page.evaluate(() => globalThis.pressedMs));
}

await opened(false);
for (let round = 0; round < Number(rounds); round++) {
  console.log(`empty ${round} ${(await opened(false)).toFixed(1)}`);
  console.log(`kept ${round} ${(await opened(true)).toFixed(1)}`);
  console.log(`chosen ${round} ${(await chosen()).toFixed(1)}`);
}
console.log('done');
await browser.close();

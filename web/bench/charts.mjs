// SPDX-License-Identifier: Apache-2.0
// Measures the app's chart in Debian's chromium; one line a figure, for `./fieldline bench charts`.
//   node bench/charts.mjs draw POINTS ROUNDS      milliseconds until they are drawn, a line a round
//   node bench/charts.mjs run CHARTS SECONDS      MiB of heap after a collection, ten times, and the part of a core
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { chromium } from 'playwright-core';
import { build } from 'vite';

const [what, ...numbers] = process.argv.slice(2);
const [first, second] = numbers.map(Number);
if (!['draw', 'run'].includes(what) || !(first > 0) || !(second > 0)) {
  console.error('expected: draw POINTS ROUNDS or run CHARTS SECONDS');
  process.exit(2);
}
const root = new URL('../', import.meta.url).pathname;
await build({ root: `${root}bench`, configFile: `${root}vite.bench.config.ts`, logLevel: 'error' });

const HOUR_MS = 3_600_000;
const SAMPLES = 10;
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const page = await browser.newPage({ viewport: { width: 1360, height: 900 } });
page.on('pageerror', (error) => {
  console.error(error.stack);
  process.exit(1);
});
await page.route('http://charts.invalid/**', async (route) => {
  const path = new URL(route.request().url()).pathname;
  await route.fulfill({ contentType: TYPES[extname(path)], body: await readFile(`${root}dist-bench${path}`) });
});
await page.goto('http://charts.invalid/index.html');
await page.waitForFunction(() => 'draw' in globalThis);

if (what === 'draw') {
  for (let round = 0; round < second; round++) {
    console.log(`draw ${round} ${(await page.evaluate((count) => globalThis.draw(count), first)).toFixed(2)}`);
  }
} else {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable');
  const metrics = async () =>
    Object.fromEntries((await cdp.send('Performance.getMetrics')).metrics.map(({ name, value }) => [name, value]));
  await page.evaluate(([charts, hourMs]) => void globalThis.run(charts, hourMs), [first, HOUR_MS]);
  // What is compiled and cached only once is not what grows.
  await page.waitForTimeout((second * 1000) / SAMPLES);
  const before = await metrics();
  for (let sample = 0; sample < SAMPLES; sample++) {
    await page.waitForTimeout((second * 1000) / SAMPLES);
    await cdp.send('HeapProfiler.collectGarbage');
    console.log(`heap ${sample} ${((await metrics()).JSHeapUsedSize / 2 ** 20).toFixed(3)}`);
  }
  const after = await metrics();
  console.log(`busy ${(((after.TaskDuration - before.TaskDuration) / (after.Timestamp - before.Timestamp)) * 100).toFixed(2)}`);
  console.log(`nodes ${after.Nodes - before.Nodes}`);
}
console.log('done');
await browser.close();

// SPDX-License-Identifier: Apache-2.0
// What a real stack shows too seldom to wait for, from ways made by hand (`samples`, a module): ten that meet, two hundred steps,
// text that would break a page, one that still runs, one that is forgotten; and a stack that has no actions.
import { COLOURS, journey, told } from './browser.mjs';

const { ways, listed } = await import(told.samples);

await journey(async (visit) => {
  const saw = { wide: {} };
  for (const dark of [false, true]) {
    const eve = await visit({ width: 1360, dark });
    const { page } = eve;
    const theme = dark ? '-dark' : '';
    const shot = (name) => eve.shot(`${name}${theme}`, dark ? COLOURS : null);
    // The way before is seen until this one has come: ways are known by their times.
    const at = async (id) => {
      await page.goto(`${told.app}#way=${id}`);
      await page.locator(`.way-head time[datetime="${ways.find((one) => one.id === id).at}"]`).waitFor();
      await page.locator('.picture .step').first().waitFor();
    };
    await page.route(/\/_local\/ways\?/, (route) => route.fulfill({ json: listed() }));
    await page.route(/\/_local\/ways\/[^/]+$/, (route) => {
      const id = decodeURIComponent(new URL(route.request().url()).pathname.split('/').at(-1));
      const way = ways.find((one) => one.id === id);
      return way ? route.fulfill({ json: way }) : route.fulfill({ status: 404, json: { message: `no way ${id}` } });
    });
    const missing = (route) => route.fulfill({ status: 404, json: { message: 'no such path' } });
    await page.route(/\/_local\/ways\/[^/]+\/again$/, missing);
    await page.route(/\/_local\/(clock|faults)/, missing);

    await at('1-6928-ten-0');
    saw.meets = await page.locator('.meets').innerText();
    await page.locator('.meets .box').click();
    saw.others = await page.locator('.links a').count();
    await shot('inspector-ten');
    saw.actions = await page.getByRole('button', { name: /fault|clock/i }).count();
    await page.getByRole('button', { name: 'Publish again' }).click();
    await page.getByText('This stack cannot publish a message again.').waitFor();
    saw.again = await page.getByRole('button', { name: 'Publish again' }).count();

    await at('1-6928-long');
    saw.long = await page.locator('.step').count();
    await shot('inspector-long');

    await at('1-6928-hostile');
    await page.locator('.box').click();
    await page.getByRole('button', { name: /^Show all/ }).click();
    saw.hostile = await page.getByRole('complementary').locator('pre').first().innerText();
    saw.made = await page.locator('main img, main script, aside img, aside script').count();
    saw.title = await page.title();
    await shot('inspector-hostile');

    await at('1-6928-runs');
    saw.runs = await page.locator('.way-head .tag').innerText();
    await at('1-6928-command');
    await shot('inspector-command');
    await at('1-6928-refused');
    await shot('inspector-sample-refused');

    await page.goto(`${told.app}#way=1-forgotten`);
    await page.getByRole('heading', { level: 1, name: 'This way is not kept any more' }).waitFor();

    await page.setViewportSize({ width: 390, height: 844 });
    for (const id of ['ten-0', 'long', 'hostile', 'command', 'refused']) {
      await at(`1-6928-${id}`);
      saw.wide[id] = await page.evaluate(() => document.documentElement.scrollWidth);
      await shot(`inspector-${id}-phone`);
    }
    await page.goto(`${told.app}#`);
    await page.locator('#ways li a').first().waitFor();
    saw.wide.list = await page.evaluate(() => document.documentElement.scrollWidth);
    await shot('inspector-list-phone');
    await eve.close();
  }
  return saw;
});

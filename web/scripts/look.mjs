// SPDX-License-Identifier: Apache-2.0
// Pictures of every page of a running app, in light, dark and on a phone, and what axe finds.
// For a person's own look, and for the pictures in docs/images.
//   ./fieldline up && npm run look -- ADDRESS EMAIL PASSWORD [FOLDER] [PAGE…]
import { mkdirSync, readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const [app, email, password, folder = 'shots', ...only] = process.argv.slice(2);
if (password === undefined) {
  console.error('expected: npm run look -- ADDRESS EMAIL PASSWORD [FOLDER] [PAGE…]');
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
const axe = readFileSync(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const FORMS = {
  'light': { width: 1360, dark: false },
  'dark': { width: 1360, dark: true },
  'phone': { width: 390, dark: false },
};
let violations = 0;

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });

async function person({ width, dark }) {
  const context = await browser.newContext({
    viewport: { width, height: width < 500 ? 844 : 900 },
    deviceScaleFactor: width < 500 ? 2 : 1,
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.on('pageerror', (error) => console.log('page error:', error.message));
  page.on('console', (message) => message.type() === 'error' && console.log(message.text()));
  await page.goto(app);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('.frame').waitFor();
  return page;
}

const first = (await person(FORMS.light)).locator('.devices .name a').first();
const device = process.env.DEVICE ?? (await first.innerText());
const at = (path) => async (page) => page.goto(`${app}${path}`);
const drawn = async (page) => {
  await page.locator('canvas').first().waitFor({ timeout: 8000 });
  await page.waitForTimeout(500);
};
const PAGES = {
  'fleet': at('#/'),
  'cards': at('#/?look=cards'),
  'map': at('#/?look=map'),
  'device': async (page) => (await at(`#/device/${encodeURIComponent(device)}?range=6h`)(page), drawn(page)),
  'device-year': async (page) => (await at(`#/device/${encodeURIComponent(device)}?range=7d`)(page), drawn(page)),
  'alarms': async (page) => {
    await at('#/alarms')(page);
    const history = page.getByRole('button', { name: /^History/ }).first();
    await history.click({ timeout: 3000 }).catch(() => console.log('no alarm stands'));
  },
  'rules': at('#/rules'),
  'new-rule': async (page) => {
    await at(`#/new-rule?device=${encodeURIComponent(device)}`)(page);
    const sensor = page.getByLabel('Sensor');
    await sensor.waitFor();
    await sensor.selectOption({ index: 2 });
    await page.getByLabel('Threshold', { exact: true }).fill(process.env.THRESHOLD ?? '-17.2');
    await page.getByLabel('Hysteresis').fill('0.3');
    await page.locator('canvas').first().waitFor({ timeout: 8000 });
  },
  'commands': at('#/commands'),
  'command': async (page) => {
    await at('#/commands')(page);
    await page.locator('.jobs a').first().click({ timeout: 3000 }).catch(() => console.log('no command to many'));
  },
  'new-command': at(`#/new-command?device=${encodeURIComponent(device)}`),
  'schedules': at('#/schedules'),
  'new-schedule': at(`#/new-command?device=${encodeURIComponent(device)}&when=calendar`),
  'jobs': at('#/jobs'),
  'job': async (page) => {
    await at('#/jobs')(page);
    await page.locator('.jobs a').first().click({ timeout: 3000 }).catch(() => console.log('no job'));
  },
  'new-job': at('#/new-job'),
  'groups': at('#/groups'),
  'add': at('#/add'),
  'deletions': at('#/deletions'),
  'quarantine': async (page) => {
    await at('#/quarantine')(page);
    const show = page.getByRole('button', { name: /^Show message/ }).first();
    await show.click({ timeout: 3000 }).catch(() => console.log('nothing in quarantine'));
  },
  'health': at('#/health'),
  'audit': at('#/audit'),
  'people': at('#/people'),
  'more': at('#/more'),
  'unknown': at('#/nonsense'),
};

for (const [form, options] of Object.entries(FORMS)) {
  const page = await person(options);
  for (const [name, open] of Object.entries(PAGES)) {
    if (only.length > 0 && !only.includes(name)) continue;
    await open(page).catch((error) => console.log(`${name}-${form}: ${error.message.split('\n')[0]}`));
    await page.waitForFunction(() => !document.body.innerText.includes('Loading'), null, { timeout: 9000 })
      .catch(() => console.log(`${name}-${form}: loads for too long`));
    await page.waitForTimeout(700);
    await page.screenshot({ path: `${folder}/${name}-${form}.png`, fullPage: true });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    if (wide > options.width) console.log(`${name}-${form}: ${wide} px wide`);
    await page.evaluate(axe);
    const result = await page.evaluate(() => globalThis.axe.run());
    for (const violation of result.violations) {
      violations++;
      const where = violation.nodes.map((node) => node.target.join(' ')).join(' | ');
      console.log(`${name}-${form}: ${violation.id}: ${violation.help}: ${where}`);
    }
  }
  await page.context().close();
}
await browser.close();
console.log(`${violations} axe violations`);
process.exit(violations > 0 ? 1 : 0);

// SPDX-License-Identifier: Apache-2.0
// What the journeys share: a browser that keeps what happened in it, sign-in, pictures, axe.
// A journey is a program that the acceptance tests start with one argument, a JSON object:
//   app, email, password, device, shots (folder of the pictures), and what it needs besides.
// It says where it is, line by line, and ends with one line of JSON: what it saw.
import { mkdirSync, readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const AXE = readFileSync(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const LIMIT_MS = 60_000;
const PHONE = { width: 390, height: 844 };
/** What another theme alone can break: all the rest of a page is the same in it. */
export const COLOURS = ['color-contrast', 'link-in-text-block'];

export const told = JSON.parse(process.argv[2]);

/** Runs a journey; what it answers is printed with all that happened in the browser. */
export async function journey(walk) {
  mkdirSync(told.shots, { recursive: true });
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  const happened = { requests: new Set(), sockets: new Set(), frames: [], errors: [], violations: [] };
  try {
    const saw = await walk((options = {}) => visitor(browser, happened, options));
    const kept = { ...happened, requests: [...happened.requests], sockets: [...happened.sockets] };
    console.log(JSON.stringify({ ...saw, ...kept }));
  } catch (error) {
    console.log(error.stack, [...happened.errors]);
    for (const page of browser.contexts().flatMap((context) => context.pages())) {
      await page.screenshot({ path: `${told.shots}/failed.png`, fullPage: true });
    }
    process.exitCode = 1;
  } finally {
    await browser.close();
  }
}

/** A person with a window of their own. */
async function visitor(browser, happened, { dark = false, width = 1200, height = 900, touch = false }) {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
    hasTouch: touch,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  context.setDefaultTimeout(LIMIT_MS);
  const page = await context.newPage();
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol !== 'data:' && url.protocol !== 'blob:') {
      happened.requests.add(url.origin);
    }
  });
  page.on('websocket', (socket) => {
    happened.sockets.add(new URL(socket.url()).origin);
    socket.on('framereceived', ({ payload }) => happened.frames.push(payload.toString('latin1')));
  });
  page.on('pageerror', (error) => happened.errors.push(`${page.url()}: ${error.stack}`));
  page.on('console', (message) => {
    // What is refused at the user pool's own page is in the console there.
    const own = page.url().startsWith(told.app);
    if (own && (message.type() === 'error' || message.type() === 'warning')) {
      happened.errors.push(`${page.url()}: ${message.text()}`);
    }
  });
  return new Visitor(context, page, happened);
}

class Visitor {
  constructor(context, page, happened) {
    this.context = context;
    this.page = page;
    this.happened = happened;
  }

  async signIn() {
    await this.openSignIn();
    await this.enter(told.password);
    await this.page.getByRole('button', { name: 'Sign out' }).waitFor();
  }

  /** To the user pool's own page. */
  async openSignIn() {
    await this.page.goto(told.app);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
    await this.page.getByLabel('Password').waitFor();
  }

  async enter(password, page = this.page) {
    await page.getByLabel('Email').fill(told.email);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }

  /** From the fleet list, as a person goes. */
  async openDevice() {
    await this.page.getByRole('link', { name: told.device, exact: true }).click();
    await this.page.getByRole('heading', { level: 1, name: told.device }).waitFor();
  }

  /** By the chart's sensor: the rows of its table, oldest first, each a time and a value. */
  async tables() {
    await this.page.locator('details.table').first().waitFor();
    for (const closed = this.page.locator('details.table:not([open]) summary'); await closed.count(); ) {
      await closed.first().click();
    }
    await this.page.waitForFunction(() =>
      [...document.querySelectorAll('details.table')].every((one) => one.querySelector('tbody tr')),
    );
    return this.page.evaluate(() =>
      Object.fromEntries(
        [...document.querySelectorAll('table[data-sensor]')].map((table) => [
          table.dataset.sensor,
          [...table.tBodies[0].rows].reverse().map((row) => ({
            atMs: Date.parse(row.querySelector('time').dateTime),
            value: row.cells[1].textContent,
          })),
        ]),
      ),
    );
  }

  /** Presses a switch, or turns on what nobody knows the state of; all that was said beside it, in order, until it says what is waited for. */
  async press(name, wanted) {
    const row = this.page.locator('.actuator').filter({ has: this.page.locator('.label').getByText(name, { exact: true }) });
    await row.evaluate((element) => {
      const place = element.querySelector('.feedback');
      element.said = [];
      new MutationObserver(() => {
        const now = place.textContent;
        if (now !== '' && element.said.at(-1) !== now) element.said.push(now);
      }).observe(place, { childList: true, subtree: true, characterData: true });
    });
    await row.getByRole('switch').or(row.getByRole('button', { name: 'on', exact: true })).click();
    await row.locator('.feedback').getByText(wanted).waitFor();
    return row.evaluate((element) => element.said);
  }

  /** A picture of the whole page, and what axe finds wrong with it; of these rules alone, where it was judged by all before. */
  async shot(name, rules = null) {
    const { page } = this;
    await page.screenshot({ path: `${told.shots}/${name}.png`, fullPage: true });
    if (!(await page.evaluate(() => 'axe' in globalThis))) {
      await page.evaluate(AXE);
    }
    const violations = await page.evaluate(async (only) => {
      const options = only === null ? {} : { runOnly: { type: 'rule', values: only } };
      return (await globalThis.axe.run({ ...options, resultTypes: ['violations'] })).violations;
    }, rules);
    for (const one of violations) {
      this.happened.violations.push(
        `${name}: ${one.id}: ${one.help}: ${one.nodes.map((node) => node.target.join(' ')).join(' | ')}`,
      );
    }
  }

  /** Pictures in both themes. */
  async themes(name) {
    await this.page.emulateMedia({ colorScheme: 'light' });
    await this.shot(name);
    await this.page.emulateMedia({ colorScheme: 'dark' });
    await this.shot(`${name}-dark`, COLOURS);
    await this.page.emulateMedia({ colorScheme: 'light' });
  }

  /** Pictures in both themes and on a phone, where `more` is done besides; answers how wide it is there. */
  async everywhere(name, more = async () => undefined) {
    const size = this.page.viewportSize();
    await this.themes(name);
    await this.page.setViewportSize(PHONE);
    const wide = await this.wide();
    // As long as the page is: what stands at the foot of the screen would else be in the middle of the picture.
    const height = await this.page.evaluate(() => document.documentElement.scrollHeight);
    await this.page.setViewportSize({ ...PHONE, height });
    await this.shot(`${name}-phone`);
    await this.page.setViewportSize(PHONE);
    await more();
    await this.page.setViewportSize(size);
    return wide;
  }

  /** How wide the page is; one that has not come yet is none. */
  async wide() {
    await this.page.locator('h1').first().waitFor();
    await this.page.waitForFunction(() => !document.body.innerText.includes('Loading'));
    return this.page.evaluate(() => document.documentElement.scrollWidth);
  }

  /** Fingers on the screen: each is a way of points, all put down first, moved together and lifted at the end. */
  async fingers(...ways) {
    const cdp = await this.context.newCDPSession(this.page);
    const touch = (type, touchPoints) => cdp.send('Input.dispatchTouchEvent', { type, touchPoints });
    for (let step = 0; step < ways[0].length; step++) {
      await touch(step === 0 ? 'touchStart' : 'touchMove', ways.map((way, id) => ({ ...way[step], id })));
    }
    await touch('touchEnd', []);
    await cdp.detach();
  }

  /** Where a chart is drawn. It has no place before, and is made anew where what it draws becomes a band. */
  async placeOf(chart) {
    await this.page.waitForFunction(() => !document.querySelector('[aria-busy=true]'));
    const over = chart.locator('.u-over');
    await over.waitFor();
    return (await over.boundingBox()) ?? this.placeOf(chart);
  }

  close() {
    return this.context.close();
  }
}

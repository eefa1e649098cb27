// SPDX-License-Identifier: Apache-2.0
// No network, a part of the app that was not fetched, a server that cannot answer, a sign-in that has ended, and a fleet with nobody in it.
import { journey, told } from './browser.mjs';

await journey(async (visit) => {
  const ada = await visit();
  const { page, context } = ada;
  const alerts = page.getByRole('alert');
  const saw = { wide: {} };
  await ada.signIn();
  // The client of the live path cannot be fetched though its server is there: the page is loaded anew for it, once a minute.
  await page.route(/\/assets\/live-/, (route) => route.abort());
  const reloaded = page.waitForEvent('load');
  await ada.openDevice();
  await reloaded;
  await page.locator('canvas').first().waitFor();
  await page.unroute(/\/assets\/live-/);
  // A minute later: a browser that remembers what failed (Chromium 150 does) has it from the page loaded anew only.
  await page.evaluate(() => {
    sessionStorage.removeItem('fieldline.reloaded');
    dispatchEvent(new Event('online'));
  });
  await page.getByText(/^(connecting…|live)$/).waitFor();
  await page.locator('canvas').first().waitFor();

  await context.setOffline(true);
  // A machine that has no network anyway tells its browser nothing, and what is open stays open.
  await page.evaluate(() => dispatchEvent(new Event('offline')));
  // Every part of the page has asked by then, and what was on its way when the network went has come: an answer that
  // comes late takes the message away once more.
  await page.getByText('not live').waitFor();
  await alerts.first().waitFor();
  saw.offline = await alerts.allInnerTexts();
  saw.whileOffline = await page.locator('.tiles').innerText();
  saw.wide.offline = await ada.everywhere('offline');
  await context.setOffline(false);
  await alerts.waitFor({ state: 'detached' });

  // A page that was not fetched before. It comes with its styles, which are asked for once only until the page is loaded anew.
  await context.setOffline(true);
  await page.locator('.ways').getByRole('link', { name: 'Jobs' }).click();
  await page.getByText('A part of this page could not be fetched').waitFor();
  // As if a minute had passed since.
  await page.evaluate(() => sessionStorage.removeItem('fieldline.reloaded'));
  await context.setOffline(false);
  await page.getByRole('heading', { level: 1, name: 'Jobs' }).waitFor();
  await page.waitForFunction(isStyled);
  await alerts.waitFor({ state: 'detached' });

  await page.goto(`${told.app}#/device/${told.device}?range=1h`);
  await page.getByRole('link', { name: '1 h' }).and(page.locator('[aria-current]')).waitFor();
  await page.route('**/devices/**', (route) => 
    route.fulfill({ status: 503, json: {}, headers: { 'access-control-allow-origin': '*' } }),
  );
  await alerts.first().waitFor();
  saw.down = await alerts.allInnerTexts();
  await page.unroute('**/devices/**');
  await page.getByRole('button', { name: 'Try again' }).click();
  await alerts.waitFor({ state: 'detached' });

  // The token is too old, and the user pool knows no such renewal.
  await page.evaluate(() => {
    const tokens = JSON.parse(sessionStorage.getItem('fieldline.tokens'));
    const over = { ...tokens, expiresAtMs: 0, refresh: 'revoked' };
    sessionStorage.setItem('fieldline.tokens', JSON.stringify(over));
  });
  await page.reload();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  saw.expired = await alerts.first().innerText();
  saw.wide.expired = await ada.everywhere('expired');
  await page.getByRole('button', { name: 'Sign in' }).click();
  // The pool may know the browser still, and then asks for nothing.
  const asked = page.getByLabel('Password');
  const back = page.getByRole('heading', { level: 1, name: told.device });
  await asked.or(back).waitFor();
  if (await asked.isVisible()) {
    await ada.enter(told.password);
  }
  await back.waitFor();
  saw.returned = page.url();

  await page.route(/\/devices(\?|$)/, (route) =>
    route.fulfill({
      json: { devices: [] },
      headers: { 'access-control-allow-origin': '*' },
    }),
  );
  await page.getByRole('link', { name: 'All devices' }).click();
  await page.locator('.empty').waitFor();
  saw.empty = await page.locator('.empty').innerText();
  await page.getByRole('button', { name: 'Copy' }).first().click();
  await page.getByText('copied').waitFor();
  saw.copied = await page.evaluate(() => navigator.clipboard.readText());
  saw.offered = await page.locator('.empty code').first().innerText();
  saw.wide.empty = await ada.everywhere('empty');
  return saw;
});

/** Of a style that could not be fetched the rules cannot be read. */
function isStyled() {
  try {
    return [...document.styleSheets].every((one) => one.cssRules.length > 0);
  } catch {
    return false;
  }
}

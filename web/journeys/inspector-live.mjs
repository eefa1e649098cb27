// SPDX-License-Identifier: Apache-2.0
// A reading's way as it goes: seen whole, opened step by step by keys, published again, with a fault planned and taken away,
// and with a permission that was removed.
// Says `open`, `faulty`, `mended`, `refuse`; whoever started it sends a reading each time, and removes the permission before
// the last.
import { journey, told } from './browser.mjs';

await journey(async (visit) => {
  const eve = await visit({ width: 1360 });
  const { page } = eve;
  const saw = { wide: {} };
  const box = (name) => page.getByRole('button', { name }).and(page.locator('.box'));
  const rows = page.locator('#ways li a');
  const steps = () =>
    page.evaluate(() =>
      [...document.querySelectorAll('.step')].map((step) => ({
        lane: step.dataset.lane,
        outcome: step.dataset.outcome,
        name: step.querySelector('.what').textContent,
        below: step.querySelector('.below')?.textContent ?? '',
        law: step.querySelector('.law')?.title ?? '',
      })),
    );
  const looks = async (name) => {
    saw.wide[name] = await eve.everywhere(name, async () => {
      // What is open covers the lower part of the window, not of the page.
      if (await page.getByRole('complementary').isVisible()) {
        await page.screenshot({ path: `${told.shots}/${name}-phone.png` });
      }
    });
  };
  const whole = async () => {
    await page.locator('.way-head .tag').getByText('ok', { exact: true }).waitFor();
    await box(/dynamodb:PutItem/).first().waitFor();
  };

  await page.goto(`${told.app}#device=${told.device}&text=telemetry`);
  await page.locator('#live').getByText('live', { exact: true }).waitFor();
  console.log('open');
  await page.getByRole('heading', { level: 1, name: `fieldline/${told.device}/telemetry` }).waitFor();
  await whole();
  saw.steps = await steps();
  await eve.shot('inspector-cold');

  // By keys alone: through the steps, one opened, the next while it is open, closed.
  await page.locator('body').press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await page.getByRole('complementary').getByText('Step 2 of').waitFor();
  saw.focused = await page.evaluate(() => document.activeElement.tagName);
  await page.keyboard.press('ArrowRight');
  await page.getByRole('complementary').getByText('Step 3 of').waitFor();
  await page.keyboard.press('Escape');
  saw.back = await page.evaluate(() => document.activeElement.className);
  await page.keyboard.press(' ');
  saw.spaceOnABox = await page.getByRole('complementary').isVisible();
  await page.keyboard.press('Escape');

  // The statement, its result beside the message, and the command that evaluates the same.
  await box(/SELECT/).first().click();
  saw.statement = await page.locator('pre.sql').innerText();
  saw.result = await page.getByLabel('Result', { exact: true }).innerText();
  const copy = page.getByRole('button', { name: 'Copy as ./fieldline sql' });
  saw.canCopySql = (await copy.count()) > 0;
  if (saw.canCopySql) {
    await copy.click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    saw.command = await page.evaluate(() => navigator.clipboard.readText());
  }
  await page.getByRole('complementary').evaluate((panel) => panel.scrollTo(0, 0));
  await looks('inspector-step');
  await page.keyboard.press('Escape');

  // The list: paused by Space, and what matches nothing.
  await page.locator('.brand').click();
  await page.keyboard.press(' ');
  await page.locator('#live').getByText('paused', { exact: true }).waitFor();
  await page.getByLabel('Search ways').fill('no such topic');
  await page.getByText('No way matches.').waitFor();
  await page.getByRole('button', { name: 'Show all ways' }).click();
  saw.others = await rows.count();
  await page.getByLabel('Device').selectOption(told.device);
  await page.getByLabel('Search ways').fill('telemetry');
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.locator('#live').getByText('live', { exact: true }).waitFor();

  // Once more.
  const first = page.url();
  await page.getByRole('button', { name: 'Publish again' }).click();
  await page.waitForURL((url) => url.href !== first);
  await whole();
  saw.again = await steps();
  await looks('inspector');

  // A fault for the call that is open.
  await box(/dynamodb:PutItem/).first().click();
  await page.getByRole('button', { name: 'Plan a fault for this call' }).click();
  const form = page.getByRole('dialog');
  saw.service = await form.getByLabel('Service').inputValue();
  saw.operation = await form.getByLabel('Operation').inputValue();
  await form.getByLabel('Error').fill('ThrottlingException');
  saw.words = await form.locator('.words').innerText();
  await eve.shot('inspector-fault');
  await form.getByRole('button', { name: 'Plan it' }).click();
  await form.waitFor({ state: 'detached' }).catch(() => form.waitFor({ state: 'hidden' }));
  const planned = page.locator('.faults li');
  await planned.getByText('Planned:').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Follow the newest' }).click();
  console.log('faulty');
  await page.locator('.step:is([data-outcome=failed], [data-outcome=refused]) .box').filter({ hasText: 'PutItem' }).first().waitFor();
  saw.failed = await steps();
  await planned.getByText(/hit \d+ time/).waitFor();
  await looks('inspector-failed');
  await page.getByRole('button', { name: 'Take away' }).click();
  await planned.waitFor({ state: 'detached' });

  const failing = page.url();
  await page.keyboard.press('Escape');
  console.log('mended');
  await page.waitForURL((url) => url.href !== failing);
  await whole();

  const mended = page.url();
  console.log('refuse');
  await page.waitForURL((url) => url.href !== mended);
  await page.locator('.step[data-outcome=refused] .box').first().waitFor();
  saw.refused = await steps();
  saw.verdict = await page.locator('.way-head .problem').innerText();
  await page.locator('.way-head .problem').getByRole('button', { name: 'Show it' }).click();
  await page.getByRole('complementary').waitFor();
  saw.opened = await page.getByRole('complementary').innerText();
  await looks('inspector-refused');
  return saw;
});

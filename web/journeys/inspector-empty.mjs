// SPDX-License-Identifier: Apache-2.0
// The inspector of a stack that nobody has used: what it offers is done, the clock is moved, and the stack goes and comes back.
// Says `copied <command>`, `seen` and `gone`; whoever started it runs the command, ends the stack, and starts it again.
import { journey, told } from './browser.mjs';

await journey(async (visit) => {
  const eve = await visit({ width: 1360 });
  const { page } = eve;
  const saw = {};
  await page.goto(told.app);
  await page.getByRole('heading', { level: 1, name: 'No message has come yet' }).waitFor();
  await eve.themes('inspector-empty');
  await page.getByRole('button', { name: 'Copy' }).last().click();
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  console.log(`copied ${await page.evaluate(() => navigator.clipboard.readText())}`);

  await page.getByRole('heading', { level: 1, name: 'iotdataplane:Publish' }).waitFor();
  await page.locator('.step').filter({ hasText: 'hello/inspector' }).first().waitFor();
  saw.steps = await page.locator('.box').allInnerTexts();
  saw.title = await page.title();

  // Forward only: what the menu offers, one after the other.
  await page.getByRole('button', { name: "The stack's clock" }).click();
  await page.getByRole('button', { name: '+ 1 h' }).click();
  await page.getByText('1 h ahead', { exact: true }).waitFor();
  await page.getByRole('button', { name: '+ 1 min' }).click();
  await page.getByText('1 h 1 min ahead').waitFor();
  await eve.shot('inspector-clock');
  await page.keyboard.press('Escape');
  console.log('seen');

  const gone = page.getByRole('alert').filter({ hasText: 'The stack does not answer' });
  await gone.waitFor();
  saw.gone = await gone.innerText();
  saw.whileGone = await page.locator('.step').count();
  await eve.shot('inspector-gone');
  console.log('gone');
  await gone.waitFor({ state: 'detached' });
  // The stack's memory went with it, and the page says so when it is opened there.
  await page.reload();
  await page.getByRole('heading', { level: 1, name: 'This way is not kept any more' }).waitFor();
  await eve.shot('inspector-forgotten');
  await page.getByRole('button', { name: 'Show the newest' }).click();
  await page.getByRole('heading', { level: 1, name: 'No message has come yet' }).waitFor();
  return saw;
});

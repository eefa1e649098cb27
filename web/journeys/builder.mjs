// SPDX-License-Identifier: Apache-2.0
// An administrator makes a group, puts a device into it, gives it work, ends that, and allows a new device; each page in
// both themes and on a phone.
// Needs besides: group (a new one), serial (a new one).
import { journey, told } from './browser.mjs';

await journey(async (visit) => {
  const ada = await visit();
  const { page } = ada;
  const saw = { wide: {} };
  page.on('dialog', (dialog) => dialog.accept());
  await ada.signIn();

  await page.getByRole('link', { name: 'Groups' }).click();
  await page.getByLabel('Name').fill(told.group);
  await page.getByLabel('What it is').fill('Where the tests are');
  await page.getByRole('button', { name: 'Make', exact: true }).click();
  await page.getByRole('row').filter({ hasText: told.group }).waitFor();
  await page.getByRole('link', { name: 'Devices', exact: true }).click();
  await ada.openDevice();
  await page.getByLabel('Put into a group…').selectOption(told.group);
  await page.getByRole('link', { name: told.group, exact: true }).waitFor();
  await page.getByLabel('Type').fill('tester');
  await page.getByRole('button', { name: 'Set type' }).click();
  await page.waitForFunction(() => document.querySelector('form.belongs button')?.disabled);
  await page.getByRole('link', { name: told.group, exact: true }).click();
  await page.locator('.devices tbody tr').first().waitFor();
  saw.members = await page.locator('.devices tbody th a').allInnerTexts();
  // The list may be of before the type was set; it is asked for again.
  await page.getByLabel('Type').locator('option', { hasText: 'tester' }).waitFor({ state: 'attached' });
  saw.types = await page.getByLabel('Type').locator('option').allInnerTexts();
  await page.getByRole('link', { name: 'Groups' }).click();
  await page.getByRole('row').filter({ hasText: told.group }).getByText('1 device').waitFor();
  saw.wide.groups = await ada.everywhere('groups');

  await page.getByRole('link', { name: 'Jobs' }).click();
  await page.getByRole('link', { name: 'New job' }).click();
  await page.getByRole('checkbox', { name: told.device, exact: true }).check();
  await page.getByLabel('What it is for').fill('A restart in the night');
  saw.wide['new-job'] = await ada.everywhere('new-job');
  await page.getByRole('button', { name: 'Start the job' }).click();
  await page.getByRole('heading', { level: 1, name: 'A restart in the night' }).waitFor();
  await page.getByText('1 waiting').waitFor();
  saw.wide.job = await ada.everywhere('job');
  await page.getByRole('button', { name: 'End it everywhere' }).click();
  await page.getByRole('button', { name: 'Forget' }).waitFor();
  saw.ended = await page.locator('.head .tag').innerText();
  await page.getByRole('link', { name: 'Jobs' }).first().click();
  await page.getByRole('link', { name: 'A restart in the night' }).waitFor();
  saw.wide.jobs = await ada.everywhere('jobs');
  await page.getByRole('link', { name: 'A restart in the night' }).click();
  await page.getByRole('button', { name: 'Forget' }).click();
  await page.waitForURL(/#\/jobs$/);
  await page.getByRole('link', { name: 'A restart in the night' }).waitFor({ state: 'detached' });

  await page.getByRole('link', { name: 'Add devices' }).click();
  await page.getByLabel('Serial numbers').fill(told.serial);
  await page.getByRole('button', { name: 'Allow', exact: true }).click();
  const row = page.getByRole('row').filter({ hasText: told.serial });
  await row.getByText('has not come yet').waitFor();
  saw.wide.add = await ada.everywhere('add');
  await row.getByRole('button', { name: /^Remove/ }).click();
  await row.waitFor({ state: 'detached' });
  return saw;
});

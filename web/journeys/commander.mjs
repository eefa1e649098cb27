// SPDX-License-Identifier: Apache-2.0
// An operator chooses devices by keys, commands them at once, schedules a command once and by the calendar, changes, pauses
// and deletes that.
// Needs besides: lamp and horn (switches of the device; of one alone a command that is due takes another's place), once and
// nightly (names of schedules).
import { journey, told } from './browser.mjs';

await journey(async (visit) => {
  const ada = await visit();
  const { page } = ada;
  const saw = { wide: {} };
  page.on('dialog', (dialog) => dialog.accept());
  await ada.signIn();
  await page.getByRole('link', { name: told.device, exact: true }).waitFor();

  // In the next minute, in UTC: while the rest is walked.
  await page.getByRole('link', { name: 'Schedules' }).click();
  await page.getByRole('link', { name: 'New schedule' }).click();
  await page.getByRole('checkbox', { name: told.device, exact: true }).check();
  await page.getByLabel('What is commanded').fill(told.horn);
  await page.getByText('each that was looked at has it').waitFor();
  await page.getByLabel('Set to').selectOption('on');
  await page.getByRole('radio', { name: /^Once/ }).check();
  await page.getByLabel('Time zone').selectOption('UTC');
  await page.getByLabel('At', { exact: true }).fill(new Date(Date.now() + 75_000).toISOString().slice(0, 16));
  await page.getByLabel('Name of the schedule').fill(told.once);
  await page.getByRole('button', { name: 'Save schedule' }).click();
  await page.getByRole('heading', { level: 1, name: told.once }).waitFor();

  // Chosen by keys, in the list, and still chosen as cards.
  await page.getByRole('link', { name: 'Devices', exact: true }).click();
  await page.getByRole('checkbox', { name: `Choose ${told.device}`, exact: true }).focus();
  await page.keyboard.press('Space');
  await page.getByText('1 device chosen').waitFor();
  saw.wide.chosen = await ada.everywhere('chosen');
  await page.getByRole('link', { name: 'As cards' }).click();
  saw.stillChosen = await page.getByRole('checkbox', { name: `Choose ${told.device}`, exact: true }).isChecked();
  saw.wide.cards = await ada.everywhere('chosen-cards');
  await page.getByRole('checkbox', { name: /^Choose all/ }).click();
  await page.getByText(/^\d+ devices chosen/).waitFor();
  await page.getByRole('button', { name: 'Choose none' }).click();
  await page.getByRole('checkbox', { name: `Choose ${told.device}`, exact: true }).click();
  await page.getByRole('link', { name: 'Command them…' }).click();

  await page.getByLabel('What is commanded').fill(told.lamp);
  await page.getByText('each that was looked at has it').waitFor();
  await page.getByLabel('Set to').selectOption('off');
  saw.wide['new-command'] = await ada.everywhere('new-command');
  await page.getByRole('button', { name: 'Give the command' }).click();
  await page.getByRole('heading', { level: 1, name: `${told.lamp} → off` }).waitFor();
  await page.locator('.progress').getByText('1 done').waitFor();
  saw.command = page.url();
  await page.getByRole('link', { name: /^done 1/ }).click();
  await page.getByRole('row').filter({ hasText: told.device }).waitFor();
  saw.rows = await page.locator('tbody tr').allInnerTexts();
  saw.wide.command = await ada.everywhere('command');
  await page.getByRole('link', { name: 'Commands', exact: true }).click();
  await page.getByRole('link', { name: `${told.lamp} → off` }).first().waitFor();
  saw.wide.commands = await ada.everywhere('commands');

  // By the calendar, of the device's own page.
  await page.getByRole('link', { name: 'Devices', exact: true }).click();
  await ada.openDevice();
  await page.locator('.live.on').waitFor();
  await page.getByRole('link', { name: 'Schedule a command…' }).click();
  await page.getByLabel('What is commanded').fill(told.lamp);
  await page.getByText('each that was looked at has it').waitFor();
  await page.getByLabel('Set to').selectOption('off');
  await page.getByLabel('Time zone').selectOption('Europe/Berlin');
  await page.getByLabel('Time of day').fill('22:30');
  await page.getByRole('checkbox', { name: 'Sat' }).uncheck();
  await page.getByRole('checkbox', { name: 'Sun' }).uncheck();
  await page.getByLabel('Name of the schedule').fill(told.nightly);
  await page.getByLabel('What it is for').fill('Lights out in the hall');
  saw.said = await page.locator('[role=status]').filter({ hasText: 'Berlin' }).innerText();
  saw.wide['new-schedule'] = await ada.everywhere('new-schedule');
  await page.getByRole('button', { name: 'Save schedule' }).click();
  await page.getByRole('heading', { level: 1, name: told.nightly }).waitFor();
  await page.getByText('It was not due yet.').waitFor();
  await page.getByLabel('Time of day').fill('23:15');
  await page.getByRole('button', { name: 'Save schedule' }).click();
  const card = page.locator('.jobs > li').filter({ hasText: told.nightly });
  await card.getByText('at 23:15').waitFor();
  await card.getByRole('button', { name: 'Pause' }).click();
  await card.getByText('paused').waitFor();
  saw.wide.schedules = await ada.everywhere('schedules');
  saw.nightly = await card.innerText();
  await card.getByRole('button', { name: 'Delete' }).click();
  await card.waitFor({ state: 'detached' });

  // What was once has been, by then.
  await page.getByRole('link', { name: told.once, exact: true }).click();
  await page.locator('.runs .card').getByText('1 done').waitFor({ timeout: 120_000 });
  saw.run = await page.locator('.runs .card').innerText();
  saw.wide.schedule = await ada.everywhere('schedule');
  await page.getByRole('link', { name: 'Schedules' }).first().click();
  const once = page.locator('.jobs > li').filter({ hasText: told.once });
  await once.getByRole('button', { name: 'Delete' }).click();
  await once.waitFor({ state: 'detached' });
  return saw;
});

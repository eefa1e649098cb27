// SPDX-License-Identifier: Apache-2.0
// An administrator takes notice of an alarm, sends a message again that nothing could use, reads who did what, and
// invites somebody; each page in both themes and on a phone.
// Needs besides: plant (a device with an alarm), rule (of the alarm), said (the rule in words), newcomer (an address).
import { journey, told } from './browser.mjs';

await journey(async (visit) => {
  const ada = await visit();
  const { page } = ada;
  const saw = { wide: {} };
  page.on('dialog', (dialog) => dialog.accept());
  await ada.signIn();

  await page.getByRole('link', { name: /^Alarms/ }).click();
  const alarm = page.locator('.alarm').filter({ hasText: told.said }).filter({ hasText: told.plant });
  await alarm.waitFor();
  saw.alarm = await alarm.innerText();
  await page.getByRole('button', { name: `Acknowledge ${told.rule}` }).click();
  await alarm.getByText('acknowledged by you').waitFor();
  await page.getByRole('button', { name: `History of ${told.rule}` }).click();
  await page.getByLabel(`Comment on ${told.rule}`).fill('The valve was shut.');
  await page.getByRole('button', { name: 'Add comment' }).click();
  await alarm.getByText('The valve was shut.').and(page.locator('.said')).waitFor();
  saw.story = await alarm.locator('.story li b').allInnerTexts();
  saw.wide.alarms = await ada.everywhere('alarms');

  await page.getByRole('link', { name: 'Quarantine' }).click();
  const entry = page.locator('.entries > li').filter({ hasText: told.device }).first();
  await entry.waitFor();
  await entry.getByRole('button', { name: /^Show message/ }).click();
  saw.message = await entry.locator('pre').innerText();
  await entry.getByRole('button', { name: 'Send again' }).click();
  // What was sent again is quarantined again, and then another entry is the first.
  await page.locator('.entries').getByText('sent again once, last by you').first().waitFor();
  saw.wide.quarantine = await ada.everywhere('quarantine');

  await page.getByRole('link', { name: 'Health' }).click();
  await page.getByRole('row').filter({ hasText: 'ingest-dead' }).waitFor();
  saw.functions = await page.getByRole('row').filter({ hasText: 'telemetry' }).allInnerTexts();
  saw.wide.health = await ada.everywhere('health');

  await page.getByRole('link', { name: 'Audit log' }).click();
  await page.locator('tbody tr').filter({ hasText: 'sent a message again' }).filter({ hasText: 'you' }).first().waitFor();
  saw.audit = await page.locator('tbody tr').filter({ hasText: told.rule }).allInnerTexts();
  saw.wide.audit = await ada.everywhere('audit');

  await page.getByRole('link', { name: 'People' }).click();
  await page.getByLabel('E-mail address').fill(told.newcomer);
  await page.getByLabel('Role', { exact: true }).selectOption('operator');
  await page.getByRole('button', { name: 'Invite' }).click();
  const person = page.getByRole('row').filter({ hasText: told.newcomer });
  await person.getByText('invited, has not signed in yet').waitFor();
  await page.getByRole('button', { name: `Lock out ${told.newcomer}` }).click();
  await person.getByText('locked out').waitFor();
  saw.wide.people = await ada.everywhere('people');

  await page.getByRole('link', { name: 'Devices', exact: true }).click();
  await page.getByRole('link', { name: 'As cards' }).click();
  await page.locator('.cards li').first().waitFor();
  await ada.themes('cards');
  await page.goto(`${told.app}#/nonsense`);
  await page.getByText('There is no such page').waitFor();
  await ada.themes('unknown');

  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole('link', { name: 'More' }).click();
  await page.getByRole('main').getByRole('link', { name: 'Quarantine' }).waitFor();
  saw.wide.more = await ada.wide();
  await ada.shot('more-phone');
  await page.goto(`${told.app}#/rules`);
  await page.getByRole('row').filter({ hasText: told.rule }).waitFor();
  saw.wide.rules = await ada.wide();
  await ada.shot('rules-phone');
  return saw;
});

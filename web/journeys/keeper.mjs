// SPDX-License-Identifier: Apache-2.0
// An administrator takes notice of an alarm, sends a message again that nothing could use, reads who did what, and
// invites somebody; each page in both themes.
// Needs besides: plant (a device with an alarm), rule (of the alarm), said (the rule in words), newcomer (an address).
import { journey, told } from './browser.mjs';

await journey(async (visit) => {
  const ada = await visit();
  const { page } = ada;
  const saw = {};
  page.on('dialog', (dialog) => dialog.accept());
  const both = async (name) => {
    await ada.shot(name);
    await page.emulateMedia({ colorScheme: 'dark' });
    await ada.shot(`${name}-dark`);
    await page.emulateMedia({ colorScheme: 'light' });
  };
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
  await both('alarms');

  await page.getByRole('link', { name: 'Quarantine' }).click();
  const entry = page.locator('.entries > li').filter({ hasText: told.device }).first();
  await entry.waitFor();
  await entry.getByRole('button', { name: /^Show message/ }).click();
  saw.message = await entry.locator('pre').innerText();
  await entry.getByRole('button', { name: 'Send again' }).click();
  // What was sent again is quarantined again, and then another entry is the first.
  await page.locator('.entries').getByText('sent again once, last by you').first().waitFor();
  await both('quarantine');

  await page.getByRole('link', { name: 'Health' }).click();
  await page.getByRole('row').filter({ hasText: 'ingest-dead' }).waitFor();
  saw.functions = await page.getByRole('row').filter({ hasText: 'telemetry' }).allInnerTexts();
  await both('health');

  await page.getByRole('link', { name: 'Audit log' }).click();
  await page.locator('tbody tr').filter({ hasText: 'sent a message again' }).filter({ hasText: 'you' }).first().waitFor();
  saw.audit = await page.locator('tbody tr').filter({ hasText: told.rule }).allInnerTexts();
  await both('audit');

  await page.getByRole('link', { name: 'People' }).click();
  await page.getByLabel('E-mail address').fill(told.newcomer);
  await page.getByLabel('Role', { exact: true }).selectOption('operator');
  await page.getByRole('button', { name: 'Invite' }).click();
  const person = page.getByRole('row').filter({ hasText: told.newcomer });
  await person.getByText('invited, has not signed in yet').waitFor();
  await page.getByRole('button', { name: `Lock out ${told.newcomer}` }).click();
  await person.getByText('locked out').waitFor();
  await both('people');

  await page.getByRole('link', { name: 'Devices', exact: true }).click();
  await page.getByRole('link', { name: 'As cards' }).click();
  await page.locator('.cards li').first().waitFor();
  await both('cards');
  await page.goto(`${told.app}#/nonsense`);
  await page.getByText('There is no such page').waitFor();
  await both('unknown');

  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole('link', { name: 'More' }).click();
  await page.getByRole('main').getByRole('link', { name: 'Quarantine' }).waitFor();
  saw.wide = {};
  for (const name of ['more', 'alarms', 'rules', 'quarantine', 'health', 'audit', 'people']) {
    await page.goto(`${told.app}#/${name}`);
    await page.waitForFunction(() => !document.body.innerText.includes('Loading'));
    saw.wide[name] = await page.evaluate(() => document.documentElement.scrollWidth);
    await ada.shot(`${name}-phone`);
  }
  return saw;
});

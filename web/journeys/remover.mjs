// SPDX-License-Identifier: Apache-2.0
// An administrator takes a device its certificate, and deletes it with all its data.
// Needs: device (one that may go).
import { journey, told } from './browser.mjs';

await journey(async (visit) => {
  const ada = await visit();
  const { page } = ada;
  const saw = { wide: {} };
  await ada.signIn();
  await ada.openDevice();

  const card = page.locator('section[aria-labelledby=certificates]');
  await card.getByText('active', { exact: true }).waitFor();
  await card.getByRole('button', { name: /^Revoke/ }).click();
  saw.asked = await page.getByRole('dialog').innerText();
  await ada.shot('revoke');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  saw.afterEscape = await card.innerText();
  await card.getByRole('button', { name: /^Revoke/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: /^Revoke/ }).click();
  await card.getByText('revoked', { exact: true }).waitFor();

  await page.getByRole('button', { name: 'Delete…' }).click();
  const yes = page.getByRole('button', { name: 'Delete for good' });
  saw.atFirst = await yes.isDisabled();
  await page.getByLabel(`Type ${told.device} to delete it`).fill(told.device);
  await ada.shot('delete');
  await yes.click();
  await page.waitForURL(/#\/deletions$/);
  const receipt = page.locator('.jobs > li').filter({ hasText: told.device });
  await receipt.getByText('being deleted').waitFor();
  await receipt.getByText('items of readings').waitFor();
  await receipt.getByText('certificates').waitFor();
  saw.receipt = await receipt.innerText();
  saw.wide.deletions = await ada.everywhere('deletions');
  return saw;
});

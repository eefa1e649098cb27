// SPDX-License-Identifier: Apache-2.0
// The app's budget, gzipped: what a browser fetches for the fleet list, and for each further page.
import { readFileSync, readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUDGET_KIB = 45;
const FURTHER_KIB = 15;
/** Drawn with uPlot, talks MQTT: fetched apart, while the page is seen already. */
const APART = /assets\/(chart|live)-/;
const folder = new URL('../dist/', import.meta.url);
const html = readFileSync(new URL('index.html', folder), 'utf8');
const first = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map((match) => match[1]);
const size = (name) => gzipSync(readFileSync(new URL(name, folder)), { level: 9 }).length / 1024;
let total = 0;
for (const name of ['index.html', ...first]) {
  total += size(name);
  console.log(`${size(name).toFixed(1).padStart(7)} KiB  ${name}`);
}
for (const name of readdirSync(new URL('assets', folder)).map((file) => `assets/${file}`)) {
  if (!first.includes(name)) {
    console.log(`${size(name).toFixed(1).padStart(7)} KiB  ${name} (only when needed)`);
    if (size(name) > FURTHER_KIB && !APART.test(name)) {
      console.error(`${name} is over ${FURTHER_KIB} KiB.`);
      process.exitCode = 1;
    }
  }
}
console.log(`${total.toFixed(1).padStart(7)} KiB  before anything further, of ${BUDGET_KIB}`);
if (total > BUDGET_KIB) {
  console.error('The app is over its budget.');
  process.exit(1);
}

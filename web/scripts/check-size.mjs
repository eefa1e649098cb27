// SPDX-License-Identifier: Apache-2.0
// The app's budget, gzipped: what a browser fetches for the fleet list, and what each further page adds to that.
import { readFileSync, rmSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUDGET_KIB = 40;
const FURTHER_KIB = 15;
/** Draws with uPlot, talks MQTT: fetched apart, while the page is seen already. */
const APART = ['src/chart/chart.tsx', 'src/live/live.ts'];

const folder = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', folder), 'utf8'));
// What only this program reads is not deployed.
rmSync(new URL('.vite', folder), { recursive: true });
const size = (name) => gzipSync(readFileSync(new URL(name, folder)), { level: 9 }).length / 1024;
const sum = (names) => [...names].reduce((total, name) => total + size(name), 0);

/** Every file that a module needs before it runs. */
function files(key, found = new Set()) {
  const chunk = manifest[key];
  if (!found.has(chunk.file)) {
    found.add(chunk.file);
    chunk.css?.forEach((name) => found.add(name));
    chunk.imports?.forEach((other) => files(other, found));
  }
  return found;
}

const first = files('index.html').add('index.html');
const lines = [['fleet list', sum(first), BUDGET_KIB]];
for (const [key, chunk] of Object.entries(manifest)) {
  if (chunk.isDynamicEntry) {
    const more = [...files(key)].filter((name) => !first.has(name));
    lines.push([key, sum(more), APART.includes(key) ? null : FURTHER_KIB]);
  }
}
for (const key of APART) {
  if (!manifest[key]?.isDynamicEntry) {
    console.error(`${key} is not fetched apart.`);
    process.exitCode = 1;
  }
}
for (const [name, kib, budget] of lines) {
  console.log(`${kib.toFixed(1).padStart(7)} KiB  ${name}${budget === null ? ' (apart)' : `, of ${budget}`}`);
  if (budget !== null && kib > budget) {
    console.error(`${name} is over its budget.`);
    process.exitCode = 1;
  }
}

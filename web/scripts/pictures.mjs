// SPDX-License-Identifier: Apache-2.0
// Every picture that docs/reference/app.md shows, as the journeys have just left it in acceptance/shots.
//   ./fieldline test --long && npm run pictures
import { copyFileSync, existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';

const root = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/reference/app.md', root), 'utf8');
const names = new Set([...page.matchAll(/\.\.\/images\/app\/([a-z-]+\.png)/g)].map((found) => found[1]));
const shots = new URL('acceptance/shots/', root);
const kept = new URL('docs/images/app/', root);

const missing = [...names].filter((name) => !existsSync(new URL(name, shots)));
if (missing.length > 0) {
  console.error(`expected in acceptance/shots, which ./fieldline test --long fills: ${missing.join(', ')}`);
  process.exit(1);
}
for (const name of readdirSync(kept).filter((one) => !names.has(one))) {
  rmSync(new URL(name, kept));
}
for (const name of names) {
  copyFileSync(new URL(name, shots), new URL(name, kept));
}
console.log(`${names.size} pictures`);

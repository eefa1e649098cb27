// SPDX-License-Identifier: Apache-2.0
import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as text from '../src/text';

const SOURCES = new URL('../src/', import.meta.url);
const code = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !name.startsWith('text/'))
  .map((name) => readFileSync(new URL(name, SOURCES), 'utf8'))
  .join('\n');

/** By their paths: `fleet.look.map`. */
function words(of: object, before = ''): string[] {
  return Object.entries(of).flatMap(([key, value]) =>
    typeof value === 'object' && !Array.isArray(value) ? words(value as object, `${before}${key}.`) : [before + key],
  );
}

test('no word is kept that nobody says', () => {
  // One is said by its whole path, or one of those that are chosen among.
  const said = (path: string) =>
    path
      .split('.')
      .map((_, depth, keys) => keys.slice(0, depth + 1).join('\\.'))
      .some((part, depth, all) =>
        new RegExp(`\\btext\\.${part}(?![\\w${depth === all.length - 1 ? '' : '.'}])`).test(code),
      );

  expect(words(text).filter((path) => !said(path))).toEqual([]);
});

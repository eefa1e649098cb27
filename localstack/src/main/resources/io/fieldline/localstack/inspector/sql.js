// SPDX-License-Identifier: Apache-2.0
// A rule's statement: to be read, and as the command that evaluates the same.
import { make } from './dom.js';
import { plainTopic } from './format.js';

const TOKEN = /'(?:[^']|'')*'?|\b(?:SELECT|VALUE|AS|FROM|WHERE|AND|OR|NOT|IN|CASE|WHEN|THEN|ELSE|END)\b|[\s\S]/gi;

/** Each clause on a line of its own, its words marked. */
export function sqlText(sql) {
  const place = make('pre.sql', { tabindex: '0', 'aria-label': 'Statement' });
  for (const token of sql.match(TOKEN) ?? []) {
    if (token.startsWith("'")) {
      place.append(make('span.string', token));
    } else if (token.length > 1) {
      if (/^(FROM|WHERE)$/i.test(token)) place.append('\n');
      place.append(make('span.word', token));
    } else {
      place.append(token);
    }
  }
  return place;
}

/** For a POSIX shell. */
export function sqlCommand(sql, topic, payload) {
  return `./fieldline sql ${quoted(sql)} --topic ${quoted(plainTopic(topic))} --payload ${quoted(payload)}`;
}

function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

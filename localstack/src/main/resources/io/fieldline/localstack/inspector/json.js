// SPDX-License-Identifier: Apache-2.0
// JSON as people read it, also where it was cut in the middle, as payloads are by default.
import { make } from './dom.js';

const TOKEN = /"(?:\\.|[^"\\])*"?|[{}[\],:]|[^\s{}[\],:"]+/g;
const WIDTH = 52;
const DEEPEST = 64;

/** What has no shape of its own, or turns the writing around, as its number. */
const UNSEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** A `pre` of it: laid out and coloured where it is JSON, else as it is. */
export function jsonText(given) {
  const text = given.replace(UNSEEN, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const place = make('pre', { tabindex: '0' });
  // One by one: a large payload has more pieces than a call may have arguments.
  for (const piece of (/^\s*[{[]/.test(text) && laidOut(text)) || [text]) {
    place.append(piece);
  }
  return place;
}

/** Null where it is nested deeper than anybody reads. */
function laidOut(text) {
  const tokens = text.match(TOKEN) ?? [];
  const pieces = [];
  let at = 0;
  while (at < tokens.length) {
    const value = read(tokens, at, 0);
    if (value === null) return null;
    written(value.node, 0, pieces);
    at = value.next;
  }
  return pieces;
}

/** A tree of what is there: what a closing bracket is missing for ends with the text. */
function read(tokens, at, depth) {
  const token = tokens[at];
  if (token !== '{' && token !== '[') {
    return { node: token, next: at + 1 };
  }
  if (depth === DEEPEST) return null;
  const node = { open: token, items: [], close: '' };
  let item = [];
  let next = at + 1;
  while (next < tokens.length) {
    const here = tokens[next];
    if (here === '}' || here === ']') {
      node.close = here;
      next++;
      break;
    }
    if (here === ',') {
      node.items.push(item);
      item = [];
      next++;
    } else {
      const inner = read(tokens, next, depth + 1);
      if (inner === null) return null;
      item.push(inner.node);
      next = inner.next;
    }
  }
  if (item.length > 0) node.items.push(item);
  return { node, next };
}

function flat(node) {
  if (typeof node === 'string') return node;
  return node.open + node.items.map((item) => item.map(flat).join('').replaceAll(':', ': ')).join(', ') + node.close;
}

function written(node, depth, pieces) {
  if (typeof node === 'string') {
    pieces.push(coloured(node));
    return;
  }
  const onOneLine = flat(node).length + 2 * depth <= WIDTH;
  const line = (more) => (onOneLine ? '' : `\n${'  '.repeat(depth + more)}`);
  pieces.push(node.open);
  node.items.forEach((item, i) => {
    pieces.push(line(1));
    item.forEach((part, j) => {
      if (part === ':') {
        pieces.push(': ');
      } else if (item[j + 1] === ':') {
        pieces.push(make('span.key', part));
      } else {
        written(part, depth + 1, pieces);
      }
    });
    if (i < node.items.length - 1) pieces.push(onOneLine ? ', ' : ',');
  });
  if (node.close !== '') pieces.push(node.items.length > 0 ? line(0) : '', node.close);
}

function coloured(token) {
  if (token.startsWith('"')) return make('span.string', token);
  return /^(-?\d|true$|false$|null$)/.test(token) ? make('span.number', token) : token;
}

// SPDX-License-Identifier: Apache-2.0
// Elements made by script. Text goes in as text alone: what is shown comes from devices, which nobody vouches for.

const SVG = 'http://www.w3.org/2000/svg';

/** `make('p.quiet', { title: 'why' }, 'text', child)`; a property that is null or false is left out. */
export function make(what, ...content) {
  const [tag, ...classes] = what.split('.');
  const element = document.createElement(tag);
  element.classList.add(...classes);
  return filled(element, content);
}

/** The same in SVG. */
export function draw(tag, ...content) {
  return filled(document.createElementNS(SVG, tag), content);
}

function filled(element, content) {
  for (const part of content.flat()) {
    if (part === null || part === undefined || part === false) continue;
    if (part instanceof Node || typeof part !== 'object') {
      element.append(part);
      continue;
    }
    for (const [name, value] of Object.entries(part)) {
      if (value === null || value === undefined || value === false) continue;
      if (name.startsWith('on')) {
        element.addEventListener(name.slice(2), value);
      } else {
        element.setAttribute(name, value === true ? '' : String(value));
      }
    }
  }
  return element;
}

/** Makes these the children, moving none that is in its place already: what has the focus keeps it. */
export function put(parent, children) {
  children.forEach((child, i) => {
    if (parent.children[i] !== child) {
      parent.insertBefore(child, parent.children[i] ?? null);
    }
  });
  while (parent.children.length > children.length) {
    parent.lastElementChild.remove();
  }
}

/** Sets text only where it differs. */
export function write(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/** For who does not see the page. */
export function say(text) {
  write(document.getElementById('said'), text);
}

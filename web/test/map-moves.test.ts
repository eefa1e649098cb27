// SPDX-License-Identifier: Apache-2.0
// @vitest-environment jsdom
import { beforeEach, describe, expect, test } from 'vitest';
import { type View } from '../src/model/map';
import { moving } from '../src/parts/map-moves';

// Pointers as a browser tells of them; that it does so is in journeys/mapper.mjs.
const SIZE = { width: 800, height: 600 };
const START: View = { x: 0.5, y: 0.5, px: 1000 };
let element: SVGSVGElement;
let view: View;

beforeEach(() => {
  element = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  document.body.replaceChildren(element);
  // jsdom captures no pointers.
  const captured = new Set<number>();
  element.setPointerCapture = (id) => void captured.add(id);
  element.hasPointerCapture = (id) => captured.has(id);
  view = START;
  moving(
    element,
    () => ({ view, size: SIZE }),
    (to) => (view = to),
  );
});

function pointer(type: string, x: number, y: number, more: PointerEventInit = {}): void {
  const down = { button: type === 'pointermove' ? -1 : 0, buttons: type === 'pointerup' ? 0 : 1 };
  element.dispatchEvent(
    new PointerEvent(type, { bubbles: true, isPrimary: true, pointerId: 1, clientX: x, clientY: y, ...down, ...more }),
  );
}

describe('the map', () => {
  test('goes with the pointer while it is down', () => {
    pointer('pointerdown', 100, 100);
    pointer('pointermove', 150, 120);
    expect(view).toEqual({ ...START, x: 0.45, y: 0.48 });
    pointer('pointerup', 150, 120);

    pointer('pointermove', 300, 300, { buttons: 0 });
    expect(view).toEqual({ ...START, x: 0.45, y: 0.48 });
  });

  test('does not stick to a mouse that was let go beside it', () => {
    pointer('pointerdown', 2, 100);
    pointer('pointermove', 1, 100);

    pointer('pointermove', 200, 200, { buttons: 0 });
    pointer('pointermove', 300, 200, { buttons: 0 });
    expect(view).toBe(START);
  });

  test('does not stick to a mouse that the browser took away', () => {
    pointer('pointerdown', 100, 100);
    pointer('pointermove', 150, 100);
    const there = view;
    pointer('lostpointercapture', 150, 100);

    pointer('pointermove', 300, 100);
    expect(view).toBe(there);
  });

  test('takes no finger for the second that is not there any more', () => {
    pointer('pointerdown', 100, 100);
    // Lifted where nobody heard of it.
    pointer('pointerdown', 300, 100, { pointerId: 2 });
    pointer('pointermove', 350, 100, { pointerId: 2 });

    expect(view, 'moved, not pinched').toEqual({ ...START, x: 0.45 });
  });

  test('is pinched by two fingers, also where those captured what is below them', () => {
    const below = document.createElementNS('http://www.w3.org/2000/svg', 'circle');
    element.append(below);
    pointer('pointerdown', 300, 300);
    pointer('pointerdown', 500, 300, { pointerId: 2, isPrimary: false });
    pointer('pointermove', 200, 300);
    below.dispatchEvent(new PointerEvent('lostpointercapture', { bubbles: true, pointerId: 1 }));
    pointer('pointermove', 600, 300, { pointerId: 2, isPrimary: false });

    expect(view.px).toBeCloseTo(2000, 6);
  });
});

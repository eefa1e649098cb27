// SPDX-License-Identifier: Apache-2.0
import { type Place, type Size, type View, panned, scaled } from '../model/map';

interface Seen {
  readonly view: View;
  readonly size: Size;
}

const CLOSER = 1.25;
/** A pointer that moves less has only pressed what is below it. */
const PRESSED_PX = 6;

/** One finger, or the mouse, moves the map; two zoom; the wheel zooms with Ctrl, as on charts. Answers its end. */
export function moving(element: SVGSVGElement, seen: () => Seen | null, move: (view: View) => void): () => void {
  const pointers = new Map<number, Place>();
  let began: { readonly seen: Seen; readonly pointers: readonly Place[] } | null = null;
  let dragged = false;
  const at = (event: MouseEvent): Place => {
    const { left, top } = element.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const begin = () => {
    const now = seen();
    began = now === null ? null : { seen: now, pointers: [...pointers.values()] };
  };
  const down = (event: PointerEvent) => {
    if (event.button !== 0) {
      return;
    }
    if (event.isPrimary) {
      // The first of its kind: whatever was down before was lifted where the map did not hear of it.
      pointers.clear();
    }
    dragged = dragged && pointers.size > 0;
    pointers.set(event.pointerId, at(event));
    begin();
  };
  const go = (event: PointerEvent) => {
    if (!pointers.has(event.pointerId)) {
      return;
    }
    if (event.buttons === 0) {
      // A mouse that was let go beside the map, before it was captured.
      up(event);
      return;
    }
    pointers.set(event.pointerId, at(event));
    const [first, second] = [...pointers.values()];
    if (began === null || first === undefined) {
      return;
    }
    const [from, other] = began.pointers;
    if (!dragged && Math.hypot(first.x - from!.x, first.y - from!.y) < PRESSED_PX && second === undefined) {
      return;
    }
    dragged = true;
    if (!element.hasPointerCapture(event.pointerId)) {
      // Only now: a captured pointer would press nothing.
      element.setPointerCapture(event.pointerId);
    }
    const { view } = began.seen;
    const one = second === undefined || other === undefined;
    move(one ? panned(view, first.x - from!.x, first.y - from!.y) : pinched(began.seen, [from!, other], [first, second]));
  };
  const up = (event: PointerEvent) => {
    if (pointers.delete(event.pointerId) && pointers.size > 0) {
      begin();
    }
  };
  // A finger's is at first of what is below it, and lost to the map.
  const lost = (event: PointerEvent) => {
    if (event.target === element) {
      up(event);
    }
  };
  const wheel = (event: WheelEvent) => {
    const now = seen();
    if (now !== null && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      move(scaled(now.view, event.deltaY < 0 ? CLOSER : 1 / CLOSER, at(event), now.size));
    }
  };
  const pressed = (event: MouseEvent) => {
    if (dragged) {
      dragged = false;
      event.preventDefault();
      event.stopPropagation();
    }
  };
  const drag = (event: Event) => event.preventDefault();
  const twice = (event: MouseEvent) => {
    const now = seen();
    if (now !== null) {
      move(scaled(now.view, 2, at(event), now.size));
    }
  };
  element.addEventListener('pointerdown', down);
  element.addEventListener('pointermove', go);
  element.addEventListener('pointerup', up);
  element.addEventListener('pointercancel', up);
  element.addEventListener('lostpointercapture', lost);
  element.addEventListener('wheel', wheel, { passive: false });
  element.addEventListener('click', pressed, { capture: true });
  element.addEventListener('dragstart', drag);
  element.addEventListener('dblclick', twice);
  return () => {
    element.removeEventListener('pointerdown', down);
    element.removeEventListener('pointermove', go);
    element.removeEventListener('pointerup', up);
    element.removeEventListener('pointercancel', up);
    element.removeEventListener('lostpointercapture', lost);
    element.removeEventListener('wheel', wheel);
    element.removeEventListener('click', pressed, { capture: true });
    element.removeEventListener('dragstart', drag);
    element.removeEventListener('dblclick', twice);
  };
}

/** Nearer by how much farther apart two fingers are, around their middle, which moves with them. */
function pinched({ view, size }: Seen, from: readonly [Place, Place], to: readonly [Place, Place]): View {
  const apart = ([one, other]: readonly [Place, Place]) => Math.max(20, Math.hypot(one.x - other.x, one.y - other.y));
  const middle = ([one, other]: readonly [Place, Place]) => ({ x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 });
  const [was, is] = [middle(from), middle(to)];
  return scaled(panned(view, is.x - was.x, is.y - was.y), apart(to) / apart(from), is, size);
}

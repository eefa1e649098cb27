// SPDX-License-Identifier: Apache-2.0
import type uPlot from 'uplot';
import { type Span, moved, zoomed } from '../model/time';

type Zoom = (span: Span | null) => void;

const CLOSER = 0.7;
const WIDER = 1.4;
const STEP = 0.25;
/** A finger that moves less has only touched. */
const TOUCHED_PX = 8;

/** What of time a chart shows now. */
export function spanOf(self: uPlot): Span {
  const { min = 0, max = 0 } = self.scales['x']!;
  return { fromMs: min! * 1000, toMs: max! * 1000 };
}

/** Arrows move, plus and minus zoom, Escape goes back. */
export function byKey(event: KeyboardEvent, span: Span, zoom: Zoom): void {
  const middleMs = (span.fromMs + span.toMs) / 2;
  const nowMs = Date.now();
  const to: Record<string, () => Span | null> = {
    'ArrowLeft': () => moved(span, -STEP, nowMs),
    'ArrowRight': () => moved(span, STEP, nowMs),
    '+': () => zoomed(span, CLOSER, middleMs, nowMs),
    '=': () => zoomed(span, CLOSER, middleMs, nowMs),
    '-': () => zoomed(span, WIDER, middleMs, nowMs),
    'Escape': () => null,
  };
  const step = to[event.key];
  if (step !== undefined && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    zoom(step());
  }
}

/** The wheel alone scrolls the page; a pinch on a touchpad comes as a wheel with Ctrl. */
export function byWheel(self: uPlot, event: WheelEvent, zoom: Zoom): void {
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    const aroundMs = self.posToVal(event.offsetX, 'x') * 1000;
    zoom(zoomed(spanOf(self), event.deltaY < 0 ? CLOSER : WIDER, aroundMs, Date.now()));
  }
}

/** One finger moves through time, two zoom; up and down the page scrolls. */
export function byTouch(self: uPlot, zoom: Zoom): void {
  const { over } = self;
  over.style.touchAction = 'pan-y';
  const fingers = new Map<number, number>();
  let began: { readonly span: Span; readonly fingers: readonly number[] } | null = null;
  const begin = () => (began = { span: spanOf(self), fingers: [...fingers.values()] });
  const at = (event: PointerEvent) => event.clientX - over.getBoundingClientRect().left;
  const now = (): Span | null => {
    const [first, second] = [...fingers.values()];
    if (began === null || first === undefined) {
      return null;
    }
    const { span, fingers: from } = began;
    const msPerPx = (span.toMs - span.fromMs) / over.clientWidth;
    if (second === undefined || from[1] === undefined) {
      const px = from[0]! - first;
      return Math.abs(px) < TOUCHED_PX ? null : moved(span, (px * msPerPx) / (span.toMs - span.fromMs), Date.now());
    }
    const factor = Math.abs(from[0]! - from[1]) / Math.max(20, Math.abs(first - second));
    const aroundMs = span.fromMs + ((from[0]! + from[1]) / 2) * msPerPx;
    return zoomed(span, factor, aroundMs, Date.now());
  };
  over.addEventListener('pointerdown', (event) => {
    if (event.pointerType === 'touch') {
      fingers.set(event.pointerId, at(event));
      begin();
    }
  });
  over.addEventListener('pointermove', (event) => {
    if (fingers.has(event.pointerId)) {
      fingers.set(event.pointerId, at(event));
      const span = now();
      if (span !== null) {
        self.setScale('x', { min: span.fromMs / 1000, max: span.toMs / 1000 });
      }
    }
  });
  const end = (event: PointerEvent) => {
    if (fingers.has(event.pointerId)) {
      const span = event.type === 'pointerup' ? now() : null;
      fingers.delete(event.pointerId);
      if (span !== null) {
        zoom(span);
      }
      began = null;
      if (fingers.size > 0) {
        begin();
      }
    }
  };
  over.addEventListener('pointerup', end);
  over.addEventListener('pointercancel', end);
}

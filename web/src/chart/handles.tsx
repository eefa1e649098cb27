// SPDX-License-Identifier: Apache-2.0
import type uPlot from 'uplot';
import { type Scale, figures } from '../model/quantity';
import type { Limit } from './chart';

/** Limits that may be moved, as a chart has them now. */
export interface Handles {
  readonly limits: readonly Limit[];
  readonly scale: Scale;
}

/** So many steps of a key are the height of the chart, about. */
const STEPS = 100;
const FAR_STEPS = 10;

/**
 * A limit to be taken: with the mouse, a finger, or keys. It lies over the line that the chart draws, and is put there
 * each time that the chart has been drawn.
 */
export function Handle({
  limit,
  scale,
  plot,
  move,
}: {
  limit: Limit;
  scale: Scale;
  plot: { readonly current: uPlot | null };
  move: (key: string, value: number) => void;
}) {
  const to = (value: number) => move(limit.key, rounded(value, stepOf(plot.current!)) * scale.per);
  const drag = (event: PointerEvent) => {
    const self = plot.current;
    const handle = event.currentTarget as HTMLElement;
    if (self !== null && handle.hasPointerCapture(event.pointerId)) {
      to(self.posToVal(event.clientY - self.over.getBoundingClientRect().top, 'y'));
    }
  };
  const byKey = (event: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowUp: 1, ArrowDown: -1, PageUp: FAR_STEPS, PageDown: -FAR_STEPS };
    const step = steps[event.key];
    if (step !== undefined && plot.current !== null) {
      event.preventDefault();
      to(limit.value / scale.per + step * stepOf(plot.current));
    }
  };
  const value = limit.value / scale.per;
  return (
    <div
      class="limit"
      data-limit={limit.key}
      role="slider"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={limit.label}
      aria-valuenow={value}
      aria-valuetext={`${figures(value)} ${scale.unit}`.trim()}
      title={limit.label}
      onKeyDown={byKey}
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.focus();
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={drag}
    />
  );
}

/** Puts the handles where their lines are; one that is not seen cannot be taken. */
export function placeHandles(self: uPlot, place: HTMLElement, { limits, scale }: Handles): void {
  const { offsetTop, offsetLeft, clientWidth, clientHeight } = self.over;
  const { min = 0, max = 0 } = self.scales['y']!;
  for (const handle of place.querySelectorAll<HTMLElement>('.limit')) {
    const limit = limits.find((one) => one.key === handle.dataset['limit']);
    const y = limit === undefined ? -1 : self.valToPos(limit.value / scale.per, 'y');
    handle.hidden = !(y >= 0 && y <= clientHeight);
    handle.style.top = `${offsetTop + y}px`;
    handle.style.left = `${offsetLeft}px`;
    handle.style.right = `${place.clientWidth - offsetLeft - clientWidth}px`;
    handle.ariaValueMin = String(min);
    handle.ariaValueMax = String(max);
  }
}

/** One, two or five of a figure. */
function stepOf(self: uPlot): number {
  const { min = 0, max = 0 } = self.scales['y']!;
  const step = Math.abs(max! - min!) / STEPS || 1;
  const ten = 10 ** Math.floor(Math.log10(step));
  return ([5, 2, 1].find((one) => one * ten <= step) ?? 1) * ten;
}

function rounded(value: number, step: number): number {
  return Number((Math.round(value / step) * step).toPrecision(12));
}

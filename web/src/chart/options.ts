// SPDX-License-Identifier: Apache-2.0
import uPlot from 'uplot';
import { steps } from '../model/quantity';
import type { Span } from '../model/time';
import { type Drawn, drawLines, drawShades } from './draw';
import { byTouch, byWheel } from './gestures';

export const HEIGHT = 200;
/** About the width of a figure in the axes' font, and what an axis has beside its figures. */
const FIGURE_PX = 7;
const AXIS_PX = 22;
/** How far beyond the values, in their own extents, a limit is still shown. */
const LIMIT_REACH = 2;

/** What a chart asks of the component around it, at the moment that it happens. */
export interface Around {
  readonly element: HTMLElement;
  readonly banded: boolean;
  readonly paired: boolean;
  readonly drawn: () => Drawn;
  readonly mayZoom: () => boolean;
  readonly zoom: (span: Span | null) => void;
  readonly point: (atMs: number | null) => void;
  /** It has been drawn anew: what lies over it is to be put in its place. */
  readonly laidOut: (self: uPlot) => void;
}

export function options(around: Around): uPlot.Options {
  const { element, banded, paired } = around;
  const named = (name: string) => getComputedStyle(element).getPropertyValue(name).trim() || 'gray';
  const colour = (name: string) => () => named(name);
  const axis: uPlot.Axis = {
    stroke: colour('--quiet-text'),
    grid: { stroke: colour('--grid'), width: 1 },
    ticks: { stroke: colour('--grid'), width: 1 },
    font: `12px ${getComputedStyle(element).fontFamily}`,
  };
  const lines = (line: string, band: string): uPlot.Series[] => {
    const edge: uPlot.Series = { stroke: colour(band), width: 1, points: { show: false } };
    return [
      { stroke: colour(line), width: 2, spanGaps: false, points: { filter: alone } },
      ...(banded ? [edge, edge] : []),
    ];
  };
  const band = (first: number, fill: string): uPlot.Band[] =>
    banded ? [{ series: [first + 1, first + 2], fill: colour(fill) }] : [];
  return {
    width: element.clientWidth || 600,
    height: HEIGHT,
    cursor: { drag: { x: true, y: false, setScale: false } },
    legend: { show: false },
    scales: { x: { time: true, auto: false }, y: { range: withLimits(() => around.drawn().limits) } },
    axes: [
      { ...axis, values: timeLabels, space: 68 },
      {
        ...axis,
        values: valueLabels,
        size: (_, labels) =>
          AXIS_PX + FIGURE_PX * Math.max(3, ...(labels ?? []).map((label) => label.length)),
      },
    ],
    series: [{}, ...lines('--accent', '--band'), ...(paired ? lines('--other', '--other-band') : [])],
    bands: [...band(1, '--band'), ...(paired ? band(4, '--other-band') : [])],
    hooks: {
      drawAxes: [(self) => drawShades(self, around.drawn().shades, named)],
      draw: [(self) => drawLines(self, around.drawn(), named), around.laidOut],
      setSelect: [(self) => selected(self, around)],
      setCursor: [
        (self) => {
          const seconds = self.data[0][self.cursor.idx ?? -1];
          around.point(seconds === undefined ? null : Math.round(seconds * 1000));
        },
      ],
      ready: [
        (self) => {
          if (around.mayZoom()) {
            self.over.addEventListener('dblclick', () => around.zoom(null));
            self.over.addEventListener('wheel', (event) => byWheel(self, event, around.zoom), { passive: false });
            byTouch(self, around.zoom);
          }
        },
      ],
    },
  };
}

function selected(self: uPlot, around: Around): void {
  if (self.select.width > 4 && around.mayZoom()) {
    const at = (px: number) => Math.round(self.posToVal(px, 'x') * 1000);
    around.zoom({ fromMs: at(self.select.left), toMs: at(self.select.left + self.select.width) });
  }
  self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
}

/** Labels of the time axis: the date where it changes, else the time, on a clock of 24 hours. */
function timeLabels(_: uPlot, splits: number[]): string[] {
  const step = (splits[1] ?? 0) - (splits[0] ?? 0);
  let dayBefore = '';
  return splits.map((seconds) => {
    const date = new Date(seconds * 1000);
    const day = date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
    if (step >= 86_400) {
      return day;
    }
    const time = date.toLocaleTimeString('en-GB', {
      hour: '2-digit',
      minute: '2-digit',
      ...(step < 60 ? { second: '2-digit' } : {}),
    });
    const label = day === dayBefore ? time : `${time}\n${day}`;
    dayBefore = day;
    return label;
  });
}

/** Labels of the value axis, as exact as the distance between two of them needs. */
function valueLabels(self: uPlot, splits: number[]): string[] {
  const labels = steps(splits);
  // Between a switch that is on and one that is off there is nothing to read.
  return (self.data[1] ?? []).every((value) => value == null || Number.isInteger(value))
    ? splits.map((split, index) => (Number.isInteger(split) ? labels[index]!.replace(/\.0+$/, '') : ''))
    : labels;
}

/** The value axis reaches to limits that are near. */
function withLimits(limits: () => readonly number[]): uPlot.Scale.Range {
  return (_, least, most) => {
    if (least === null || most === null) {
      return [null, null];
    }
    const reach = LIMIT_REACH * (most - least);
    const near = limits().filter((limit) => limit >= least - reach && limit <= most + reach);
    return uPlot.rangeNum(Math.min(least, ...near), Math.max(most, ...near), 0.1, true);
  };
}

/** Points with nothing beside them, which a line would not show. */
function alone(self: uPlot, column: number, all: boolean): number[] | null {
  return all ? null : aloneIn(self.data[column]!);
}

/** Where only another device has a value there is nothing, but no gap either: that is undefined, a gap is null. */
export function aloneIn(values: ArrayLike<number | null | undefined>): number[] {
  const found: number[] = [];
  // The last value since a gap, and whether it was the first.
  let at = -1;
  let first = true;
  for (let index = 0; index <= values.length; index++) {
    const value = index === values.length ? null : values[index];
    if (value === undefined) {
      continue;
    }
    if (value !== null) {
      first = at === -1;
      at = index;
      continue;
    }
    if (at !== -1 && first) {
      found.push(at);
    }
    at = -1;
  }
  return found;
}

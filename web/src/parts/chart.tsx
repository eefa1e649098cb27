// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { type Scale, figures, quantityText, scaleOf, steps } from '../model/quantity';
import { type Extent, type Series, extentOf, withGaps } from '../model/series';
import { type Span, exactClock, zoomed } from '../model/time';
import { text } from '../text';

const HEIGHT = 200;
/** About the width of a figure in the axes' font, and what an axis has beside its figures. */
const FIGURE_PX = 7;
const AXIS_PX = 22;

/** How far beyond the values, in their own extents, a limit is still shown. */
const LIMIT_REACH = 2;

/** One sensor over time: a line, with the band between least and most where points are merged. */
export function Chart({
  series,
  span,
  limits,
  onZoom,
}: {
  series: Series;
  span: Span;
  /** Thresholds of alarm rules, drawn as lines. */
  limits: readonly number[];
  onZoom: (span: Span | null) => void;
}) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const zoom = useRef(onZoom);
  zoom.current = onZoom;
  const [pointed, setPointed] = useState<number | null>(null);
  const drawn = useRef<readonly number[]>([]);
  const banded = series.mins !== null;
  const extent = extentOf(series);
  const scale = scaleOf(series.unit, extent === null ? 0 : Math.max(-extent.least, extent.most));
  useEffect(() => {
    const element = place.current!;
    const created = new uPlot(options(element, banded, drawn, zoom, setPointed), [[], []], element);
    plot.current = created;
    const resized = new ResizeObserver(() =>
      created.setSize({ width: element.clientWidth, height: HEIGHT }),
    );
    resized.observe(element);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const repaint = () => created.redraw(false, true);
    dark.addEventListener('change', repaint);
    return () => {
      resized.disconnect();
      dark.removeEventListener('change', repaint);
      created.destroy();
    };
  }, [banded]);
  useEffect(() => {
    const columns = withGaps(series);
    const per = (column: (number | null)[]) =>
      scale.per === 1 ? column : column.map((value) => (value === null ? null : value / scale.per));
    const data: uPlot.AlignedData = banded
      ? [columns.seconds, per(columns.values), per(columns.maxs!), per(columns.mins!)]
      : [columns.seconds, per(columns.values)];
    drawn.current = limits.map((limit) => limit / scale.per);
    plot.current?.setData(data, false);
    plot.current?.setScale('x', { min: span.fromMs / 1000, max: span.toMs / 1000 });
  }, [series, span, banded, scale.per, limits.join()]);
  return (
    <>
      <figcaption>
        <span>{series.sensor}</span>{' '}
        <span class="quiet">{pointedText(series, pointed) ?? scale.unit}</span>
      </figcaption>
      <div class="chart" ref={place} role="img" aria-label={summary(series, extent, scale)} />
    </>
  );
}

/** What is under the pointer: the nearest value and when it was. */
function pointedText(series: Series, atMs: number | null): string | null {
  const index = atMs === null ? -1 : series.timesMs.indexOf(atMs);
  if (index === -1) {
    return null;
  }
  const value = quantityText(series.values[index], series.unit);
  const least = series.mins?.[index];
  const most = series.maxs?.[index];
  const between =
    least === undefined || most === undefined || least === most
      ? ''
      : ` (${quantityText(least, series.unit)} – ${quantityText(most, series.unit)})`;
  return `${value}${between} · ${exactClock(series.timesMs[index]!).slice(0, -4)}`;
}

/** The chart in words, for who does not see it. */
function summary(series: Series, extent: Extent | null, scale: Scale): string {
  if (extent === null) {
    return text.chart.empty(series.sensor);
  }
  const said = (value: number) => `${figures(value / scale.per)} ${scale.unit}`.trim();
  return text.chart.summary(
    series.sensor,
    series.values.length,
    said(extent.least),
    said(extent.most),
    said(series.values.at(-1)!),
  );
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
  return (self.data[1] ?? []).every((value) => value === null || Number.isInteger(value))
    ? splits.map((split, index) => (Number.isInteger(split) ? labels[index]!.replace(/\.0+$/, '') : ''))
    : labels;
}

/** The value axis reaches to limits that are near. */
function withLimits(limits: { current: readonly number[] }): uPlot.Scale.Range {
  return (_, least, most) => {
    if (least === null || most === null) {
      return [null, null];
    }
    const reach = LIMIT_REACH * (most - least);
    const near = limits.current.filter((limit) => limit >= least - reach && limit <= most + reach);
    return uPlot.rangeNum(Math.min(least, ...near), Math.max(most, ...near), 0.1, true);
  };
}

function drawLimits(self: uPlot, limits: readonly number[], colour: string): void {
  const { left, top, width, height } = self.bbox;
  const { ctx } = self;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
  for (const limit of limits) {
    const y = self.valToPos(limit, 'y', true);
    if (y >= top && y <= top + height) {
      ctx.beginPath();
      ctx.moveTo(left, y);
      ctx.lineTo(left + width, y);
      ctx.stroke();
    }
  }
  ctx.restore();
}

/** Points with nothing beside them, which a line would not show. */
function alone(self: uPlot, column: number, all: boolean): number[] | null {
  if (all) {
    return null;
  }
  const values = self.data[column]!;
  const found: number[] = [];
  for (let index = 0; index < values.length; index++) {
    if (values[index] != null && values[index - 1] == null && values[index + 1] == null) {
      found.push(index);
    }
  }
  return found;
}

function options(
  element: HTMLElement,
  banded: boolean,
  limits: { current: readonly number[] },
  zoom: { current: (span: Span | null) => void },
  point: (atMs: number | null) => void,
): uPlot.Options {
  const colour = (name: string) => () =>
    getComputedStyle(element).getPropertyValue(name).trim() || 'gray';
  const axis: uPlot.Axis = {
    stroke: colour('--quiet-text'),
    grid: { stroke: colour('--grid'), width: 1 },
    ticks: { stroke: colour('--grid'), width: 1 },
    font: '12px system-ui, sans-serif',
  };
  const edge: uPlot.Series = { stroke: colour('--band'), width: 1, points: { show: false } };
  return {
    width: element.clientWidth || 600,
    height: HEIGHT,
    cursor: { drag: { x: true, y: false, setScale: false } },
    legend: { show: false },
    scales: { x: { time: true, auto: false }, y: { range: withLimits(limits) } },
    axes: [
      { ...axis, values: timeLabels, space: 68 },
      {
        ...axis,
        values: valueLabels,
        size: (_, labels) =>
          AXIS_PX + FIGURE_PX * Math.max(3, ...(labels ?? []).map((label) => label.length)),
      },
    ],
    series: [
      {},
      { stroke: colour('--accent'), width: 2, spanGaps: false, points: { filter: alone } },
      ...(banded ? [edge, edge] : []),
    ],
    ...(banded ? { bands: [{ series: [2, 3] as [number, number], fill: colour('--band') }] } : {}),
    hooks: {
      draw: [(self) => drawLimits(self, limits.current, colour('--bad')())],
      setSelect: [
        (self) => {
          if (self.select.width > 4) {
            zoom.current({
              fromMs: Math.round(self.posToVal(self.select.left, 'x') * 1000),
              toMs: Math.round(self.posToVal(self.select.left + self.select.width, 'x') * 1000),
            });
            self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          }
        },
      ],
      setCursor: [
        (self) => {
          const seconds = self.data[0][self.cursor.idx ?? -1];
          point(seconds === undefined ? null : Math.round(seconds * 1000));
        },
      ],
      ready: [
        (self) => {
          self.over.addEventListener('dblclick', () => zoom.current(null));
          // The wheel alone scrolls the page; a pinch on a touchpad comes as a wheel with Ctrl.
          self.over.addEventListener('wheel', (event) => {
            if (event.ctrlKey || event.metaKey) {
              event.preventDefault();
              const { min = 0, max = 0 } = self.scales['x']!;
              const span = { fromMs: min * 1000, toMs: max * 1000 };
              const aroundMs = self.posToVal(event.offsetX, 'x') * 1000;
              zoom.current(zoomed(span, event.deltaY < 0 ? 0.7 : 1.4, aroundMs, Date.now()));
            }
          });
        },
      ],
    },
  };
}

// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { type Series, shown, withGaps } from '../model/series';

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** One sensor over time: a line, with the band between least and most where points are merged. */
export function Chart({
  series,
  span,
  onZoom,
}: {
  series: Series;
  span: Span;
  onZoom: (span: Span | null) => void;
}) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const zoom = useRef(onZoom);
  zoom.current = onZoom;
  const banded = series.mins !== null;
  useEffect(() => {
    const element = place.current!;
    const created = new uPlot(options(element, series.unit, banded, zoom), [[], []], element);
    plot.current = created;
    const resized = new ResizeObserver(() =>
      created.setSize({ width: element.clientWidth, height: 200 }),
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
  }, [series.unit, banded]);
  useEffect(() => {
    const columns = withGaps(series);
    const data: uPlot.AlignedData = banded
      ? [columns.seconds, columns.values, columns.maxs!, columns.mins!]
      : [columns.seconds, columns.values];
    plot.current?.setData(data, false);
    plot.current?.setScale('x', { min: span.fromMs / 1000, max: span.toMs / 1000 });
  }, [series, span, banded]);
  return <div class="chart" ref={place} role="img" aria-label={summary(series)} />;
}

/** The chart in words, for who does not see it. */
function summary(series: Series): string {
  const last = series.values.at(-1);
  if (last === undefined) {
    return `${series.sensor}: no values`;
  }
  let least = last;
  let most = last;
  for (let index = 0; index < series.values.length; index++) {
    least = Math.min(least, series.mins?.[index] ?? series.values[index] ?? least);
    most = Math.max(most, series.maxs?.[index] ?? series.values[index] ?? most);
  }
  const unit = series.unit && ` ${series.unit}`;
  return `${series.sensor}: ${series.values.length} points, from ${shown(least)} to ${shown(most)}${unit}, last ${shown(last)}${unit}`;
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

function options(
  element: HTMLElement,
  unit: string,
  banded: boolean,
  zoom: { current: (span: Span | null) => void },
): uPlot.Options {
  const colour = (name: string) => () =>
    getComputedStyle(element).getPropertyValue(name).trim() || 'gray';
  const axis: uPlot.Axis = {
    stroke: colour('--quiet-text'),
    grid: { stroke: colour('--grid'), width: 1 },
    ticks: { stroke: colour('--grid'), width: 1 },
    font: '12px system-ui, sans-serif',
  };
  const value = (_: uPlot, raw: number | null) => (raw === null ? '–' : shown(raw) + (unit && ` ${unit}`));
  const edge: uPlot.Series = { stroke: 'transparent', points: { show: false }, value };
  return {
    width: element.clientWidth || 600,
    height: 200,
    cursor: { drag: { x: true, y: false, setScale: false } },
    legend: { live: true },
    scales: { x: { time: true, auto: false } },
    axes: [{ ...axis, values: timeLabels }, { ...axis, size: 56 }],
    series: [
      { value: (_, seconds) => (seconds === null ? '–' : new Date(seconds * 1000).toLocaleString('en-GB')) },
      { label: unit || 'value', stroke: colour('--accent'), width: 2, spanGaps: false, value },
      ...(banded ? [{ ...edge, label: 'max' }, { ...edge, label: 'min' }] : []),
    ],
    ...(banded ? { bands: [{ series: [2, 3] as [number, number], fill: colour('--band') }] } : {}),
    hooks: {
      setSelect: [
        (self) => {
          if (self.select.width > 4) {
            zoom.current({
              fromMs: self.posToVal(self.select.left, 'x') * 1000,
              toMs: self.posToVal(self.select.left + self.select.width, 'x') * 1000,
            });
            self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          }
        },
      ],
      ready: [(self) => self.over.addEventListener('dblclick', () => zoom.current(null))],
    },
  };
}

// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Raised } from '../model/evaluate';
import { type Scale, figures, quantityText, scaleOf } from '../model/quantity';
import { type Columns, type Extent, type Series, extentOf, withGaps } from '../model/series';
import { type Span, exactClock } from '../model/time';
import * as text from '../text';
import type { Drawn, Mark } from './draw';
import { byKey } from './gestures';
import { Handle, type Handles, placeHandles } from './handles';
import { HEIGHT, options } from './options';

/** Marks this near to the pointer are told, in pixels. */
const NEAR_PX = 6;
const NONE: readonly never[] = [];

export interface ChartProps {
  readonly series: Series;
  readonly span: Span;
  /** Thresholds of alarm rules, drawn as lines. */
  readonly limits: readonly Limit[];
  /** The same sensor of another device. */
  readonly beside?: Series | undefined;
  /** When it was an alarm. */
  readonly shades?: readonly Raised[];
  /** What happened, drawn at its time. */
  readonly marks?: readonly Mark[];
  /** Nothing where it is not to be zoomed. */
  readonly onZoom?: (span: Span | null) => void;
  /** A limit was moved elsewhere; nothing where it is not to be. */
  readonly onLimit?: ((key: string, limit: number) => void) | undefined;
}

/** A line across a chart. */
export interface Limit {
  readonly key: string;
  readonly value: number;
  /** What it is, for who does not see it. */
  readonly label: string;
}

/** One sensor over time: a line, with the band between least and most where points are merged. */
export function Chart(props: ChartProps) {
  const { series, span, limits, beside, shades = NONE, marks = NONE } = props;
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const [pointed, setPointed] = useState<number | null>(null);
  const banded = series.mins !== null || (beside?.mins ?? null) !== null;
  const extent = extentOf(series);
  const scale = scaleOf(series.unit, extent === null ? 0 : Math.max(-extent.least, extent.most));
  const drawn = useRef<Drawn>({ limits: [], shades: [], marks: [] });
  const handles = useRef<Handles | null>(null);
  handles.current = { limits, scale };
  useEffect(() => {
    const element = place.current!;
    const created = new uPlot(
      options({
        element,
        banded,
        paired: beside !== undefined,
        drawn: () => drawn.current,
        zoom: (to) => latest.current.onZoom?.(to),
        mayZoom: () => latest.current.onZoom !== undefined,
        point: setPointed,
        laidOut: (self) => placeHandles(self, element.parentElement!, handles.current!),
      }),
      [[], []],
      element,
    );
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
  }, [banded, beside !== undefined]);
  useEffect(() => {
    drawn.current = {
      limits: limits.map((limit) => limit.value / scale.per),
      shades,
      marks,
    };
    plot.current?.setData(aligned(series, beside, banded, scale.per), false);
    plot.current?.setScale('x', { min: span.fromMs / 1000, max: span.toMs / 1000 });
  }, [series, beside, span, banded, scale.per, limits.map((limit) => limit.value).join(), shades, marks]);
  const near = pointed === null ? undefined : nearest(marks, plot.current);
  return (
    <>
      <figcaption>
        <span>{series.sensor}</span>{' '}
        <span class="quiet">
          {near !== undefined ? `${near.label} · ${exactClock(near.atMs).slice(0, -4)}` : (pointedText(series, pointed) ?? scale.unit)}
        </span>
      </figcaption>
      <div class="plot">
        <div
          class="chart"
          ref={place}
          role="img"
          aria-label={summary(series, extent, scale)}
          {...(props.onZoom === undefined
            ? {}
            : { tabIndex: 0, onKeyDown: (event: KeyboardEvent) => byKey(event, span, latest.current.onZoom!) })}
        />
        {props.onLimit !== undefined &&
          limits.map((limit) => <Handle key={limit.key} limit={limit} scale={scale} plot={plot} move={props.onLimit!} />)}
      </div>
    </>
  );
}

/** Columns as uPlot draws them: time, value, most, least, and the same of the device beside. */
function aligned(
  series: Series,
  beside: Series | undefined,
  banded: boolean,
  per: number,
): uPlot.AlignedData {
  const own = table(withGaps(series), banded, per);
  return beside === undefined ? own : uPlot.join([own, table(withGaps(beside), banded, per)], NULLS(banded));
}

/** A gap of one is a gap; that the other has no point at a time is none. */
const NULLS = (banded: boolean): uPlot.JoinNullMode[][] => {
  const keep: uPlot.JoinNullMode[] = [1, ...(banded ? [1, 1, 1] : [1])] as uPlot.JoinNullMode[];
  return [keep, keep];
};

function table(columns: Columns, banded: boolean, per: number): uPlot.AlignedData {
  const scaled = (column: (number | null)[]) =>
    per === 1 ? column : column.map((value) => (value === null ? null : value / per));
  return banded
    ? [
        columns.seconds,
        scaled(columns.values),
        scaled(columns.maxs ?? columns.values),
        scaled(columns.mins ?? columns.values),
      ]
    : [columns.seconds, scaled(columns.values)];
}

/** The mark under the pointer. */
function nearest(marks: readonly Mark[], plot: uPlot | null): Mark | undefined {
  const pointer = plot?.cursor.left;
  if (plot === null || pointer === undefined || pointer < 0) {
    return undefined;
  }
  return marks.find((mark) => Math.abs(plot.valToPos(mark.atMs / 1000, 'x') - pointer) <= NEAR_PX);
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

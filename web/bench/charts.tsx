// SPDX-License-Identifier: Apache-2.0
// The app's own chart with made-up values, for `charts.mjs`.
import { render } from 'preact';
import { Chart } from '../src/chart/chart';
import { type Series, append } from '../src/model/series';
import '../src/style/tokens.css';
import '../src/style/base.css';
import '../src/style/device.css';

const STEP_MS = 1_000;
const NONE: readonly never[] = [];
const place = document.getElementById('app')!;
let strokes = 0;

const stroke = CanvasRenderingContext2D.prototype.stroke as (path?: Path2D) => void;
CanvasRenderingContext2D.prototype.stroke = function (...given: [path?: Path2D]) {
  strokes++;
  stroke.apply(this, given);
};

const value = (index: number, chart: number) => 20 + chart + 5 * Math.sin(index / 700) + Math.sin(index * 7.3);

function made(count: number, toMs: number, chart: number): Series {
  const indexes = Array.from({ length: count }, (_, index) => index);
  return {
    sensor: `sensor ${chart}`,
    unit: 'Cel',
    stepMs: 0,
    timesMs: indexes.map((index) => toMs - (count - index) * STEP_MS),
    values: indexes.map((index) => value(index, chart)),
    mins: null,
    maxs: null,
  };
}

const frame = () => new Promise<number>((done) => requestAnimationFrame(done));

/** Milliseconds from when a chart is given so many points until the frame after they were drawn. */
async function draw(count: number): Promise<number> {
  const toMs = Date.now();
  const span = { fromMs: toMs - count * STEP_MS, toMs };
  const shown = (series: Series) => render(<Chart series={series} span={span} limits={NONE} />, place);
  shown(made(10, toMs, 0));
  await frame();
  await frame();
  const series = made(count, toMs, 0);
  strokes = 0;
  const began = performance.now();
  shown(series);
  while (strokes === 0) {
    await frame();
  }
  await frame();
  return performance.now() - began;
}

/** So many charts of an hour, each of which gets a value each second and loses its oldest. */
function run(charts: number, hourMs: number): () => void {
  const count = hourMs / STEP_MS;
  let all = Array.from({ length: charts }, (_, chart) => made(count, Date.now(), chart));
  let index = count;
  const show = () => {
    const toMs = Date.now();
    const span = { fromMs: toMs - hourMs, toMs };
    render(
      <>
        {all.map((series) => (
          <figure key={series.sensor}>
            <Chart series={series} span={span} limits={NONE} />
          </figure>
        ))}
      </>,
      place,
    );
  };
  show();
  const timer = setInterval(() => {
    const atMs = Date.now();
    index++;
    all = all.map((series, chart) => append(series, [{ atMs, value: value(index, chart) }], atMs - hourMs));
    show();
  }, STEP_MS);
  return () => clearInterval(timer);
}

Object.assign(globalThis, { draw, run });

// SPDX-License-Identifier: Apache-2.0
import { useMemo, useRef } from 'preact/hooks';
import type { AlarmRule } from '../api/contract';
import { byWhatIsMeasured, devices, series as fetchSeries } from '../api/devices';
import type { Context } from '../app';
import type { Mark } from '../chart/draw';
import type { LiveValue } from '../live/frame';
import { isThreshold } from '../model/alarm';
import type { AlarmEvent, Command, DeviceSummary } from '../model/device';
import type { Raised } from '../model/evaluate';
import { type Series, append, keyOf, shown } from '../model/series';
import { RANGES, type Span, clock, moved, rangeOf, zoomed } from '../model/time';
import { deviceHref, refine } from '../router';
import * as text from '../text';
import { Download } from './download';
import { Icon } from './icon';
import { useLimits } from './limits';
import { later } from './later';
import { Choices } from './page';
import { usePoll } from './poll';
import { Problem } from './problem';
import { Empty, Loading } from './shown';
import { ValueTable } from './table';

const Chart = later(() => import('../chart/chart').then((module) => module.Chart));
Chart.fetch();
const LimitChange = later(() => import('./limit-change').then((module) => module.LimitChange));

const SERIES_MS = 15_000;
const FLEET_MS = 300_000;

export interface HistoryProps {
  readonly context: Context;
  readonly device: string;
  readonly range: string | null;
  readonly zoom: Span | null;
  readonly beside: string | null;
  readonly live: readonly LiveValue[];
  readonly rules: readonly AlarmRule[];
  readonly rulesChanged: () => void;
  readonly commands: readonly Command[];
  readonly events: readonly AlarmEvent[];
}

type Asked = Pick<HistoryProps, 'context' | 'device' | 'range' | 'zoom' | 'beside'>;

interface Stored {
  readonly span: Span;
  readonly all: readonly Series[];
  readonly others: readonly Series[];
}

const ahead = new Map<string, Promise<Stored>>();

/** Asks for what the charts draw before the rest of the page is known, which takes as long. */
export function askAhead(asked: Asked): void {
  const answer = ask(asked);
  // Whoever waits for it is told why it failed.
  answer.catch(() => undefined);
  ahead.set(seriesKey(asked), answer);
}

async function ask({ context: { api }, device, range, zoom, beside }: Asked): Promise<Stored> {
  const span = zoom ?? now(rangeOf(range).ms);
  const [all, others] = await Promise.all([
    fetchSeries(api, device, span.fromMs, span.toMs),
    beside === null ? [] : fetchSeries(api, beside, span.fromMs, span.toMs),
  ]);
  return { span, all, others };
}

function seriesKey({ device, range, zoom, beside }: Asked): string {
  return `series/${device}/${zoom ? `${zoom.fromMs}-${zoom.toMs}` : rangeOf(range).key}/${beside}`;
}

/** The charts with their range; newest values come from the live path while they are in range. */
export function History(props: HistoryProps) {
  const { context, device, range, zoom, beside, live } = props;
  const { api } = context;
  const chosen = rangeOf(range);
  const setZoom = (span: Span | null) => refine(deviceHref(device, chosen.key, span, beside));
  const key = seriesKey(props);
  const stored = usePoll(
    () => {
      const asked = ahead.get(key) ?? ask(props);
      ahead.delete(key);
      return asked;
    },
    SERIES_MS,
    key,
  );
  const view = useMemo(() => {
    if (stored.data === null || zoom !== null) {
      return stored.data;
    }
    const span = now(chosen.ms);
    return { ...stored.data, span, all: withLive(stored.data.all, live, span.fromMs) };
  }, [stored.data, live, zoom, chosen.ms]);
  // Until another range has come, what is known of it is drawn: the chart keeps its place, and the focus.
  const known = useRef(view);
  known.current = view ?? known.current;
  const seen = view ?? (known.current && { ...known.current, span: zoom ?? now(chosen.ms) });
  return (
    <section class="card history" aria-labelledby="values">
      <div class="head">
        <h2 id="values">{text.device.sensors}</h2>
        <Choices
          label={text.device.range}
          all={RANGES.map((one) => one.key)}
          chosen={zoom === null ? chosen.key : null}
          href={(one) => deviceHref(device, one, null, beside)}
          name={(one) => RANGES.find((range) => range.key === one)!.label}
        />
        <ZoomButtons span={zoom ?? now(chosen.ms)} set={setZoom} />
        <div class="end">
          <Compare {...props} />
          <Download api={api} device={device} span={() => zoom ?? now(chosen.ms)} />
        </div>
      </div>
      {zoom !== null && (
        <p class="small">
          {text.device.between(clock(zoom.fromMs), clock(zoom.toMs))}{' '}
          <button class="plain" onClick={() => setZoom(null)}>
            {text.device.whole}
          </button>
        </p>
      )}
      {stored.error !== null && <Problem message={stored.error} retry={stored.refresh} />}
      {seen === null && stored.error === null && <Loading />}
      {seen !== null && view !== null && view.all.length === 0 && (
        <Empty title={text.device.noSensors}>
          <p class="quiet">{text.device.noSensorsHint}</p>
        </Empty>
      )}
      {seen !== null && seen.all.length > 0 && (
        <div aria-busy={view === null}>
          <Charts {...props} all={seen.all} others={seen.others} span={seen.span} setZoom={setZoom} />
          <p class="quiet small">
            {text.device.zoomHint} {props.rules.some(isThreshold) && context.session.may('admin') && text.limits.hint}
          </p>
        </div>
      )}
    </section>
  );
}

function Charts({
  context,
  device,
  beside,
  rules,
  rulesChanged,
  commands,
  events,
  all,
  others,
  span,
  setZoom,
}: HistoryProps & {
  all: readonly Series[];
  others: readonly Series[];
  span: Span;
  setZoom: (span: Span | null) => void;
}) {
  const marks = useMemo(() => commands.map(markOf), [commands]);
  const turns = useMemo(() => new Map(rules.map((rule) => [rule.name, turnsOf(rule.name, events)])), [rules, events]);
  return (
    <>
      {beside !== null && (
        <p class="legend small">
          <span class="own">{device}</span> <span class="other">{beside}</span>
        </p>
      )}
      <div class="charts">
        {all.map((one) => (
          <figure key={keyOf(one)}>
            <SensorChart
              context={context}
              rulesChanged={rulesChanged}
              series={one}
              beside={others.find((other) => keyOf(other) === keyOf(one))}
              span={span}
              rules={rules}
              turns={turns}
              marks={marks}
              onZoom={setZoom}
            />
            <ValueTable series={one} />
          </figure>
        ))}
      </div>
    </>
  );
}

function SensorChart({
  context,
  rules,
  rulesChanged,
  turns,
  ...props
}: {
  context: Context;
  rulesChanged: () => void;
  series: Series;
  beside: Series | undefined;
  span: Span;
  rules: readonly AlarmRule[];
  turns: ReadonlyMap<string, readonly Raised[]>;
  marks: readonly Mark[];
  onZoom: (span: Span | null) => void;
}) {
  const { sensor } = props.series;
  const [thresholds, shades] = useMemo(() => {
    const about = rules.filter((rule) => rule.sensor === sensor);
    return [about.filter(isThreshold), about.flatMap((rule) => turns.get(rule.name) ?? [])] as const;
  }, [rules, turns, sensor]);
  const moved = useLimits(thresholds);
  return (
    <>
      <Chart
        limits={moved.limits}
        shades={shades}
        onLimit={context.session.may('admin') ? moved.move : undefined}
        {...props}
      />
      {moved.draft !== null && (
        <LimitChange context={context} moved={moved} unit={props.series.unit} changed={rulesChanged} />
      )}
    </>
  );
}

function markOf(command: Command): Mark {
  return {
    atMs: command.atMs,
    label: `${command.actuator} → ${shown(command.value)}: ${text.command[command.status]}`,
    tone: 'command',
  };
}

/** From when to when a rule was raised, by its history; the events are newest first. */
export function turnsOf(rule: string, events: readonly AlarmEvent[]): Raised[] {
  const turns: Raised[] = [];
  let toMs: number | null = null;
  for (const event of events) {
    if (event.rule === rule && event.kind === 'CLEARED') {
      toMs = event.atMs;
    } else if (event.rule === rule && event.kind === 'RAISED') {
      turns.push({ fromMs: event.atMs, toMs });
      toMs = null;
    }
  }
  return turns;
}

/** Another device with a sensor of the same name and unit, to be drawn beside this one. */
function Compare({ context, device, range, zoom, beside }: HistoryProps) {
  const fleet = usePoll(() => devices(context.api), FLEET_MS, 'devices');
  const own = fleet.data?.find((one) => one.device === device);
  const like = (fleet.data ?? []).filter((one) => one.device !== device && own && share(one, own));
  if (like.length === 0 && beside === null) {
    return null;
  }
  const names = like.map((one) => one.device);
  return (
    <select
      aria-label={text.device.compare}
      value={beside ?? ''}
      onChange={(event) => refine(deviceHref(device, range, zoom, event.currentTarget.value || null))}
    >
      <option value="">{text.device.compareNone}</option>
      {(beside === null || names.includes(beside) ? names : [beside, ...names]).map((name) => (
        <option key={name} value={name}>
          {text.device.compareWith(name)}
        </option>
      ))}
    </select>
  );
}

function share(one: DeviceSummary, other: DeviceSummary): boolean {
  return one.latest.some((a) => other.latest.some((b) => keyOf(a) === keyOf(b)));
}

/** What the pointer does on a chart, for keys and thumbs. */
function ZoomButtons({ span, set }: { span: Span; set: (span: Span) => void }) {
  const middleMs = (span.fromMs + span.toMs) / 2;
  const nowMs = Date.now();
  const buttons = [
    ['back', text.device.earlier, moved(span, -0.5, nowMs)],
    ['minus', text.device.wider, zoomed(span, 2, middleMs, nowMs)],
    ['plus', text.device.closer, zoomed(span, 0.5, middleMs, nowMs)],
    ['forth', text.device.later, moved(span, 0.5, nowMs)],
  ] as const;
  return (
    <div class="joined">
      {buttons.map(([icon, name, to]) => (
        <button key={name} class="square" aria-label={name} title={name} onClick={() => set(to)}>
          <Icon name={icon} />
        </button>
      ))}
    </div>
  );
}

function now(ms: number): Span {
  const toMs = Date.now();
  return { fromMs: toMs - ms, toMs };
}

/** Stored series with live values after them; a sensor seen only live gets a series of its own. */
function withLive(stored: readonly Series[], live: readonly LiveValue[], fromMs: number): Series[] {
  const all = new Map(stored.map((series) => [keyOf(series), series]));
  for (const [key, values] of groups(live)) {
    const known = all.get(key) ?? {
      sensor: values[0]!.sensor,
      unit: values[0]!.unit,
      stepMs: 0,
      timesMs: [],
      values: [],
      mins: null,
      maxs: null,
    };
    all.set(key, append(known, values, fromMs));
  }
  return [...all.values()].sort((a, b) => byWhatIsMeasured(a.sensor, b.sensor));
}

function groups(live: readonly LiveValue[]): Map<string, LiveValue[]> {
  const all = new Map<string, LiveValue[]>();
  for (const value of live) {
    const group = all.get(keyOf(value));
    if (group) {
      group.push(value);
    } else {
      all.set(keyOf(value), [value]);
    }
  }
  return all;
}

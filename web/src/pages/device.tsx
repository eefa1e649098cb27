// SPDX-License-Identifier: Apache-2.0
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Context } from '../app';
import type { AlarmRule } from '../api/contract';
import type { LiveValue } from '../live/frame';
import { useLive } from '../live/use-live';
import { type Command, isOver, newestOf } from '../model/device';
import { type Series, append, keyOf, toCsv } from '../model/series';
import { RANGES, type Span, ago, clock, moved, rangeOf, zoomed } from '../model/time';
import { ActuatorRow } from '../parts/actuator';
import { AlarmList, CommandList } from '../parts/lists';
import { later } from '../parts/later';
import { Latest } from '../parts/latest';
import { type Polled, usePoll } from '../parts/poll';
import { Problem } from '../parts/problem';
import { isThreshold } from '../model/alarm';
import { Rules } from '../parts/rules';
import { ValueTable } from '../parts/table';
import { deviceHref, refine } from '../router';
import { text } from '../text';

const Chart = later(() => import('../parts/chart').then((module) => module.Chart));
Chart.fetch();

const DETAIL_MS = 5_000;
const SERIES_MS = 15_000;
const WAITING_MS = 700;
const LIVE_KEEP_MS = 3_600_000;

type DeviceProps = Context & {
  readonly device: string;
  readonly range: string | null;
  readonly zoom: Span | null;
};

/** Everything about one device, with nothing to configure: what it sends is what is shown. */
export function DevicePage(props: DeviceProps) {
  const { api, session, device } = props;
  const [hurry, setHurry] = useState(false);
  const [sent, setSent] = useState<readonly Command[]>([]);
  const everyMs = hurry ? WAITING_MS : DETAIL_MS;
  const detail = usePoll(() => api.device(device), everyMs, `device/${device}`);
  const commands = usePoll(() => api.commands(device), everyMs, `commands/${device}`);
  const rules = usePoll(() => api.rules(), SERIES_MS, 'rules');
  const alarms = usePoll(() => api.alarms(device), DETAIL_MS, `alarms/${device}`);
  const [live, setLive] = useState<readonly LiveValue[]>([]);
  const liveState = useLive(props, device, detail.data?.thing ?? null, (values) =>
    setLive((before) => {
      const fromMs = Date.now() - LIVE_KEEP_MS;
      return [...before.filter((value) => value.atMs > fromMs), ...values];
    }),
  );
  const waiting = commands.data?.some((command) => !isOver(command)) ?? false;
  useEffect(() => setHurry(waiting), [waiting]);
  useEffect(() => {
    document.title = `${device} · ${text.name}`;
  }, [device]);
  const shownDetail = detail.data;
  return (
    <>
      <p class="crumb">
        <a href="#/">← {text.device.back}</a>
      </p>
      <div class="head">
        <h1>{device}</h1>
        <span class={`live ${liveState}`} role="status">
          {text.device.live[liveState]}
        </span>
        {shownDetail?.lastMs != null && (
          <span class="quiet" title={clock(shownDetail.lastMs)}>
            {ago(shownDetail.lastMs, Date.now())}
          </span>
        )}
      </div>
      {detail.error !== null && <Problem message={detail.error} retry={detail.refresh} />}
      {shownDetail === null && detail.error === null && (
        <p class="quiet" role="status">
          {text.loading}
        </p>
      )}
      {shownDetail !== null && (
        <>
          <Latest latest={shownDetail.latest} live={live} />
          <section aria-labelledby="switches">
            <h2 id="switches">{text.device.actuators}</h2>
            {!session.may('operator') && shownDetail.actuators.length > 0 && (
              <p class="quiet">{text.device.needsOperator}</p>
            )}
            {shownDetail.actuators.length === 0 && (
              <p class="quiet">{text.device.noActuators}</p>
            )}
            <ul class="actuators">
              {shownDetail.actuators.map((actuator) => (
                <ActuatorRow
                  key={actuator.name}
                  actuator={actuator}
                  command={newestOf(actuator.name, commands.data ?? [], sent)}
                  allowed={session.may('operator')}
                  send={async (value) => {
                    const command = await api.send(device, actuator.name, value);
                    setSent((before) => [command, ...before]);
                    setHurry(true);
                    commands.refresh();
                    detail.refresh();
                  }}
                />
              ))}
            </ul>
          </section>
          <History {...props} live={live} rules={rules.data ?? []} />
        </>
      )}
      <Listed title={text.device.alarms} polled={alarms}>
        {(data) => (
          <>
            <AlarmList alarms={data} />
            <Rules
              api={api}
              device={device}
              latest={shownDetail?.latest ?? []}
              polled={rules}
              allowed={session.may('admin')}
            />
          </>
        )}
      </Listed>
      <Listed title={text.device.commands} polled={commands}>
        {(data) => <CommandList commands={data} />}
      </Listed>
    </>
  );
}

function Listed<T>({
  title,
  polled,
  children,
}: {
  title: string;
  polled: Polled<T>;
  children: (data: T) => preact.ComponentChild;
}) {
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      {polled.error !== null && <Problem message={polled.error} retry={polled.refresh} />}
      {polled.data === null && polled.error === null && <p class="quiet">{text.loading}</p>}
      {polled.data !== null && children(polled.data)}
    </section>
  );
}

/** The charts with their range; newest values come from the live path while they are in range. */
function History({
  api,
  device,
  range,
  zoom,
  live,
  rules,
}: DeviceProps & { live: readonly LiveValue[]; rules: readonly AlarmRule[] }) {
  const chosen = rangeOf(range);
  const setZoom = (span: Span | null) => refine(deviceHref(device, chosen.key, span));
  const key = zoom ? `${zoom.fromMs}-${zoom.toMs}` : chosen.key;
  const stored = usePoll(
    async () => {
      const span = zoom ?? now(chosen.ms);
      return { span, all: await api.series(device, span.fromMs, span.toMs) };
    },
    SERIES_MS,
    `series/${device}/${key}`,
  );
  const view = useMemo(() => {
    if (stored.data === null) {
      return null;
    }
    if (zoom !== null) {
      return stored.data;
    }
    const span = now(chosen.ms);
    return { span, all: withLive(stored.data.all, live, span.fromMs) };
  }, [stored.data, live, zoom, chosen.ms]);
  return (
    <section aria-labelledby="values">
      <div class="head">
        <h2 id="values">{text.device.sensors}</h2>
        <nav class="ranges" aria-label={text.device.range}>
          {RANGES.map((one) => (
            <a
              key={one.key}
              href={deviceHref(device, one.key)}
              title={one.name}
              aria-current={zoom === null && one.key === chosen.key ? 'true' : undefined}
            >
              {one.label}
            </a>
          ))}
        </nav>
        <ZoomButtons span={zoom ?? now(chosen.ms)} set={setZoom} />
        <button
          disabled={view === null || view.all.length === 0}
          onClick={() => view && download(`${device.replace(/[^\w.-]+/g, '-')}.csv`, toCsv(view.all))}
        >
          {text.device.csv}
        </button>
      </div>
      {zoom !== null && (
        <p class="quiet">{text.device.between(clock(zoom.fromMs), clock(zoom.toMs))}</p>
      )}
      {stored.error !== null && <Problem message={stored.error} retry={stored.refresh} />}
      {view !== null && view.all.length === 0 && (
        <div class="empty">
          <h3>{text.device.noSensors}</h3>
          <p>{text.device.noSensorsHint}</p>
        </div>
      )}
      <div class="charts">
        {view?.all.map((series) => (
          <figure key={keyOf(series)}>
            <Chart
              series={series}
              span={view.span}
              limits={rules
                .filter(isThreshold)
                .filter((rule) => rule.device === device && rule.sensor === series.sensor)
                .map((rule) => rule.threshold)}
              onZoom={setZoom}
            />
            <ValueTable series={series} />
          </figure>
        ))}
      </div>
      {view !== null && view.all.length > 0 && <p class="quiet">{text.device.zoomHint}</p>}
    </section>
  );
}

/** What the pointer does on a chart, for keys and thumbs. */
function ZoomButtons({ span, set }: { span: Span; set: (span: Span) => void }) {
  const middleMs = (span.fromMs + span.toMs) / 2;
  const nowMs = Date.now();
  const buttons = [
    ['‹', text.device.earlier, moved(span, -0.5, nowMs)],
    ['−', text.device.wider, zoomed(span, 2, middleMs, nowMs)],
    ['+', text.device.closer, zoomed(span, 0.5, middleMs, nowMs)],
    ['›', text.device.later, moved(span, 0.5, nowMs)],
  ] as const;
  return (
    <div class="zoom">
      {buttons.map(([sign, name, to]) => (
        <button key={name} aria-label={name} title={name} onClick={() => set(to)}>
          {sign}
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
  return [...all.values()].sort((a, b) => (a.sensor < b.sensor ? -1 : 1));
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

function download(name: string, csv: string): void {
  const url = URL.createObjectURL(new Blob([csv], { type: 'text/csv' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

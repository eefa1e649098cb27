// SPDX-License-Identifier: Apache-2.0
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { COAST_PX, coasts } from '../model/coast';
import { type DeviceSummary, isSilent } from '../model/device';
import {
  type Cluster,
  MOST_PX,
  type Place,
  type Size,
  type View,
  clustered,
  fitted,
  graticule,
  panned,
  pixelOf,
  placeOf,
  scaleBar,
  scaled,
} from '../model/map';
import { type Position, positionOf } from '../model/position';
import { quantityText } from '../model/quantity';
import { deviceHref } from '../router';
import * as text from '../text';
import { Icon } from './icon';
import { moving } from './map-moves';
import { Empty } from './shown';
import '../style/map.css';

const APART_PX = 44;
const CLOSER = 1.6;
const STEP_PX = 80;
const LETTER_PX = 7;
const BAR_PX = 120;
/** What the map itself says. */
const POSITION = ['lat', 'lon', 'latitude', 'longitude'];
/** Closer than this is the same place, as a part of the world: about a metre. */
const SAME = 2.5e-8;

interface Placed {
  readonly device: DeviceSummary;
  readonly position: Position;
  readonly place: Place;
}

/** Where devices are, on a map of our own: nobody is told what is looked at. */
export function FleetMap({ devices, nowMs }: { devices: readonly DeviceSummary[]; nowMs: number }) {
  const all = useMemo(() => devices.flatMap((device) => placedOf(device)), [devices]);
  return all.length === 0 ? (
    <Empty icon="map" title={text.map.none}>
      <p class="quiet">{text.map.noneHint}</p>
    </Empty>
  ) : (
    <>
      <Picture all={all} nowMs={nowMs} />
      {all.length < devices.length && <p class="quiet small">{text.map.noPosition(devices.length - all.length)}</p>}
      <p class="quiet small">{text.map.hint}</p>
    </>
  );
}

function placedOf(device: DeviceSummary): Placed[] {
  const position = positionOf(device);
  return position === null ? [] : [{ device, position, place: placeOf(position) }];
}

function Picture({ all, nowMs }: { all: readonly Placed[]; nowMs: number }) {
  const place = useRef<SVGSVGElement>(null);
  const [size, setSize] = useState<Size | null>(null);
  // Until somebody moves it, all are seen, wherever they go.
  const [moved, move] = useState<View | null>(null);
  const [here, setHere] = useState<readonly Placed[] | null>(null);
  const seen = useRef<{ view: View; size: Size } | null>(null);
  const view = size === null ? null : (moved ?? fitted(all.map((one) => one.place), size));
  seen.current = view === null || size === null ? null : { view, size };
  useEffect(() => {
    const element = place.current!;
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const resized = new ResizeObserver(measure);
    resized.observe(element);
    const end = moving(element, () => seen.current, move);
    return () => {
      resized.disconnect();
      end();
    };
  }, []);
  const zoom = (factor: number) =>
    view !== null && size !== null && move(scaled(view, factor, { x: size.width / 2, y: size.height / 2 }, size));
  const byKey = (event: KeyboardEvent) => {
    const to: Record<string, () => void> = {
      'ArrowLeft': () => view && move(panned(view, STEP_PX, 0)),
      'ArrowRight': () => view && move(panned(view, -STEP_PX, 0)),
      'ArrowUp': () => view && move(panned(view, 0, STEP_PX)),
      'ArrowDown': () => view && move(panned(view, 0, -STEP_PX)),
      '+': () => zoom(CLOSER),
      '=': () => zoom(CLOSER),
      '-': () => zoom(1 / CLOSER),
      'Escape': () => (here === null ? move(null) : setHere(null)),
    };
    const step = to[event.key];
    if (step !== undefined && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      step();
    }
  };
  const open = (cluster: Cluster<Placed>) => {
    const [first] = cluster.of;
    const apart = cluster.of.some((one) => Math.hypot(one.place.x - first!.place.x, one.place.y - first!.place.y) > SAME);
    const nearer = fitted(cluster.of.map((one) => one.place), size!, MOST_PX);
    // What is not told apart from as near as it goes is listed.
    if (apart && nearer.px > view!.px * 1.05) {
      move(nearer);
    } else {
      setHere(cluster.of);
    }
  };
  return (
    <div class="map">
      <svg ref={place} role="group" aria-label={text.map.label} tabindex={0} onKeyDown={byKey}>
        {view !== null && size !== null && <Drawn all={all} view={view} size={size} nowMs={nowMs} open={open} />}
      </svg>
      <div class="map-buttons">
        <button class="square" aria-label={text.map.closer} title={text.map.closer} onClick={() => zoom(CLOSER)}>
          <Icon name="plus" />
        </button>
        <button class="square" aria-label={text.map.wider} title={text.map.wider} onClick={() => zoom(1 / CLOSER)}>
          <Icon name="minus" />
        </button>
        <button class="slim" disabled={moved === null} onClick={() => move(null)}>
          {text.map.all}
        </button>
      </div>
      {here !== null && (
        <section class="map-here card" aria-label={text.map.here(here.length)}>
          <div class="head">
            <h2>{text.map.here(here.length)}</h2>
            <button class="slim end" onClick={() => setHere(null)}>
              {text.map.close}
            </button>
          </div>
          <ul class="rows">
            {here.map(({ device }) => (
              <li key={device.device}>
                <a href={deviceHref(device.device)}>{device.device}</a>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function Drawn({
  all,
  view,
  size,
  nowMs,
  open,
}: {
  all: readonly Placed[];
  view: View;
  size: Size;
  nowMs: number;
  open: (cluster: Cluster<Placed>) => void;
}) {
  const clusters = useMemo(() => clustered(all, view, APART_PX), [all, Math.floor(Math.log2(view.px) * 8)]);
  const shown = clusters
    .map((cluster) => ({ cluster, at: pixelOf(cluster, view, size) }))
    .filter(({ at }) => at.x > -APART_PX && at.y > -APART_PX && at.x < size.width + APART_PX && at.y < size.height + APART_PX);
  const named = withRoom(shown);
  return (
    <>
      {view.px <= COAST_PX && <Coasts view={view} size={size} />}
      <Lines view={view} size={size} />
      {shown.map(({ cluster, at }) =>
        cluster.of.length === 1 ? (
          <Marker key={cluster.of[0]!.device.device} of={cluster.of[0]!} at={at} nowMs={nowMs} named={named.has(cluster)} />
        ) : (
          <Several key={cluster.of[0]!.device.device} cluster={cluster} at={at} open={open} />
        ),
      )}
      <ScaleBar view={view} size={size} />
    </>
  );
}

/** Those whose name has room beside them. */
function withRoom(shown: readonly { cluster: Cluster<Placed>; at: Place }[]): Set<Cluster<Placed>> {
  const taken: { left: number; right: number; y: number }[] = shown.map(({ at }) => ({ left: at.x - 12, right: at.x + 12, y: at.y }));
  const named = new Set<Cluster<Placed>>();
  for (const { cluster, at } of shown) {
    const [first] = cluster.of;
    const box = { left: at.x + 13, right: at.x + 13 + first!.device.device.length * LETTER_PX, y: at.y };
    const free = taken.every((one) => Math.abs(one.y - box.y) > 14 || one.right < box.left || one.left > box.right);
    if (cluster.of.length === 1 && free) {
      named.add(cluster);
      taken.push(box);
    }
  }
  return named;
}

function toneOf(device: DeviceSummary, nowMs: number): string {
  return device.openAlarms > 0 ? 'bad' : isSilent(device, nowMs) ? 'silent' : 'good';
}

function Marker({ of: { device }, at, nowMs, named }: { of: Placed; at: Place; nowMs: number; named: boolean }) {
  const state = isSilent(device, nowMs) ? text.fleet.silent : text.fleet.sending;
  const values = device.latest
    .filter((one) => !POSITION.includes(one.unit) && !POSITION.includes(one.sensor))
    .slice(0, 4)
    .map((one) => `${one.sensor} ${quantityText(one.value, one.unit)}`);
  return (
    <a
      href={deviceHref(device.device)}
      class={`marker ${toneOf(device, nowMs)}`}
      aria-label={`${device.device}, ${state}${text.map.alarms(device.openAlarms)}`}
    >
      <title>{[device.device, ...values].join('\n')}</title>
      <circle cx={at.x} cy={at.y} r="14" class="touch" />
      {device.openAlarms > 0 ? (
        <path d={`M${at.x} ${at.y - 10}l10 10-10 10-10-10z`} />
      ) : (
        <circle cx={at.x} cy={at.y} r="7" />
      )}
      {named && (
        <text x={at.x + 13} y={at.y + 4} aria-hidden="true">
          {device.device}
        </text>
      )}
    </a>
  );
}

function Several({ cluster, at, open }: { cluster: Cluster<Placed>; at: Place; open: (cluster: Cluster<Placed>) => void }) {
  const { length } = cluster.of;
  const tone = cluster.of.some(({ device }) => device.openAlarms > 0) ? 'bad' : '';
  const radius = 14 + Math.min(10, Math.log2(length) * 1.5);
  return (
    <g
      role="button"
      tabindex={0}
      class={`several ${tone}`}
      aria-label={text.map.cluster(length)}
      onClick={() => open(cluster)}
      onKeyDown={(event) => {
        if (event.key === 'Enter' || event.key === ' ') {
          event.preventDefault();
          event.stopPropagation();
          open(cluster);
        }
      }}
    >
      <circle cx={at.x} cy={at.y} r={radius} />
      <text x={at.x} y={at.y + 4} aria-hidden="true">
        {length}
      </text>
    </g>
  );
}

/** Drawn in the world's own measure, and moved and scaled as a whole. */
const LAND = coasts()
  .map((ring) => `M${ring.map(({ x, y }) => `${x.toFixed(4)} ${y.toFixed(4)}`).join('L')}Z`)
  .join('');

function Coasts({ view, size }: { view: View; size: Size }) {
  const { x, y } = pixelOf({ x: 0, y: 0 }, view, size);
  return <path class="coast" d={LAND} transform={`translate(${x} ${y}) scale(${view.px})`} aria-hidden="true" />;
}

/** Meridians and parallels with their degrees. */
function Lines({ view, size }: { view: View; size: Size }) {
  const { lats, lons, step } = graticule(view, size);
  const digits = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  const degrees = (value: number, [positive, negative]: readonly [string, string]) =>
    `${Math.abs(value).toFixed(digits)}°${Math.abs(value) < step / 2 ? '' : ` ${value > 0 ? positive : negative}`}`;
  return (
    <g class="graticule" aria-hidden="true">
      {lons.map((lon) => {
        const { x } = pixelOf(placeOf({ lat: 0, lon }), view, size);
        return (
          <g key={`lon ${lon}`}>
            <path d={`M${x} 0V${size.height}`} />
            <text x={x + 4} y="16">
              {degrees(lon, ['E', 'W'])}
            </text>
          </g>
        );
      })}
      {lats.map((lat) => {
        const { y } = pixelOf(placeOf({ lat, lon: 0 }), view, size);
        return (
          <g key={`lat ${lat}`}>
            <path d={`M0 ${y}H${size.width}`} />
            <text x="6" y={y - 4}>
              {degrees(lat, ['N', 'S'])}
            </text>
          </g>
        );
      })}
    </g>
  );
}

function ScaleBar({ view, size }: { view: View; size: Size }) {
  const { metres, px } = scaleBar(view, BAR_PX);
  const [x, y] = [size.width - px - 14, size.height - 14];
  return (
    <g class="scale" aria-hidden="true">
      <path d={`M${x} ${y - 6}v6h${px}v-6`} />
      <text x={x + px / 2} y={y - 8}>
        {metres >= 1_000 ? text.map.km(metres / 1_000) : text.map.m(metres)}
      </text>
    </g>
  );
}

// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef } from 'preact/hooks';
import type { Context } from '../app';
import { type DeviceSummary, SHOWS, isShown, isSilent, matches } from '../model/device';
import { quantityText } from '../model/quantity';
import { ago, clock } from '../model/time';
import { Copyable } from '../parts/copyable';
import { usePoll } from '../parts/poll';
import { Problem } from '../parts/problem';
import { deviceHref, fleetHref, refine } from '../router';
import { text } from '../text';

const REFRESH_MS = 5_000;
const SHOWN_VALUES = 4;

/** Every device in one list, which can be searched; what is searched for stands in the address. */
export function FleetPage({ api, search, show }: Context & { search: string; show: string }) {
  const { data, error, refresh } = usePoll(() => api.devices(), REFRESH_MS, 'devices');
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    document.title = `${text.fleet.title} · ${text.name}`;
    const slash = (event: KeyboardEvent) => {
      if (event.key === '/' && !(event.target instanceof HTMLInputElement)) {
        event.preventDefault();
        box.current?.focus();
      }
    };
    addEventListener('keydown', slash);
    return () => removeEventListener('keydown', slash);
  }, []);
  const shownKind = SHOWS.find((one) => one === show) ?? 'all';
  const nowMs = Date.now();
  const found = (data ?? []).filter(
    (device) => matches(device, search) && isShown(device, shownKind, nowMs),
  );
  return (
    <>
      <div class="head">
        <h1>{text.fleet.title}</h1>
        <input
          ref={box}
          type="search"
          placeholder={`${text.fleet.search} (/)`}
          aria-label={text.fleet.search}
          value={search}
          onInput={(event) => refine(fleetHref(event.currentTarget.value, shownKind))}
        />
      </div>
      {error !== null && <Problem message={error} retry={refresh} />}
      {data === null && error === null && <p class="quiet" role="status">{text.loading}</p>}
      {data !== null && data.length === 0 && (
        <div class="empty">
          <h2>{text.fleet.empty}</h2>
          <p>{text.fleet.emptyHint}</p>
          <Copyable command={text.fleet.emptyCommand} />
          <p>{text.fleet.emptyAgent}</p>
          <Copyable command={text.fleet.emptyAgentCommand} />
          <p class="quiet">{text.fleet.emptyLook}</p>
        </div>
      )}
      {data !== null && data.length > 0 && (
        <>
          <div class="head">
            <nav class="choices" aria-label={text.fleet.showLabel}>
              {SHOWS.map((one) => (
                <a
                  key={one}
                  href={fleetHref(search, one)}
                  aria-current={one === shownKind ? 'true' : undefined}
                >
                  {text.fleet.show[one]}
                </a>
              ))}
            </nav>
            <p class="quiet" role="status">
              {found.length === 0 ? text.fleet.noMatch : text.fleet.count(found.length, data.length)}
            </p>
          </div>
          {found.length > 0 && <DeviceTable devices={found} nowMs={nowMs} />}
        </>
      )}
    </>
  );
}

function DeviceTable({ devices, nowMs }: { devices: readonly DeviceSummary[]; nowMs: number }) {
  const columns = text.fleet.columns;
  return (
    <table class="devices">
      <thead>
        <tr>
          <th scope="col">{columns.device}</th>
          <th scope="col">{columns.latest}</th>
          <th scope="col">{columns.seen}</th>
          <th scope="col">{columns.alarms}</th>
        </tr>
      </thead>
      <tbody>
        {devices.map((device) => (
          <tr key={device.device}>
            <th scope="row">
              <a href={deviceHref(device.device)}>{device.device}</a>
              {device.thing !== device.device && <span class="quiet"> via {device.thing}</span>}
            </th>
            <td>
              <ul class="values">
                {device.latest.slice(0, SHOWN_VALUES).map((latest) => (
                  <li key={latest.sensor}>
                    <span class="quiet">{latest.sensor}</span> <b>{quantityText(latest.value, latest.unit)}</b>
                  </li>
                ))}
                {device.latest.length > SHOWN_VALUES && (
                  <li class="quiet">+{device.latest.length - SHOWN_VALUES}</li>
                )}
              </ul>
            </td>
            <td title={device.lastMs === null ? undefined : clock(device.lastMs)}>
              <span
                class={`dot ${isSilent(device, nowMs) ? '' : 'on'}`}
                role="img"
                aria-label={isSilent(device, nowMs) ? text.fleet.silent : text.fleet.sending}
              />{' '}
              {device.lastMs === null ? text.device.never : ago(device.lastMs, nowMs)}
            </td>
            <td>
              {device.openAlarms > 0 ? (
                <span class="tag bad">{text.fleet.alarms(device.openAlarms)}</span>
              ) : (
                <span class="none">–</span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

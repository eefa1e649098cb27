// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Context } from '../app';
import { type DeviceSummary, matches } from '../model/device';
import { shown } from '../model/series';
import { ago, clock } from '../model/time';
import { usePoll } from '../parts/poll';
import { Problem } from '../parts/problem';
import { deviceHref } from '../router';
import { text } from '../text';

const REFRESH_MS = 5_000;
const SHOWN_VALUES = 4;

/** Every device in one list, searchable. */
export function FleetPage({ api }: Context) {
  const { data, error, refresh } = usePoll(() => api.devices(), REFRESH_MS, 'devices');
  const [search, setSearch] = useState('');
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
  const found = (data ?? []).filter((device) => matches(device, search));
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
          onInput={(event) => setSearch(event.currentTarget.value)}
        />
      </div>
      {error !== null && <Problem message={error} retry={refresh} />}
      {data === null && error === null && <p class="quiet" role="status">{text.loading}</p>}
      {data !== null && data.length === 0 && (
        <div class="empty">
          <h2>{text.fleet.empty}</h2>
          <p>
            {text.fleet.emptyHint} <code>{text.fleet.emptyCommand}</code>
          </p>
        </div>
      )}
      {data !== null && data.length > 0 && (
        <>
          <p class="quiet" role="status">
            {found.length === 0 ? text.fleet.noMatch : text.fleet.count(found.length, data.length)}
          </p>
          <DeviceTable devices={found} />
        </>
      )}
    </>
  );
}

function DeviceTable({ devices }: { devices: readonly DeviceSummary[] }) {
  const nowMs = Date.now();
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
                    <span class="quiet">{latest.sensor}</span> <b>{shown(latest.value)}</b>{' '}
                    {latest.unit}
                  </li>
                ))}
                {device.latest.length > SHOWN_VALUES && (
                  <li class="quiet">+{device.latest.length - SHOWN_VALUES}</li>
                )}
              </ul>
            </td>
            <td title={device.lastMs === null ? undefined : clock(device.lastMs)}>
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

// SPDX-License-Identifier: Apache-2.0
import type { Api } from '../api/client';
import { type DeviceSummary, type Latest, isSilent, partsOf } from '../model/device';
import { quantity, quantityText } from '../model/quantity';
import { ago, clock } from '../model/time';
import { deviceHref } from '../router';
import * as text from '../text';
import { type Choosing, Pick } from './choosing';
import { Heads } from './heads';
import { Spark } from './spark';

const SHOWN_VALUES = 4;

interface Listed {
  readonly api: Api;
  readonly devices: readonly DeviceSummary[];
  readonly nowMs: number;
  /** For who may do something with several. */
  readonly choosing?: Choosing;
}

/** A line for each device. */
export function DeviceTable({ api, devices, nowMs, choosing }: Listed) {
  const columns = text.fleet.columns;
  return (
    <table class="grid devices">
      <Heads of={[columns.device, columns.latest, columns.hour, columns.seen, columns.alarms]} />
      <tbody>
        {devices.map((device) => (
          <tr key={device.device}>
            <th scope="row">
              <Name device={device} nowMs={nowMs} choosing={choosing} />
            </th>
            <td class="vals">
              <ul class="values">
                {device.latest.slice(0, SHOWN_VALUES).map((latest) => (
                  <li key={latest.sensor}>
                    <span class="quiet">{latest.sensor}</span> <b>{quantityText(latest.value, latest.unit)}</b>
                  </li>
                ))}
                {device.latest.length > SHOWN_VALUES && (
                  <li class="quiet small">{text.fleet.further(device.latest.length - SHOWN_VALUES)}</li>
                )}
              </ul>
            </td>
            <td class="fit hour">
              <FirstSpark api={api} device={device} />
            </td>
            <td class="fit small">
              <Seen device={device} nowMs={nowMs} />
            </td>
            <td class={device.openAlarms > 0 ? 'fit' : 'fit none'}>
              {device.openAlarms > 0 ? (
                <span class="tag bad">{text.fleet.alarms(device.openAlarms)}</span>
              ) : (
                <span class="quiet">–</span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A card for each device, its first sensor large. */
export function DeviceCards({ api, devices, nowMs, choosing }: Listed) {
  return (
    <ul class="cards">
      {devices.map((device) => {
        const [first, ...others] = device.latest;
        const main = first && quantity(first.value, first.unit);
        return (
          <li key={device.device} class="card">
            <h2>
              {choosing && <Pick device={device.device} choosing={choosing} />}
              <Dot device={device} nowMs={nowMs} />
              <Link device={device} />
              {device.openAlarms > 0 && <span class="tag bad">{text.fleet.alarms(device.openAlarms)}</span>}
            </h2>
            {first && main && (
              <div>
                <span class="quiet small">{first.sensor}</span>
                <p class="big">
                  {main.number} <small>{main.unit}</small>
                </p>
              </div>
            )}
            <FirstSpark api={api} device={device} />
            {others.length > 0 && (
              <dl>
                {others.slice(0, SHOWN_VALUES - 1).map((latest) => (
                  <div key={latest.sensor}>
                    <dt>{latest.sensor}</dt>
                    <dd>{quantityText(latest.value, latest.unit)}</dd>
                  </div>
                ))}
              </dl>
            )}
            <p class="foot">
              <Seen device={device} nowMs={nowMs} />
              {device.thing !== device.device && ` · ${text.fleet.via(device.thing)}`}
            </p>
          </li>
        );
      })}
    </ul>
  );
}

function Name({
  device,
  nowMs,
  choosing,
}: {
  device: DeviceSummary;
  nowMs: number;
  choosing: Choosing | undefined;
}) {
  return (
    <span class={choosing ? 'name picked' : 'name'}>
      {choosing && <Pick device={device.device} choosing={choosing} />}
      <Dot device={device} nowMs={nowMs} />
      <Link device={device} />
      {device.thing !== device.device && <span class="via">{text.fleet.via(device.thing)}</span>}
    </span>
  );
}

function Link({ device }: { device: DeviceSummary }) {
  const [before, own] = partsOf(device);
  return (
    <a href={deviceHref(device.device)}>
      {before !== '' && <span class="quiet">{before}</span>}
      {own}
    </a>
  );
}

function Dot({ device, nowMs }: { device: DeviceSummary; nowMs: number }) {
  const silent = isSilent(device, nowMs);
  return (
    <span
      class={silent ? 'dot' : 'dot on'}
      role="img"
      aria-label={silent ? text.fleet.silent : text.fleet.sending}
    />
  );
}

/** When it sent for the last time, and since when it has no connection. */
function Seen({ device, nowMs }: { device: DeviceSummary; nowMs: number }) {
  return (
    <>
      <span title={device.lastMs === null ? undefined : clock(device.lastMs)}>
        {device.lastMs === null ? text.fleet.never : ago(device.lastMs, nowMs)}
      </span>
      {device.connected === false && (
        <span class="quiet"> · {text.fleet.offline(ago(device.connectionMs ?? 0, nowMs))}</span>
      )}
    </>
  );
}

function FirstSpark({ api, device }: { api: Api; device: DeviceSummary }) {
  const first = device.latest.find((one): one is Latest => typeof one.value === 'number');
  return first === undefined ? null : (
    <Spark key={`${device.device} ${first.sensor}`} api={api} device={device.device} latest={first} />
  );
}

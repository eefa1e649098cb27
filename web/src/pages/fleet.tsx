// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef, useState } from 'preact/hooks';
import { devices } from '../api/devices';
import type { Context } from '../app';
import { NOBODY } from '../model/choice';
import { type DeviceSummary, SHOWS, isShown, matches } from '../model/device';
import { positionOf } from '../model/position';
import { Chosen, type Choosing, PickAll } from '../parts/choosing';
import { Copyable } from '../parts/copyable';
import { DeviceCards, DeviceTable } from '../parts/devices';
import { Icon } from '../parts/icon';
import { later } from '../parts/later';
import { Choices, Title } from '../parts/page';
import { usePoll } from '../parts/poll';
import { Empty, Shown } from '../parts/shown';
import { type Fleet, LOOKS, fleetHref, refine } from '../router';
import * as text from '../text';

const REFRESH_MS = 5_000;
const SHOWN_AT_ONCE = 100;
const FleetMap = later(() => import('../parts/map').then((module) => module.FleetMap));

type FleetProps = Context & Fleet;

/** Every device, as a list or as cards, which can be searched; what is searched for stands in the address. */
export function FleetPage(props: FleetProps) {
  const { api, search, look } = props;
  const to = (some: Partial<Fleet>) => fleetHref({ ...chosenOf(props), ...some });
  const polled = usePoll(() => devices(api), REFRESH_MS, 'devices');
  const placed = look === 'map' || (polled.data?.some((one) => positionOf(one) !== null) ?? false);
  return (
    <>
      <Title title={text.fleet.title}>
        {(polled.data?.length ?? 0) > 0 && (
          <>
            <SearchBox search={search} change={(typed) => refine(to({ search: typed }))} />
            <div class="end">
              <Choices
                label={text.fleet.lookLabel}
                all={LOOKS.filter((one) => one !== 'map' || placed)}
                chosen={look}
                href={(key) => to({ look: key })}
                name={(key) => (
                  <>
                    <Icon name={key} />
                    <span class="unseen">{text.fleet.look[key]}</span>
                  </>
                )}
              />
            </div>
          </>
        )}
      </Title>
      <Shown polled={polled}>
        {(all) => (all.length === 0 ? <NoDevices /> : <Devices {...props} all={all} />)}
      </Shown>
    </>
  );
}

function Devices({ all, ...props }: FleetProps & { all: readonly DeviceSummary[] }) {
  const { api, search, show, group, type, look } = props;
  const to = (some: Partial<Fleet>) => fleetHref({ ...chosenOf(props), ...some });
  const [most, setMost] = useState(SHOWN_AT_ONCE);
  const [choice, choose] = useState(NOBODY);
  const kind = SHOWS.find((one) => one === show) ?? 'all';
  const nowMs = Date.now();
  const matching = all.filter(
    (device) =>
      matches(device, search) &&
      (group === '' || device.groups.includes(group)) &&
      (type === '' || device.type === type),
  );
  const found = matching.filter((device) => isShown(device, kind, nowMs));
  const seen = found.slice(0, most);
  const choosing: Choosing = { choice, choose, shown: found.map((one) => one.device) };
  const listed = { api, devices: seen, nowMs, ...(props.session.may('operator') ? { choosing } : {}) };
  return (
    <>
      <div class="head">
        <Choices
          label={text.fleet.showLabel}
          all={SHOWS}
          chosen={kind}
          href={(key) => to({ show: key })}
          name={(key) => (
            <>
              {text.fleet.show[key]}{' '}
              <span class="number quiet">{matching.filter((device) => isShown(device, key, nowMs)).length}</span>
            </>
          )}
        />
        <Narrow
          label={text.fleet.group}
          every={text.fleet.anyGroup}
          all={all.flatMap((device) => device.groups)}
          chosen={group}
          choose={(one) => refine(to({ group: one }))}
        />
        <Narrow
          label={text.fleet.type}
          every={text.fleet.anyType}
          all={all.map((device) => device.type)}
          chosen={type}
          choose={(one) => refine(to({ type: one }))}
        />
        <p class="quiet small" role="status">
          {text.fleet.count(found.length, all.length)}
        </p>
        {listed.choosing && look !== 'map' && <PickAll choosing={choosing} />}
      </div>
      {found.length === 0 && (
        <Empty icon="search" title={text.fleet.noMatch}>
          <a class="button" href={fleetHref({ look })}>
            {text.fleet.showAll}
          </a>
        </Empty>
      )}
      {found.length > 0 && look === 'list' && <DeviceTable {...listed} />}
      {found.length > 0 && look === 'cards' && <DeviceCards {...listed} />}
      {found.length > 0 && look === 'map' && <FleetMap devices={found} nowMs={nowMs} />}
      {found.length > most && look !== 'map' && (
        <button onClick={() => setMost(most + SHOWN_AT_ONCE)}>{text.fleet.more(found.length - most)}</button>
      )}
      {listed.choosing && <Chosen choosing={choosing} />}
    </>
  );
}

function chosenOf({ search, show, group, type, look }: Fleet): Fleet {
  return { search, show, group, type, look };
}

/** One group or type of those that there are; not there where there are none. */
function Narrow({
  label,
  every,
  all,
  chosen,
  choose,
}: {
  label: string;
  every: string;
  all: readonly string[];
  chosen: string;
  choose: (one: string) => void;
}) {
  const names = [...new Set([...all, chosen])].filter((one) => one !== '').sort();
  return names.length === 0 ? null : (
    <select aria-label={label} value={chosen} onChange={(event) => choose(event.currentTarget.value)}>
      <option value="">{every}</option>
      {names.map((one) => (
        <option key={one}>{one}</option>
      ))}
    </select>
  );
}

/** Found by the key `/`, too. */
function SearchBox({ search, change }: { search: string; change: (typed: string) => void }) {
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const slash = (event: KeyboardEvent) => {
      if (event.key === '/' && !(event.target instanceof HTMLInputElement)) {
        event.preventDefault();
        box.current?.focus();
      }
    };
    addEventListener('keydown', slash);
    return () => removeEventListener('keydown', slash);
  }, []);
  return (
    <div class="search">
      <Icon name="search" />
      <input
        ref={box}
        type="search"
        placeholder={`${text.fleet.search} (/)`}
        aria-label={text.fleet.search}
        value={search}
        onInput={(event) => change(event.currentTarget.value)}
      />
    </div>
  );
}

/** How the first device is connected, in commands to copy. */
function NoDevices() {
  return (
    <Empty icon="devices" title={text.fleet.empty}>
      <p>{text.fleet.emptyHint}</p>
      <Copyable command={text.fleet.emptyCommand} />
      <p>{text.fleet.emptyAgent}</p>
      <Copyable command={text.fleet.emptyAgentCommand} />
      <p class="quiet">{text.fleet.emptyLook}</p>
    </Empty>
  );
}

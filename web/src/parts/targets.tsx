// SPDX-License-Identifier: Apache-2.0
import { useState } from 'preact/hooks';
import * as text from '../text';
import '../style/targets.css';

/** From so many on, they can be searched. */
const MANY = 12;

/** For whom something is. */
export interface Chosen {
  readonly devices: readonly string[];
  readonly groups: readonly string[];
}

/** Groups and devices to choose from; also those that are chosen and not there any more. */
export function Targets({
  chosen,
  change,
  devices,
  groups,
}: {
  chosen: Chosen;
  change: (some: Partial<Chosen>) => void;
  devices: readonly string[];
  groups: readonly string[];
}) {
  return (
    <div class="targets">
      <Picks
        legend={text.targets.groups}
        all={withChosen(groups, chosen.groups)}
        chosen={chosen.groups}
        choose={(some) => change({ groups: some })}
      />
      <Picks
        legend={text.targets.devices}
        all={withChosen(devices, chosen.devices)}
        chosen={chosen.devices}
        choose={(some) => change({ devices: some })}
      />
    </div>
  );
}

function withChosen(all: readonly string[], chosen: readonly string[]): readonly string[] {
  const others = chosen.filter((one) => !all.includes(one));
  return others.length === 0 ? all : [...others, ...all];
}

function Picks({
  legend,
  all,
  chosen,
  choose,
}: {
  legend: string;
  all: readonly string[];
  chosen: readonly string[];
  choose: (some: readonly string[]) => void;
}) {
  const [search, setSearch] = useState('');
  const found = all.filter((one) => one.toLowerCase().includes(search.toLowerCase()));
  return all.length === 0 ? null : (
    <fieldset>
      <legend>
        {legend} {chosen.length > 0 && <span class="quiet number">{text.targets.chosen(chosen.length)}</span>}
      </legend>
      {all.length > MANY && (
        <input
          type="search"
          class="narrow"
          placeholder={text.targets.search(legend)}
          aria-label={text.targets.search(legend)}
          value={search}
          onInput={(event) => setSearch(event.currentTarget.value)}
        />
      )}
      <div class="picks">
        {found.map((one) => (
          <label key={one}>
            <input
              type="checkbox"
              checked={chosen.includes(one)}
              onChange={() =>
                choose(chosen.includes(one) ? chosen.filter((other) => other !== one) : [...chosen, one])
              }
            />
            {one}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

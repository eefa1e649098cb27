// SPDX-License-Identifier: Apache-2.0
import { useId, useState } from 'preact/hooks';
import { groups, putInto, setType, takeOut } from '../api/groups';
import type { Context } from '../app';
import type { DeviceDetail } from '../model/device';
import { fleetHref } from '../router';
import * as text from '../text';
import { useAct } from './act';
import { usePoll } from './poll';
import { Problem } from './problem';

const REFRESH_MS = 300_000;

/** Of which type a device is and in which groups; administrators change both. */
export function Belongs({
  context,
  detail,
  changed,
}: {
  context: Context;
  detail: DeviceDetail;
  changed: () => void;
}) {
  const { api, session } = context;
  const admin = session.may('admin');
  const known = usePoll(async () => (admin ? groups(api) : []), REFRESH_MS, `groups/${admin}`);
  const { busy, problem, run } = useAct();
  const change = (what: () => Promise<void>) => void run(what).then(changed);
  const others = (known.data ?? []).filter((one) => !detail.groups.includes(one.group));
  if (!admin && detail.groups.length === 0 && detail.type === '') {
    return null;
  }
  return (
    <section class="card" aria-labelledby="belongs">
      <h2 id="belongs">{text.groups.belongs}</h2>
      <div class="belongs">
        {detail.groups.map((group) => (
          <span key={group} class="tag">
            <a href={fleetHref({ group })}>{group}</a>
            {admin && (
              <button
                class="plain"
                disabled={busy}
                aria-label={text.groups.leave(group)}
                onClick={() => change(() => takeOut(api, group, detail.device))}
              >
                ×
              </button>
            )}
          </span>
        ))}
        {detail.groups.length === 0 && <span class="quiet small">{text.groups.inNone}</span>}
        {admin && others.length > 0 && (
          <select
            aria-label={text.groups.join}
            disabled={busy}
            value=""
            onChange={(event) => {
              const group = event.currentTarget.value;
              change(() => putInto(api, group, detail.device));
            }}
          >
            <option value="">{text.groups.join}</option>
            {others.map((one) => (
              <option key={one.group}>{one.group}</option>
            ))}
          </select>
        )}
      </div>
      {admin ? (
        <Type key={detail.type} type={detail.type} busy={busy} set={(type) => change(() => setType(api, detail.device, type))} />
      ) : (
        detail.type !== '' && (
          <p class="small">
            {text.groups.type}: <a href={fleetHref({ type: detail.type })}>{detail.type}</a>
          </p>
        )
      )}
      {problem !== null && <Problem message={problem} />}
    </section>
  );
}

function Type({ type, busy, set }: { type: string; busy: boolean; set: (type: string) => void }) {
  const id = useId();
  const [typed, setTyped] = useState(type);
  return (
    <form
      class="belongs"
      onSubmit={(event) => {
        event.preventDefault();
        set(typed);
      }}
    >
      <label class="small" for={id}>
        {text.groups.type}
      </label>
      <input
        id={id}
        pattern="[a-zA-Z0-9_\-]{0,64}"
        size={12}
        value={typed}
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
      <button class="slim" disabled={busy || typed === type}>
        {text.groups.setType}
      </button>
    </form>
  );
}

// SPDX-License-Identifier: Apache-2.0
import { useState } from 'preact/hooks';
import { createGroup, deleteGroup, groups } from '../api/groups';
import type { Context } from '../app';
import { useAct } from '../parts/act';
import { Field } from '../parts/field';
import { Heads } from '../parts/heads';
import { Title } from '../parts/page';
import { usePoll } from '../parts/poll';
import { Problem } from '../parts/problem';
import { Empty, Shown } from '../parts/shown';
import { fleetHref, newCommandHref } from '../router';
import * as text from '../text';
import '../style/operate.css';

const REFRESH_MS = 15_000;

/** Devices that belong together; made and deleted by administrators. */
export function GroupsPage({ api, session }: Context) {
  const polled = usePoll(() => groups(api), REFRESH_MS, 'groups');
  const { busy, problem, run } = useAct();
  const admin = session.may('admin');
  const operator = session.may('operator');
  const columns = text.groups.columns;
  const remove = (group: string) =>
    confirm(text.groups.sure) && void run(() => deleteGroup(api, group)).then(polled.refresh);
  return (
    <>
      <Title title={text.groups.title} />
      <p class="quiet">{text.groups.hint}</p>
      {problem !== null && <Problem message={problem} />}
      {admin && (
        <Make
          busy={busy}
          make={async (group, description) => {
            const done = await run(() => createGroup(api, group, description));
            polled.refresh();
            return done;
          }}
        />
      )}
      <Shown polled={polled}>
        {(all) =>
          all.length === 0 ? (
            <Empty icon="cards" title={text.groups.none}>
              <p class="quiet">{text.groups.noneHint}</p>
            </Empty>
          ) : (
            <table class="grid">
              <Heads of={[columns.group, columns.description, columns.devices]} unseen={operator && text.groups.command} />
              <tbody>
                {all.map((one) => (
                  <tr key={one.group}>
                    <th scope="row" class="wide">
                      <a href={fleetHref({ group: one.group })}>{one.group}</a>
                    </th>
                    <td class={one.description === '' ? 'none' : 'wide'}>{one.description}</td>
                    <td class="fit number">{text.fleet.count(one.devices, one.devices)}</td>
                    {operator && (
                      <td class="fit">
                        <div class="actions">
                          <a class="button slim" href={newCommandHref({ groups: [one.group] })}>
                            {text.groups.command}
                            <span class="unseen"> {one.group}</span>
                          </a>
                          {admin && (
                            <button class="slim danger" disabled={busy} onClick={() => remove(one.group)}>
                              {text.groups.remove}
                              <span class="unseen"> {one.group}</span>
                            </button>
                          )}
                        </div>
                      </td>
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Shown>
    </>
  );
}

function Make({
  busy,
  make,
}: {
  busy: boolean;
  make: (group: string, description: string) => Promise<boolean>;
}) {
  const [group, setGroup] = useState('');
  const [description, setDescription] = useState('');
  const submit = async (event: Event) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    if (await make(group, description.trim())) {
      // Else the field, empty now, is marked as wrong.
      form.reset();
      setGroup('');
      setDescription('');
    }
  };
  return (
    <form class="card" onSubmit={(event) => void submit(event)}>
      <h2>{text.groups.add}</h2>
      <div class="invite">
        <Field label={text.groups.name} hint={text.groups.nameHint}>
          {(id) => (
            <input
              id={id}
              required
              pattern="[a-zA-Z0-9_\-]{1,64}"
              value={group}
              onInput={(event) => setGroup(event.currentTarget.value)}
            />
          )}
        </Field>
        <Field label={text.groups.columns.description}>
          {(id) => (
            <input
              id={id}
              maxLength={500}
              value={description}
              onInput={(event) => setDescription(event.currentTarget.value)}
            />
          )}
        </Field>
        <button class="primary" disabled={busy}>
          {text.groups.make}
        </button>
      </div>
    </form>
  );
}

// SPDX-License-Identifier: Apache-2.0
import { useState } from 'preact/hooks';
import { putUser, users } from '../api/people';
import type { Context } from '../app';
import { ROLES, type Role, type User } from '../model/operate';
import { useAct } from '../parts/act';
import { Title } from '../parts/page';
import { usePoll } from '../parts/poll';
import { Problem } from '../parts/problem';
import { Field } from '../parts/field';
import { Heads } from '../parts/heads';
import { Shown } from '../parts/shown';
import * as text from '../text';
import '../style/operate.css';

const REFRESH_MS = 15_000;

/** Who may sign in and as what; invited, changed, locked out. */
export function PeoplePage({ api, session }: Context) {
  const polled = usePoll(() => users(api), REFRESH_MS, 'users');
  const { busy, problem, run } = useAct();
  const [said, setSaid] = useState('');
  const put = async (email: string, role: Role, enabled: boolean) => {
    const done = await run(() => putUser(api, email, role, enabled));
    polled.refresh();
    return done;
  };
  const columns = text.people.columns;
  return (
    <>
      <Title title={text.people.title} />
      <p class="quiet">{text.people.hint}</p>
      {problem !== null && <Problem message={problem} />}
      <Invite
        busy={busy}
        invite={async (email, role) => {
          const done = await put(email, role, true);
          setSaid(done ? text.people.sent(email) : '');
          return done;
        }}
      />
      <p role="status" class={said === '' ? 'unseen' : 'tag good'}>
        {said}
      </p>
      <Shown polled={polled}>
        {(all) => (
          <table class="grid people">
            <Heads of={[columns.person, columns.role, columns.state]} unseen={text.people.disable} />
            <tbody>
              {all.map((user) => (
                <Line key={user.user} user={user} own={user.user === session.person.value?.user} busy={busy} put={put} />
              ))}
            </tbody>
          </table>
        )}
      </Shown>
    </>
  );
}

/** Nobody changes themself, so that an administrator is left. */
function Line({
  user,
  own,
  busy,
  put,
}: {
  user: User;
  own: boolean;
  busy: boolean;
  put: (email: string, role: Role, enabled: boolean) => Promise<boolean>;
}) {
  const role = user.role;
  return (
    <tr>
      <th scope="row" class="wide">
        {user.email} {own && <span class="tag">{text.people.you}</span>}
      </th>
      <td class="fit">
        {own ? (
          text.roles[role ?? 'viewer']
        ) : (
          <select
            aria-label={text.people.roleOf(user.email)}
            disabled={busy}
            value={role ?? ''}
            onChange={(event) => void put(user.email, event.currentTarget.value as Role, user.enabled)}
          >
            {role === null && <option value="">{text.people.noRole}</option>}
            {ROLES.map((one) => (
              <option key={one} value={one}>
                {text.roles[one]}
              </option>
            ))}
          </select>
        )}
      </td>
      <td>
        <span class={`tag ${!user.enabled ? 'bad' : user.invited ? 'waiting' : 'good'}`}>
          {!user.enabled ? text.people.disabled : user.invited ? text.people.invited : text.people.enabled}
        </span>
      </td>
      <td class="fit">
        {!own && role !== null && (
          <button
            class={user.enabled ? 'slim danger' : 'slim'}
            disabled={busy}
            onClick={() => void put(user.email, role, !user.enabled)}
          >
            {user.enabled ? text.people.disable : text.people.enable}
            <span class="unseen"> {user.email}</span>
          </button>
        )}
      </td>
    </tr>
  );
}

function Invite({
  busy,
  invite,
}: {
  busy: boolean;
  invite: (email: string, role: Role) => Promise<boolean>;
}) {
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const submit = async (event: Event) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    if (await invite(email.trim(), role)) {
      // Else the field, empty now, is marked as wrong.
      form.reset();
      setEmail('');
      setRole('viewer');
    }
  };
  return (
    <form class="card" onSubmit={(event) => void submit(event)}>
      <h2>{text.people.inviteTitle}</h2>
      <div class="invite">
        <Field label={text.people.email}>
          {(id) => (
            <input
              id={id}
              type="email"
              required
              maxLength={128}
              value={email}
              onInput={(event) => setEmail(event.currentTarget.value)}
            />
          )}
        </Field>
        <Field label={text.people.role}>
          {(id) => (
            <select id={id} value={role} onChange={(event) => setRole(event.currentTarget.value as Role)}>
              {ROLES.map((one) => (
                <option key={one} value={one}>
                  {text.roles[one]}
                </option>
              ))}
            </select>
          )}
        </Field>
        <button class="primary" disabled={busy}>
          {text.people.invite}
        </button>
      </div>
      <p class="quiet small">
        {text.roles[role]}: {text.people.roleHints[role]}
      </p>
    </form>
  );
}

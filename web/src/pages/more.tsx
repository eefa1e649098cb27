// SPDX-License-Identifier: Apache-2.0
import type { Context } from '../app';
import { Icon } from '../parts/icon';
import { Title } from '../parts/page';
import { operating } from '../parts/ways';
import * as text from '../text';

/** On a phone: the ways for which there is no room at the bottom, and out. */
export function MorePage({ session }: Context) {
  return (
    <>
      <Title title={text.ways.more} />
      <ul class="card rows more-ways">
        {operating(session).map((way) => (
          <li key={way.page}>
            <a href={way.href}>
              <Icon name={way.icon} /> {way.name}
            </a>
          </li>
        ))}
        <li>
          <span>
            {text.signIn.as} <b>{session.person.value?.name}</b> ({text.roles[session.role()]})
          </span>
          <button class="slim" onClick={() => void session.signOut()}>
            {text.signIn.out}
          </button>
        </li>
      </ul>
    </>
  );
}

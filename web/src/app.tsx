// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef } from 'preact/hooks';
import type { Api } from './api/client';
import type { Session } from './auth/session';
import type { Config } from './config';
import { FleetPage } from './pages/fleet';
import { later } from './parts/later';
import { askAgain } from './parts/poll';
import { Problem } from './parts/problem';
import { route } from './router';
import { text } from './text';

/** What every page needs. */
export interface Context {
  readonly config: Config;
  readonly session: Session;
  readonly api: Api;
}

const DevicePage = later(() => import('./pages/device').then((module) => module.DevicePage));

export function App(context: Context) {
  const { session, config, api } = context;
  const person = session.person.value;
  return (
    <>
      <a class="skip" href="#main" onClick={focusMain}>
        {text.skip}
      </a>
      <header class="bar">
        <a class="brand" href="#/">
          {text.name}
        </a>
        <span class="stage">{config.stage}</span>
        {person && (
          <span class="person">
            <span class="name">{person.name}</span>
            <button class="plain" onClick={() => void session.signOut()}>
              {text.signIn.out}
            </button>
          </span>
        )}
      </header>
      {person && api.outage.value !== null && (
        <div class="outage">
          <Problem message={api.outage.value} retry={askAgain} />
        </div>
      )}
      {person ? <Page {...context} /> : <SignInPage session={session} />}
    </>
  );
}

function Page(context: Context) {
  const current = route.value;
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  const key = current.page === 'device' ? current.device : current.page;
  // A new page is read from its start; the first one leaves the focus where the browser put it.
  useEffect(() => {
    if (first.current) {
      first.current = false;
    } else {
      main.current?.focus();
    }
  }, [key]);
  // Fetched while the person reads the list, so that a device opens at once.
  useEffect(() => {
    const timer = setTimeout(DevicePage.fetch, 1000);
    return () => clearTimeout(timer);
  }, []);
  return (
    <main id="main" tabIndex={-1} ref={main}>
      {current.page === 'fleet' && (
        <FleetPage search={current.search} show={current.show} {...context} />
      )}
      {current.page === 'device' && (
        <DevicePage
          key={current.device}
          device={current.device}
          range={current.range}
          zoom={current.span}
          {...context}
        />
      )}
      {current.page === 'unknown' && <Problem message={text.problem.notFound} />}
    </main>
  );
}

function SignInPage({ session }: { session: Session }) {
  return (
    <main id="main" class="sign-in" tabIndex={-1}>
      <h1>{text.signIn.title}</h1>
      {session.problem.value && <Problem message={session.problem.value} />}
      <button class="primary" onClick={() => void session.signIn()}>
        {text.signIn.button}
      </button>
    </main>
  );
}

function focusMain(event: Event): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}

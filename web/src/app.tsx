// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef } from 'preact/hooks';
import { standing } from './api/alarms';
import type { Api } from './api/client';
import type { Session } from './auth/session';
import type { Config } from './config';
import type { Alarm } from './model/device';
import { FleetPage } from './pages/fleet';
import { MorePage } from './pages/more';
import { Icon } from './parts/icon';
import { later } from './parts/later';
import { Title } from './parts/page';
import { type Polled, askAgain, usePoll } from './parts/poll';
import { Problem } from './parts/problem';
import { Ways } from './parts/ways';
import { type Page, type Route, route } from './router';
import * as text from './text';

/** What every page needs. */
export interface Context {
  readonly config: Config;
  readonly session: Session;
  readonly api: Api;
}

const STANDING_MS = 30_000;
const LOOKED_AT_MS = 5_000;

const DevicePage = later(() => import('./pages/device').then((module) => module.DevicePage));
// Whoever comes to the address of a device has its page fetched while the rest begins.
if (location.hash.startsWith('#/device/')) {
  DevicePage.fetch();
}
const AlarmsPage = later(() => import('./pages/alarms').then((module) => module.AlarmsPage));
const RulesPage = later(() => import('./pages/rules').then((module) => module.RulesPage));
const RulePage = later(() => import('./pages/rule').then((module) => module.RulePage));
const CommandsPage = later(() => import('./pages/commands').then((module) => module.CommandsPage));
const CommandPage = later(() => import('./pages/command').then((module) => module.CommandPage));
const NewCommandPage = later(() => import('./pages/new-command').then((module) => module.NewCommandPage));
const SchedulesPage = later(() => import('./pages/schedules').then((module) => module.SchedulesPage));
const SchedulePage = later(() => import('./pages/schedule').then((module) => module.SchedulePage));
const DeletionsPage = later(() => import('./pages/deletions').then((module) => module.DeletionsPage));
const JobsPage = later(() => import('./pages/jobs').then((module) => module.JobsPage));
const JobPage = later(() => import('./pages/job').then((module) => module.JobPage));
const NewJobPage = later(() => import('./pages/new-job').then((module) => module.NewJobPage));
const GroupsPage = later(() => import('./pages/groups').then((module) => module.GroupsPage));
const AddPage = later(() => import('./pages/add').then((module) => module.AddPage));
const QuarantinePage = later(() => import('./pages/quarantine').then((module) => module.QuarantinePage));
const AuditPage = later(() => import('./pages/audit').then((module) => module.AuditPage));
const PeoplePage = later(() => import('./pages/people').then((module) => module.PeoplePage));
const HealthPage = later(() => import('./pages/health').then((module) => module.HealthPage));

/** Who may see a page; the others are anybody's who is signed in. */
const NEEDS: Partial<Record<Page, 'operator' | 'admin'>> = {
  'quarantine': 'operator',
  'health': 'operator',
  'audit': 'admin',
  'people': 'admin',
  'new-rule': 'admin',
  'new-command': 'operator',
  'new-job': 'admin',
  'add': 'admin',
  'deletions': 'admin',
};

export function App(context: Context) {
  const person = context.session.person.value;
  return person === null ? (
    <SignInPage session={context.session} />
  ) : (
    <SignedIn key={person.name} {...context} />
  );
}

function SignedIn(context: Context) {
  const { api, session, config } = context;
  const current = route.value;
  const alarms = usePoll(
    () => standing(api),
    current.page === 'alarms' ? LOOKED_AT_MS : STANDING_MS,
    'standing',
  );
  const open = alarms.data?.filter((alarm) => alarm.acknowledgedMs === null).length ?? 0;
  return (
    <div class="frame">
      <a class="skip" href="#main" onClick={focusMain}>
        {text.skip}
      </a>
      <header class="side">
        <div class="top">
          <a class="brand" href="#/">
            <Icon name="brand" />
            {text.name}
          </a>
          <span class="stage">{config.stage}</span>
        </div>
        <Ways page={current.page} session={session} open={open} />
        <div class="person">
          <span class="name" title={session.person.value?.name}>
            {session.person.value?.name}
          </span>
          <button class="plain" onClick={() => void session.signOut()}>
            {text.signIn.out}
          </button>
        </div>
      </header>
      <div>
        {api.outage.value !== null && (
          <div class="outage">
            <Problem message={api.outage.value} retry={askAgain} />
          </div>
        )}
        <Main {...context} current={current} alarms={alarms} />
      </div>
    </div>
  );
}

function Main(props: Context & { current: Route; alarms: Polled<readonly Alarm[]> }) {
  const { current } = props;
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  const key = [current.page, 'device' in current && current.device, 'name' in current && current.name].join(' ');
  // A new page is read from its start; the first one leaves the focus where the browser put it.
  useEffect(() => {
    if (first.current) {
      first.current = false;
    } else {
      scrollTo(0, 0);
      main.current?.focus({ preventScroll: true });
    }
  }, [key]);
  // Fetched while the person reads the list, so that a device opens at once.
  useEffect(() => {
    const timer = setTimeout(DevicePage.fetch, 1000);
    return () => clearTimeout(timer);
  }, []);
  const needs = NEEDS[current.page];
  return (
    <main id="main" tabIndex={-1} ref={main}>
      {needs !== undefined && !props.session.may(needs) ? (
        <>
          <Title title={text.problem.notYours} />
          <p class="quiet">{text.problem.needs[needs]}</p>
        </>
      ) : (
        <PageOf {...props} />
      )}
    </main>
  );
}

function PageOf({
  current,
  alarms,
  ...context
}: Context & { current: Route; alarms: Polled<readonly Alarm[]> }) {
  switch (current.page) {
    case 'fleet':
      return <FleetPage {...current} {...context} />;
    case 'device': {
      const { device, range, span, beside } = current;
      return <DevicePage key={device} device={device} range={range} zoom={span} beside={beside} {...context} />;
    }
    case 'alarms':
      return <AlarmsPage alarms={alarms} {...context} />;
    case 'rules':
      return <RulesPage {...context} />;
    case 'rule':
      return <RulePage key={current.name} name={current.name} device="" sensor="" {...context} />;
    case 'new-rule':
      return <RulePage key="new" name={null} device={current.device} sensor={current.sensor} {...context} />;
    case 'commands':
      return <CommandsPage {...context} />;
    case 'command':
      return <CommandPage key={current.name} name={current.name} status={current.status} {...context} />;
    case 'new-command':
      return <NewCommandPage key={location.hash} order={current} {...context} />;
    case 'schedules':
      return <SchedulesPage {...context} />;
    case 'schedule':
      return <SchedulePage key={current.name} name={current.name} {...context} />;
    case 'deletions':
      return <DeletionsPage {...context} />;
    case 'jobs':
      return <JobsPage {...context} />;
    case 'job':
      return <JobPage key={current.name} name={current.name} {...context} />;
    case 'new-job':
      return <NewJobPage {...context} />;
    case 'groups':
      return <GroupsPage {...context} />;
    case 'add':
      return <AddPage {...context} />;
    case 'quarantine':
      return <QuarantinePage kind={current.kind} {...context} />;
    case 'health':
      return <HealthPage {...context} />;
    case 'audit':
      return <AuditPage {...context} />;
    case 'people':
      return <PeoplePage {...context} />;
    case 'more':
      return <MorePage {...context} />;
    case 'unknown':
      return (
        <>
          <Title title={text.problem.notFound} />
          <p>
            <a class="button" href="#/">
              {text.fleet.back}
            </a>
          </p>
        </>
      );
  }
}

function SignInPage({ session }: { session: Session }) {
  return (
    <main id="main" class="sign-in" tabIndex={-1}>
      <Icon name="brand" />
      <h1>{text.signIn.title}</h1>
      <p class="quiet">{text.signIn.hint}</p>
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

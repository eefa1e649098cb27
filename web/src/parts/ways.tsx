// SPDX-License-Identifier: Apache-2.0
import type { Session } from '../auth/session';
import type { Page } from '../router';
import * as text from '../text';
import { Icon, type IconName } from './icon';

interface Way {
  readonly page: Page;
  readonly icon: IconName;
  readonly href: string;
  readonly name: string;
  /** Who is offered it; anybody where absent. */
  readonly needs?: 'operator' | 'admin';
  /** Pages that belong to it. */
  readonly with?: readonly Page[];
}

const LOOK: readonly Way[] = [
  { page: 'fleet', icon: 'devices', href: '#/', name: text.ways.devices, with: ['device'] },
  { page: 'alarms', icon: 'alarm', href: '#/alarms', name: text.ways.alarms },
  { page: 'rules', icon: 'rule', href: '#/rules', name: text.ways.rules, with: ['rule', 'new-rule'] },
];

const OPERATE: readonly Way[] = [
  { page: 'commands', icon: 'command', href: '#/commands', name: text.ways.commands, with: ['command', 'new-command'] },
  { page: 'schedules', icon: 'clock', href: '#/schedules', name: text.ways.schedules, with: ['schedule'] },
  { page: 'jobs', icon: 'job', href: '#/jobs', name: text.ways.jobs, with: ['job', 'new-job'] },
  { page: 'groups', icon: 'cards', href: '#/groups', name: text.ways.groups },
  { page: 'add', icon: 'serial', href: '#/add', name: text.ways.add, needs: 'admin' },
  { page: 'deletions', icon: 'remove', href: '#/deletions', name: text.ways.deletions, needs: 'admin' },
  { page: 'quarantine', icon: 'quarantine', href: '#/quarantine', name: text.ways.quarantine, needs: 'operator' },
  { page: 'health', icon: 'brand', href: '#/health', name: text.ways.health, needs: 'operator' },
  { page: 'audit', icon: 'audit', href: '#/audit', name: text.ways.audit, needs: 'admin' },
  { page: 'people', icon: 'people', href: '#/people', name: text.ways.people, needs: 'admin' },
];

/** Pages for those who keep it running, that this person may see. */
export function operating(session: Session): readonly Way[] {
  return OPERATE.filter((way) => way.needs === undefined || session.may(way.needs));
}

/** The way to every page that the person may see. */
export function Ways({ page, session, open }: { page: Page; session: Session; open: number }) {
  const operate = operating(session);
  const link = (way: Way, kind = '') => (
    <a
      key={way.page}
      class={kind}
      href={way.href}
      aria-current={way.page === page || way.with?.includes(page) ? 'page' : undefined}
    >
      <Icon name={way.icon} />
      {way.name}
      {way.page === 'alarms' && open > 0 && (
        <span class="count">
          {open}
          <span class="unseen"> {text.ways.open}</span>
        </span>
      )}
    </a>
  );
  return (
    <nav class="ways" aria-label={text.ways.label}>
      {LOOK.map((way) => link(way))}
      {operate.length > 0 && <h2>{text.ways.operate}</h2>}
      {operate.map((way) => link(way, 'operate'))}
      {link(
        { page: 'more', icon: 'more', href: '#/more', name: text.ways.more, with: OPERATE.flatMap((way) => [way.page, ...(way.with ?? [])]) },
        'more',
      )}
    </nav>
  );
}

// SPDX-License-Identifier: Apache-2.0

// Said on every page.

export const name = 'Fieldline';
export const skip = 'Skip to content';
export const loading = 'Loading…';
export const retry = 'Try again';
export const cancel = 'Cancel';
export const more = 'Show more';
export const load = 'Load again';
export const by = (who: string) => `by ${who}`;
export const roles = { viewer: 'viewer', operator: 'operator', admin: 'administrator' };
export const signIn = {
  title: 'Sign in to see your devices',
  hint: 'Live values, history, alarms and switches of every device that reports to this stage.',
  button: 'Sign in',
  out: 'Sign out',
  as: 'Signed in as',
  unreachable: 'The sign-in service cannot be reached',
  refused: 'The sign-in was not accepted',
  ended: 'Your sign-in has ended. Sign in again.',
  unexpectedAnswer: 'This page was opened with an answer that it did not ask for. Sign in again.',
};
export const ways = {
  label: 'Pages',
  devices: 'Devices',
  alarms: 'Alarms',
  rules: 'Alarm rules',
  operate: 'Operate',
  quarantine: 'Quarantine',
  audit: 'Audit log',
  people: 'People',
  health: 'Health',
  commands: 'Commands',
  schedules: 'Schedules',
  jobs: 'Jobs',
  groups: 'Groups',
  add: 'Add devices',
  deletions: 'Deleted devices',
  more: 'More',
  open: 'not acknowledged',
};
export const who = {
  you: 'you',
  rule: (name: string) => `the rule ${name}`,
  schedule: (name: string) => `the schedule ${name}`,
  someone: (user: string) => `user ${user.slice(0, 8)}`,
};
export const copy = { button: 'Copy', done: 'copied', failed: 'not copied: select it and copy it' };
export const problem = {
  newVersion: 'A part of this page could not be fetched. There may be a new version: load the page again.',
  slow: 'The server takes too long to answer. This page asks again by itself.',
  cut: 'The answer was cut off on its way. This page asks again by itself.',
  title: 'That did not work',
  offline: 'The server cannot be reached. Check the connection; this page asks again by itself.',
  failed: (status: number) =>
    `The server could not answer (${status}). This page asks again by itself; if it stays so, tell an administrator.`,
  notFound: 'There is no such page.',
  notYours: 'This page is not for your role',
  needs: {
    operator: 'Operators see it. Ask an administrator for the role.',
    admin: 'Administrators see it. Ask one of them for the role.',
  },
};

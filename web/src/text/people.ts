// SPDX-License-Identifier: Apache-2.0

// Who may sign in.

export const people = {
  title: 'People',
  hint: 'Who may sign in, and as what. A change of role counts from the next token on, within the hour.',
  invite: 'Invite',
  inviteTitle: 'Invite a person',
  email: 'E-mail address',
  role: 'Role',
  roleOf: (email: string) => `Role of ${email}`,
  roleHints: {
    viewer: 'sees everything that is measured, its alarms and rules',
    operator: 'besides commands devices, now and by the clock, acknowledges alarms, sends quarantined messages again',
    admin: 'besides makes rules, allows and deletes devices, invites people, reads the audit log',
  },
  columns: { person: 'Person', role: 'Role', state: 'State' },
  enabled: 'may sign in',
  disabled: 'locked out',
  invited: 'invited, has not signed in yet',
  noRole: 'none',
  disable: 'Lock out',
  enable: 'Let in again',
  you: 'you',
  sent: (email: string) => `${email} was invited by e-mail.`,
};

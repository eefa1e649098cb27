// SPDX-License-Identifier: Apache-2.0
import type { Role, User } from '../model/operate';
import type { Api } from './client';
import { string } from './json';

export async function users(api: Api): Promise<User[]> {
  return (await api.all('/users', 'users')).map((one) => ({
    user: string(one['user']),
    email: string(one['email']),
    role: (one['role'] as Role | undefined) ?? null,
    enabled: one['enabled'] === true,
    invited: one['status'] === 'FORCE_CHANGE_PASSWORD',
  }));
}

export async function putUser(api: Api, email: string, role: Role, enabled: boolean): Promise<void> {
  await api.json('PUT', `/users/${encodeURIComponent(email)}`, { body: { role, enabled } });
}

// SPDX-License-Identifier: Apache-2.0
import { users } from '../api/people';
import type { Context } from '../app';
import * as text from '../text';
import { usePoll } from './poll';

const PEOPLE_MS = 300_000;
const RULE = 'rule:';
const SCHEDULE = 'schedule:';

/** Who somebody is that the API names: oneself, a rule, and for administrators everybody by their address. */
export function useWho({ api, session }: Context): (by: string) => string {
  const admin = session.may('admin');
  const people = usePoll(async () => (admin ? users(api) : []), PEOPLE_MS, `people/${admin}`);
  return (by) => {
    if (by === session.person.value?.user) {
      return text.who.you;
    }
    if (by.startsWith(RULE)) {
      return text.who.rule(by.slice(RULE.length));
    }
    if (by.startsWith(SCHEDULE)) {
      return text.who.schedule(by.slice(SCHEDULE.length));
    }
    return people.data?.find((one) => one.user === by)?.email ?? text.who.someone(by);
  };
}

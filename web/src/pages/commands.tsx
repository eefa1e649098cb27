// SPDX-License-Identifier: Apache-2.0
import { fleetCommand, fleetCommands } from '../api/commands';
import type { Context } from '../app';
import { Icon } from '../parts/icon';
import { Title } from '../parts/page';
import { FleetCommandCard } from '../parts/fleet-command';
import { Empty } from '../parts/shown';
import { LongList, useLong } from '../parts/some';
import { useWho } from '../parts/who';
import { newCommandHref } from '../router';
import * as text from '../text';
import '../style/jobs.css';
import '../style/commands.css';

const REFRESH_MS = 5_000;

/** Commands to many, the newest first, each with how far it is. */
export function CommandsPage(context: Context) {
  const { api, session } = context;
  const long = useLong((cursor) => fleetCommands(api, cursor), REFRESH_MS, 'commands to many');
  const who = useWho(context);
  return (
    <>
      <Title title={text.commands.title}>
        {session.may('operator') && (
          <div class="end">
            <a class="button primary" href={newCommandHref({})}>
              <Icon name="plus" /> {text.commands.add}
            </a>
          </div>
        )}
      </Title>
      <LongList
        long={long}
        none={
          <Empty icon="command" title={text.commands.none}>
            <p class="quiet">{text.commands.noneHint}</p>
          </Empty>
        }
      >
        <ul class="jobs">
          {long.all.map((one) => (
            <FleetCommandCard key={one.id} command={one} who={who} count={() => fleetCommand(api, one.id)} />
          ))}
        </ul>
      </LongList>
    </>
  );
}

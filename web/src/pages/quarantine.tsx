// SPDX-License-Identifier: Apache-2.0
import { useState } from 'preact/hooks';
import { drop, quarantine, quarantined, replay, replayAll } from '../api/operate';
import type { Context } from '../app';
import { QUARANTINE_KINDS, type Quarantined, pretty } from '../model/operate';
import { ago, clock } from '../model/time';
import { useAct } from '../parts/act';
import { Choices, Title } from '../parts/page';
import { usePoll } from '../parts/poll';
import { Problem } from '../parts/problem';
import { Empty, Shown } from '../parts/shown';
import { LongList, useLong } from '../parts/some';
import { useWho } from '../parts/who';
import { quarantineHref } from '../router';
import * as text from '../text';
import '../style/operate.css';

const REFRESH_MS = 10_000;
const ONCE_MS = 24 * 3_600_000;

/** What nothing could use: looked at, sent again, forgotten. */
export function QuarantinePage({ kind, ...context }: Context & { kind: string }) {
  const { api } = context;
  const chosen = QUARANTINE_KINDS.find((one) => one === kind) ?? '';
  const long = useLong((cursor) => quarantine(api, chosen, cursor), REFRESH_MS, `quarantine/${chosen}`);
  const who = useWho(context);
  const { busy, problem, run } = useAct();
  const [done, setDone] = useState('');
  const again = () =>
    confirm(text.quarantine.replayAllSure) &&
    void run(async () => {
      const { replayed, left } = await replayAll(api, chosen);
      setDone(text.quarantine.replayedAll(replayed, left));
      long.polled.refresh();
    });
  const open = long.all.some((one) => one.replays === 0 && one.to !== '');
  return (
    <>
      <Title title={text.quarantine.title}>
        <div class="end">
          <button disabled={busy || !open} onClick={again}>
            {text.quarantine.replayAll}
          </button>
        </div>
      </Title>
      <p class="quiet">{text.quarantine.hint}</p>
      <Choices
        label={text.quarantine.kindLabel}
        all={['', ...QUARANTINE_KINDS] as const}
        chosen={chosen}
        href={quarantineHref}
        name={(one) => (one === '' ? text.quarantine.all : text.quarantine.kinds[one])}
      />
      <p role="status" class={done === '' ? 'unseen' : 'tag good'}>
        {done}
      </p>
      {problem !== null && <Problem message={problem} />}
      <LongList
        long={long}
        none={
          <Empty icon="check" title={chosen === '' ? text.quarantine.none : text.quarantine.noneOfKind}>
            {chosen === '' && <p class="quiet">{text.quarantine.noneHint}</p>}
          </Empty>
        }
      >
        <ul class="card entries">
          {long.all.map((entry) => (
            <Entry key={entry.id} context={context} entry={entry} who={who} changed={long.polled.refresh} />
          ))}
        </ul>
      </LongList>
    </>
  );
}

function Entry({
  context,
  entry,
  who,
  changed,
}: {
  context: Context;
  entry: Quarantined;
  who: (by: string) => string;
  changed: () => void;
}) {
  const { api, session } = context;
  const [open, setOpen] = useState(false);
  const { busy, problem, run } = useAct();
  const nowMs = Date.now();
  const when = clock(entry.atMs);
  return (
    <li>
      <div class="what">
        <p>
          <span class="tag waiting">{text.quarantine.kinds[entry.kind]}</span> <b>{entry.reason}</b>
        </p>
        <p class="quiet small">
          <time dateTime={new Date(entry.atMs).toISOString()} title={when}>
            {ago(entry.atMs, nowMs)}
          </time>
          {entry.thing !== '' && ` · ${entry.thing}`} · {entry.bytes} B
          {entry.replays > 0 &&
            ` · ${text.quarantine.again} ${text.quarantine.replayed(who(entry.replayedBy), ago(entry.replayedMs!, nowMs), entry.replays)}`}
          {entry.to === '' && ` · ${text.quarantine.cannot}`}
        </p>
      </div>
      <div class="actions">
        <button class="slim" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? text.quarantine.hide : text.quarantine.show}
          <span class="unseen"> {text.quarantine.of(when)}</span>
        </button>
        {entry.to !== '' && (
          <button
            class="slim primary"
            disabled={busy}
            onClick={() => void run(() => replay(api, entry.id)).then(changed)}
          >
            {text.quarantine.replay}
          </button>
        )}
        {session.may('admin') && (
          <button
            class="slim danger"
            disabled={busy}
            onClick={() => confirm(text.quarantine.dropSure) && void run(() => drop(api, entry.id)).then(changed)}
          >
            {text.quarantine.drop}
          </button>
        )}
      </div>
      {problem !== null && <Problem message={problem} />}
      {open && <Message context={context} id={entry.id} />}
    </li>
  );
}

/** The message itself, and where it came from and would go. */
function Message({ context, id }: { context: Context; id: string }) {
  const polled = usePoll(() => quarantined(context.api, id), ONCE_MS, `entry/${id}`);
  return (
    <div class="message">
      <Shown polled={polled}>
        {(entry) => (
          <>
            <dl class="facts small">
              {entry.source !== '' && (
                <div>
                  <dt>{text.quarantine.source}</dt>
                  <dd>{entry.source}</dd>
                </div>
              )}
              {entry.to !== '' && (
                <div>
                  <dt>{text.quarantine.to}</dt>
                  <dd>{entry.to === 'ingest' ? text.quarantine.ingest : entry.to}</dd>
                </div>
              )}
            </dl>
            {entry.message === null && <p class="small">{text.quarantine.base64}</p>}
            <pre tabIndex={0}>{entry.message === null ? entry.base64 : pretty(entry.message)}</pre>
          </>
        )}
      </Shown>
    </div>
  );
}

// SPDX-License-Identifier: Apache-2.0
import { deletions, forgetDeletion } from '../api/fleet';
import type { Context } from '../app';
import { type Deletion, GONE, passed } from '../model/fleet';
import { ago, clock } from '../model/time';
import { useAct } from '../parts/act';
import { Title } from '../parts/page';
import { usePoll } from '../parts/poll';
import { Problem } from '../parts/problem';
import { Empty, Shown } from '../parts/shown';
import { useWho } from '../parts/who';
import * as text from '../text';
import '../style/jobs.css';
import '../style/operate.css';

const REFRESH_MS = 3_000;

/** The receipts of deletions: how far each is, and how much went. */
export function DeletionsPage(context: Context) {
  const { api } = context;
  const polled = usePoll(() => deletions(api), REFRESH_MS, 'deletions');
  const who = useWho(context);
  return (
    <>
      <Title title={text.deletions.title} />
      <p class="quiet">{text.deletions.hint}</p>
      <Shown polled={polled}>
        {(all) =>
          all.length === 0 ? (
            <Empty icon="remove" title={text.deletions.none} />
          ) : (
            <ul class="jobs">
              {all.map((one) => (
                <Receipt key={one.device} context={context} of={one} who={who} changed={polled.refresh} />
              ))}
            </ul>
          )
        }
      </Shown>
    </>
  );
}

function Receipt({
  context: { api },
  of,
  who,
  changed,
}: {
  context: Context;
  of: Deletion;
  who: (by: string) => string;
  changed: () => void;
}) {
  const { busy, problem, run } = useAct();
  const nowMs = Date.now();
  const done = of.doneMs !== null;
  return (
    <li class="card">
      <h2>
        {of.device}
        <span class={`tag ${done ? 'good' : 'waiting'}`}>{done ? text.deletions.done : text.deletions.running}</span>
      </h2>
      {!done && <progress aria-label={text.deletions.progress(of.device)} value={passed(of, nowMs)} />}
      <dl class="facts small">
        {GONE.filter((kind) => of.counts[kind] > 0).map((kind) => (
          <div key={kind}>
            <dt>{text.deletions.gone[kind]}</dt>
            <dd class="number">{of.counts[kind].toLocaleString('en-GB')}</dd>
          </div>
        ))}
      </dl>
      <p class="quiet small">
        <span title={clock(of.askedMs)}>{text.deletions.asked(ago(of.askedMs, nowMs))}</span>{' '}
        {text.by(who(of.by))}
        {of.doneMs !== null && (
          <>
            {' · '}
            <span title={clock(of.doneMs)}>{text.deletions.doneAt(ago(of.doneMs, nowMs))}</span>
          </>
        )}
      </p>
      {problem !== null && <Problem message={problem} />}
      {done && (
        <div class="actions">
          <button
            class="slim"
            disabled={busy}
            onClick={() =>
              confirm(text.deletions.forgetSure) && void run(() => forgetDeletion(api, of.device)).then(changed)
            }
          >
            {text.deletions.forget}
            <span class="unseen"> {of.device}</span>
          </button>
        </div>
      )}
    </li>
  );
}

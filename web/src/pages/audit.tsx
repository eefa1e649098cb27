// SPDX-License-Identifier: Apache-2.0
import { audit } from '../api/operate';
import type { Context } from '../app';
import { type AuditEntry, pretty } from '../model/operate';
import { ago, clock } from '../model/time';
import { Heads } from '../parts/heads';
import { Title } from '../parts/page';
import { Empty } from '../parts/shown';
import { LongList, useLong } from '../parts/some';
import { useWho } from '../parts/who';
import * as text from '../text';
import '../style/operate.css';

const REFRESH_MS = 15_000;

/** Who changed what, or tried to. */
export function AuditPage(context: Context) {
  const long = useLong((cursor) => audit(context.api, cursor), REFRESH_MS, 'audit');
  const who = useWho(context);
  const columns = text.audit.columns;
  return (
    <>
      <Title title={text.audit.title} />
      <p class="quiet">{text.audit.hint}</p>
      <LongList long={long} none={<Empty icon="audit" title={text.audit.none} />}>
        <table class="grid">
          <Heads of={[columns.when, columns.who, columns.what, columns.result]} />
          <tbody>
            {long.all.map((entry) => (
              <Line key={entry.id} entry={entry} who={who} />
            ))}
          </tbody>
        </table>
      </LongList>
    </>
  );
}

function Line({ entry, who }: { entry: AuditEntry; who: (by: string) => string }) {
  return (
    <tr>
      <td class="fit small">
        <time dateTime={new Date(entry.atMs).toISOString()} title={clock(entry.atMs)}>
          {ago(entry.atMs, Date.now())}
        </time>
      </td>
      <td class="wide small">{who(entry.by)}</td>
      <td class="wide">
        {text.audit.routes[entry.route] ?? entry.route}{' '}
        <b>{entry.path.map(([, value]) => value).join(' · ')}</b>
        {entry.body !== '' && (
          <details class="small">
            <summary>
              {text.audit.body}
              <span class="unseen"> {clock(entry.atMs)}</span>
            </summary>
            <pre tabIndex={0}>{pretty(entry.body)}</pre>
          </details>
        )}
      </td>
      <td class="fit">
        <Result status={entry.status} />
      </td>
    </tr>
  );
}

function Result({ status }: { status: number | null }) {
  if (status === null) {
    return (
      <span class="tag waiting" title={text.audit.unfinished}>
        {text.audit.unknown}
      </span>
    );
  }
  return status < 300 ? (
    <span class="tag good">{text.audit.done}</span>
  ) : (
    <span class="tag bad">{text.audit.refused(status)}</span>
  );
}

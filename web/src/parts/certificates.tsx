// SPDX-License-Identifier: Apache-2.0
import { useState } from 'preact/hooks';
import { certificates, revoke } from '../api/fleet';
import { createJob } from '../api/jobs';
import type { Context } from '../app';
import type { Certificate } from '../model/fleet';
import { ago, clock } from '../model/time';
import { go, jobHref } from '../router';
import * as text from '../text';
import { useAct } from './act';
import { usePoll } from './poll';
import { Problem } from './problem';
import { Shown } from './shown';
import { Talk } from './talk';

const REFRESH_MS = 30_000;
/** Enough to tell one from another. */
const SHOWN_CHARACTERS = 12;

/** By what a device proves who it is; administrators end that, or have it get another. */
export function Certificates({ context, device }: { context: Context; device: string }) {
  const { api, session } = context;
  const polled = usePoll(() => certificates(api, device), REFRESH_MS, `certificates/${device}`);
  const [asked, ask] = useState<Certificate | null>(null);
  const { busy, problem, run } = useAct();
  const admin = session.may('admin');
  const active = polled.data?.filter((one) => one.status === 'ACTIVE').length ?? 0;
  const rotate = () =>
    confirm(text.certificates.rotateSure) &&
    void run(async () =>
      go(jobHref(await createJob(api, { document: { fieldline: { type: 'rotate-certificate' } }, devices: [device] }))),
    );
  return (
    <section class="card" aria-labelledby="certificates">
      <div class="head">
        <h2 id="certificates">{text.certificates.title}</h2>
        {admin && active > 0 && (
          <button class="slim end" disabled={busy} onClick={rotate}>
            {text.certificates.rotate}
          </button>
        )}
      </div>
      {problem !== null && <Problem message={problem} />}
      <Shown polled={polled}>
        {(all) =>
          all.length === 0 ? (
            <p class="quiet small">{text.certificates.none}</p>
          ) : (
            <ul class="rows small">
              {all.map((one) => (
                <Line key={one.certificate} of={one} revoke={admin ? () => ask(one) : null} />
              ))}
            </ul>
          )
        }
      </Shown>
      {asked !== null && (
        <Revoking
          context={context}
          device={device}
          of={asked}
          last={active < 2}
          close={() => {
            ask(null);
            polled.refresh();
          }}
        />
      )}
    </section>
  );
}

function Line({ of, revoke: ask }: { of: Certificate; revoke: (() => void) | null }) {
  const id = of.certificate.slice(0, SHOWN_CHARACTERS);
  const over = of.validToMs < Date.now();
  const tone = of.status === 'ACTIVE' && !over ? 'good' : of.status === 'REVOKED' || over ? 'bad' : '';
  return (
    <li>
      <span class={`tag ${tone}`}>{text.certificates.states[of.status]}</span>
      <code title={of.certificate}>{id}…</code>
      {ask !== null && of.status !== 'REVOKED' && (
        <button class="slim danger end" aria-label={text.certificates.revokeOf(id)} onClick={ask}>
          {text.certificates.revoke}
        </button>
      )}
      <span class="quiet full">
        <span title={clock(of.changedMs)}>{text.certificates.since(ago(of.changedMs, Date.now()))}</span> ·{' '}
        {(over ? text.certificates.ran : text.certificates.until)(date(of.validToMs))}
      </span>
    </li>
  );
}

function date(atMs: number): string {
  return new Date(atMs).toLocaleDateString('en-GB', { dateStyle: 'medium' });
}

function Revoking({
  context: { api },
  device,
  of,
  last,
  close,
}: {
  context: Context;
  device: string;
  of: Certificate;
  last: boolean;
  close: () => void;
}) {
  const { busy, problem, run } = useAct();
  return (
    <Talk
      title={text.certificates.revokeTitle}
      yes={text.certificates.revokeOf(of.certificate.slice(0, SHOWN_CHARACTERS))}
      busy={busy}
      problem={problem}
      act={() => void run(() => revoke(api, device, of.certificate)).then((done) => done && close())}
      close={close}
    >
      <p>
        <code>{of.certificate}</code>
      </p>
      <p>{text.certificates.revokeSure(device, last && of.status === 'ACTIVE')}</p>
    </Talk>
  );
}

// SPDX-License-Identifier: Apache-2.0
import { useState } from 'preact/hooks';
import { deleteDevice } from '../api/fleet';
import type { Context } from '../app';
import { go, route } from '../router';
import * as text from '../text';
import { useAct } from './act';
import { Field } from './field';
import { Talk } from './talk';

/** Deletes a device for good: only who types its name can mean it. */
export function DeletionCard({ context: { api }, device }: { context: Context; device: string }) {
  const [asked, ask] = useState(false);
  const [typed, setTyped] = useState('');
  const { busy, problem, run } = useAct();
  return (
    <section class="card" aria-labelledby="deletion">
      <h2 id="deletion">{text.deletion.title}</h2>
      <p class="quiet small">{text.deletion.hint}</p>
      <div class="actions">
        <button class="danger slim" onClick={() => ask(true)}>
          {text.deletion.button}
        </button>
      </div>
      {asked && (
        <Talk
          title={text.deletion.title}
          yes={text.deletion.yes}
          ready={typed === device}
          busy={busy}
          problem={problem}
          act={() => void run(() => deleteDevice(api, device)).then((done) => done && isAt(device) && go('#/deletions'))}
          close={() => {
            ask(false);
            setTyped('');
          }}
        >
          <p>{text.deletion.hint}</p>
          <Field label={text.deletion.sure(device)} hint={text.deletion.sureHint}>
            {(id) => (
              <input
                id={id}
                autocomplete="off"
                spellcheck={false}
                value={typed}
                onInput={(event) => setTyped(event.currentTarget.value)}
              />
            )}
          </Field>
        </Talk>
      )}
    </section>
  );
}

/** Or the person has gone on meanwhile. */
function isAt(device: string): boolean {
  return route.value.page === 'device' && route.value.device === device;
}

// SPDX-License-Identifier: Apache-2.0
import { useState } from 'preact/hooks';
import { acknowledge, comment, history } from '../api/alarms';
import type { AlarmRule } from '../api/contract';
import type { Context } from '../app';
import { sentence } from '../model/alarm';
import type { Alarm } from '../model/device';
import { quantityText } from '../model/quantity';
import { ago, clock } from '../model/time';
import { deviceHref } from '../router';
import * as text from '../text';
import { useAct } from './act';
import { usePoll } from './poll';
import { Problem } from './problem';
import { Shown } from './shown';

const HISTORY_MS = 10_000;
const SHOWN_EVENTS = 30;

interface AlarmProps {
  readonly context: Context;
  readonly alarm: Alarm;
  readonly rule: AlarmRule | undefined;
  readonly unit: string;
  readonly who: (by: string) => string;
  /** Whether it says which device it is on. */
  readonly named: boolean;
  readonly changed: () => void;
}

/** Those of one device. */
export function AlarmItems({
  all,
  rules,
  unitOf,
  ...same
}: Pick<AlarmProps, 'context' | 'who' | 'changed'> & {
  all: readonly Alarm[];
  rules: readonly AlarmRule[];
  unitOf: (sensor: string) => string;
}) {
  return (
    <ul>
      {all.map((alarm) => (
        <AlarmItem
          key={alarm.rule}
          alarm={alarm}
          rule={rules.find((one) => one.name === alarm.rule)}
          unit={unitOf(alarm.sensor)}
          named={false}
          {...same}
        />
      ))}
    </ul>
  );
}

/** An alarm, whether somebody has taken notice of it, and what became of it. */
export function AlarmItem({ context, alarm, rule, unit, who, named, changed }: AlarmProps) {
  const { api, session } = context;
  const [open, setOpen] = useState(false);
  const { busy, problem, run } = useAct();
  const taken = alarm.acknowledgedMs !== null;
  const tone = !alarm.raised ? '' : taken ? 'wait' : 'bad';
  const mayAcknowledge = alarm.raised && !taken && session.may('operator');
  return (
    <li class="alarm">
      <span class={`dot ${tone}`} />
      <div class="what">
        <p>
          {named && (
            <>
              <a href={deviceHref(alarm.device)}>{alarm.device}</a>{' '}
            </>
          )}
          <b>{rule ? sentence(rule, unit) : alarm.rule}</b>
        </p>
        <p class="quiet small">
          {!named && <span class={`tag ${alarm.raised ? 'bad' : ''}`}>{alarm.raised ? text.alarms.standing : text.alarms.over}</span>}{' '}
          {valueText(alarm, rule, unit)}{' '}
          <time dateTime={new Date(alarm.sinceMs).toISOString()} title={clock(alarm.sinceMs)}>
            {text.alarms.since(ago(alarm.sinceMs, Date.now()))}
          </time>
          {alarm.raised && taken && (
            <>
              {' · '}
              {text.alarms.acknowledged(who(alarm.acknowledgedBy), ago(alarm.acknowledgedMs!, Date.now()))}
            </>
          )}
        </p>
      </div>
      <div class="actions">
        {mayAcknowledge && (
          <button
            class="slim primary"
            disabled={busy}
            aria-label={text.alarms.acknowledgeOf(alarm.rule)}
            onClick={() => void run(() => acknowledge(api, alarm)).then(changed)}
          >
            {text.alarms.acknowledge}
          </button>
        )}
        <button
          class="slim"
          aria-expanded={open}
          aria-label={text.alarms.historyOf(alarm.rule)}
          onClick={() => setOpen(!open)}
        >
          {text.alarms.history}
        </button>
      </div>
      {problem !== null && (
        <div class="full">
          <Problem message={problem} />
        </div>
      )}
      {open && <AlarmHistory context={context} alarm={alarm} unit={unit} who={who} />}
    </li>
  );
}

/** The value that raised it, where the rule is about one. */
function valueText(alarm: Alarm, rule: AlarmRule | undefined, unit: string): string {
  const kind = rule?.kind ?? 'THRESHOLD';
  return alarm.value === null || kind !== 'THRESHOLD' || alarm.sensor === ''
    ? ''
    : text.alarms.at(quantityText(alarm.value, unit));
}

function AlarmHistory({
  context,
  alarm,
  unit,
  who,
}: {
  context: Context;
  alarm: Alarm;
  unit: string;
  who: (by: string) => string;
}) {
  const { api, session } = context;
  const polled = usePoll(() => history(api, alarm.device), HISTORY_MS, `history/${alarm.device}`);
  const { busy, problem, run } = useAct();
  const [typed, setTyped] = useState('');
  const say = async (event: Event) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    if (await run(() => comment(api, alarm.device, alarm.rule, typed.trim()))) {
      // Else the field, empty now, is marked as wrong.
      form.reset();
      setTyped('');
      polled.refresh();
    }
  };
  return (
    <div class="story">
      <Shown polled={polled}>
        {(events) => {
          const own = events.filter((one) => one.rule === alarm.rule).slice(0, SHOWN_EVENTS);
          return own.length === 0 ? (
            <p class="quiet small">{text.alarms.noHistory}</p>
          ) : (
            <ol>
              {own.map((one) => (
                <li key={`${one.kind} ${one.atMs} ${one.text}`} class={one.kind.toLowerCase()}>
                  <p>
                    <b>{text.alarms.events[one.kind]}</b>{' '}
                    {one.by !== '' && text.by(who(one.by))}
                    {one.value !== null && alarm.sensor !== '' && text.alarms.at(quantityText(one.value, unit))}{' '}
                    <time class="quiet small" dateTime={new Date(one.atMs).toISOString()}>
                      {clock(one.atMs)}
                    </time>
                  </p>
                  {one.text !== '' && <p class="said">{one.text}</p>}
                  {!one.told && <p class="quiet small">{text.alarms.untold}</p>}
                </li>
              ))}
            </ol>
          );
        }}
      </Shown>
      {session.may('operator') && (
        <form onSubmit={(event) => void say(event)}>
          <input
            required
            maxLength={2000}
            aria-label={text.alarms.commentLabel(alarm.rule)}
            placeholder={text.alarms.commentHint}
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
          <button disabled={busy || typed.trim() === ''}>{text.alarms.send}</button>
        </form>
      )}
      {problem !== null && <Problem message={problem} />}
    </div>
  );
}

// SPDX-License-Identifier: Apache-2.0
import { useEffect, useMemo, useState } from 'preact/hooks';
import { alarmsOf, history, rules as fetchRules } from '../api/alarms';
import { commands as fetchCommands, device as fetchDevice, send } from '../api/devices';
import type { AlarmRule } from '../api/contract';
import type { Context } from '../app';
import type { LiveValue } from '../live/frame';
import { useLive } from '../live/use-live';
import { isAbout, sentence } from '../model/alarm';
import { commandsOf } from '../model/control';
import { type Command, type DeviceDetail, isOver, newestOf } from '../model/device';
import { type Span, ago, clock } from '../model/time';
import { History, askAhead } from '../parts/history';
import { Latest } from '../parts/latest';
import { later } from '../parts/later';
import { Title } from '../parts/page';
import { usePoll } from '../parts/poll';
import { Problem } from '../parts/problem';
import { Shown } from '../parts/shown';
import { useLong } from '../parts/some';
import { useWho } from '../parts/who';
import { newCommandHref, newRuleHref, ruleHref } from '../router';
import * as text from '../text';
import '../style/alarms.css';
import '../style/device.css';

const DETAIL_MS = 5_000;
const SLOW_MS = 30_000;
const WAITING_MS = 700;
const LIVE_KEEP_MS = 3_600_000;
const NONE: readonly never[] = [];
const Actuators = later(() => import('../parts/actuator').then((module) => module.Actuators));
const AlarmItems = later(() => import('../parts/alarms').then((module) => module.AlarmItems));
const CommandList = later(() => import('../parts/lists').then((module) => module.CommandList));
const Wanted = later(() => import('../parts/wanted').then((module) => module.Wanted));
const Manage = later(() => import('../parts/manage').then((module) => module.Manage));
const DeviceJobs = later(() => import('../parts/manage').then((module) => module.DeviceJobs));

type DeviceProps = Context & {
  readonly device: string;
  readonly range: string | null;
  readonly zoom: Span | null;
  readonly beside: string | null;
};

/** Everything about one device, with nothing to configure: what it sends is what is shown. */
export function DevicePage({ device, range, zoom, beside, ...context }: DeviceProps) {
  const { api } = context;
  useState(() => askAhead({ context, device, range, zoom, beside }));
  const [hurry, setHurry] = useState(false);
  const everyMs = hurry ? WAITING_MS : DETAIL_MS;
  const detail = usePoll(() => fetchDevice(api, device), everyMs, `device/${device}`);
  const long = useLong((cursor) => fetchCommands(api, device, cursor), everyMs, `commands/${device}`);
  const rules = usePoll(() => fetchRules(api), SLOW_MS, 'rules');
  const events = usePoll(() => history(api, device), SLOW_MS, `history/${device}`);
  const [live, setLive] = useState<readonly LiveValue[]>(NONE);
  const liveState = useLive(context, device, detail.data?.thing ?? null, (values) =>
    setLive((before) => {
      const fromMs = Date.now() - LIVE_KEEP_MS;
      return [...before.filter((value) => value.atMs > fromMs), ...values];
    }),
  );
  const known = detail.data;
  const about = useMemo(
    () => (known === null ? NONE : (rules.data ?? NONE).filter((rule) => isAbout(rule, known))),
    // What it measures changes nothing about which rules are about it.
    [rules.data, known?.device, known?.type, known?.groups.join()],
  );
  const commands = useMemo(
    () => commandsOf(device, known?.thing ?? device, long.all),
    [device, known?.thing, long.all],
  );
  const waiting = commands.some((command) => !isOver(command));
  useEffect(() => setHurry(waiting), [waiting]);
  const who = useWho(context);
  return (
    <>
      <Title title={device} back={{ href: '#/', name: text.fleet.back }}>
        <span class={`tag live ${liveState}`} role="status">
          {text.device.live[liveState]}
        </span>
        {detail.data && <Heard detail={detail.data} />}
      </Title>
      <Shown polled={detail}>
        {(known) => (
          <>
            <Latest latest={known.latest} live={live} />
            <div class="device">
              <Switches
                context={context}
                detail={known}
                commands={commands}
                sent={() => {
                  setHurry(true);
                  long.polled.refresh();
                  detail.refresh();
                }}
              />
              <div class="column">
                <History
                  context={context}
                  device={device}
                  range={range}
                  zoom={zoom}
                  beside={beside}
                  live={live}
                  rules={about}
                  rulesChanged={rules.refresh}
                  commands={commands}
                  events={events.data ?? NONE}
                />
                {known.actuators.length > 0 && <Wanted actuators={known.actuators} commands={commands} who={who} />}
                <section class="card" aria-labelledby="commands">
                  <h2 id="commands">{text.device.commands}</h2>
                  <Shown polled={long.polled}>
                    {() => <CommandList commands={commands} who={who} more={long.more} />}
                  </Shown>
                  {long.problem !== null && <Problem message={long.problem} />}
                </section>
                {known.device === known.thing && <DeviceJobs context={context} device={device} />}
              </div>
              <div class="column">
                <Alarms context={context} detail={known} rules={rules.data ?? NONE} who={who} />
                <Manage context={context} detail={known} changed={detail.refresh} />
              </div>
            </div>
          </>
        )}
      </Shown>
    </>
  );
}

/** When it was heard, through whom, and whether it is connected. */
function Heard({ detail }: { detail: DeviceDetail }) {
  const nowMs = Date.now();
  return (
    <span class="quiet small">
      {detail.thing !== detail.device && `${text.fleet.via(detail.thing)} · `}
      {detail.lastMs === null ? (
        text.fleet.never
      ) : (
        <time dateTime={new Date(detail.lastMs).toISOString()} title={clock(detail.lastMs)}>
          {ago(detail.lastMs, nowMs)}
        </time>
      )}
      {detail.connected === false && ` · ${text.fleet.offline(ago(detail.connectionMs ?? 0, nowMs))}`}
    </span>
  );
}

function Switches({
  context,
  detail,
  commands,
  sent,
}: {
  context: Context;
  detail: DeviceDetail;
  commands: readonly Command[];
  sent: () => void;
}) {
  const [own, setOwn] = useState<readonly Command[]>(NONE);
  const allowed = context.session.may('operator');
  return (
    <section class={detail.actuators.length === 0 ? 'card last' : 'card'} aria-labelledby="switches">
      <h2 id="switches">{text.device.actuators}</h2>
      {!allowed && detail.actuators.length > 0 && <p class="quiet small">{text.device.needsOperator}</p>}
      {detail.actuators.length === 0 && <p class="quiet small">{text.device.noActuators}</p>}
      {detail.actuators.length > 0 && (
        <Actuators
          all={detail.actuators}
          newest={(actuator) => newestOf(actuator, commands, own)}
          history={commands}
          allowed={allowed}
          send={async (actuator, value) => {
            const command = await send(context.api, detail.device, actuator, value);
            setOwn((before) => [command, ...before]);
            sent();
          }}
        />
      )}
      {allowed && (
        <p class="small">
          <a href={newCommandHref({ devices: [detail.device] })}>{text.device.somethingElse}</a>
        </p>
      )}
    </section>
  );
}

/** What its rules have come to; an administrator makes another. */
function Alarms({
  context,
  detail,
  rules,
  who,
}: {
  context: Context;
  detail: DeviceDetail;
  rules: readonly AlarmRule[];
  who: (by: string) => string;
}) {
  const { api, session } = context;
  const { device } = detail;
  const polled = usePoll(() => alarmsOf(api, device), DETAIL_MS, `alarms/${device}`);
  const unitOf = (sensor: string) => detail.latest.find((one) => one.sensor === sensor)?.unit ?? '';
  return (
    <section class="card" aria-labelledby="alarms">
      <div class="head">
        <h2 id="alarms">{text.device.alarms}</h2>
        {session.may('admin') && (
          <a class="button slim end" href={newRuleHref(device)}>
            {text.rule.add}
          </a>
        )}
      </div>
      <Shown polled={polled}>
        {(all) =>
          all.length === 0 ? (
            <p class="quiet small">{text.device.noAlarms}</p>
          ) : (
            <AlarmItems
              all={all}
              context={context}
              rules={rules}
              unitOf={unitOf}
              who={who}
              changed={polled.refresh}
            />
          )
        }
      </Shown>
      <RulesOf
        admin={session.may('admin')}
        rules={rules.filter(
          (rule) => isAbout(rule, detail) && !polled.data?.some((alarm) => alarm.rule === rule.name),
        )}
        unitOf={unitOf}
      />
    </section>
  );
}

/** Rules that have come to nothing yet. */
function RulesOf({
  rules,
  admin,
  unitOf,
}: {
  rules: readonly AlarmRule[];
  admin: boolean;
  unitOf: (sensor: string) => string;
}) {
  return (
    <ul class="rows small">
      {rules.map((rule) => (
        <li key={rule.name}>
          <span class="tag">{text.rule.quiet}</span> {sentence(rule, unitOf(rule.sensor ?? ''))}
          {admin && (
            <a class="end" href={ruleHref(rule.name)} aria-label={text.rule.editOf(rule.name)}>
              {text.rule.edit}
            </a>
          )}
        </li>
      ))}
    </ul>
  );
}

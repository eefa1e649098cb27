// SPDX-License-Identifier: Apache-2.0
import {
  type AlarmOn,
  type Cost,
  type Costs,
  type FunctionHealth,
  type Health,
  type QueueHealth,
  costs,
  health,
} from '../api/health';
import type { Context } from '../app';
import { quantityText } from '../model/quantity';
import { ago, clock } from '../model/time';
import { Heads } from '../parts/heads';
import { Title } from '../parts/page';
import { usePoll } from '../parts/poll';
import { Shown } from '../parts/shown';
import { More, useLong } from '../parts/some';
import { deviceHref } from '../router';
import * as text from '../text';
import '../style/operate.css';

/** CloudWatch measures by the minute. */
const REFRESH_MS = 60_000;
/** Hours are counted when they are over. */
const COSTS_MS = 600_000;
const MINUTES = 60;
const MINUTE_MS = 60_000;
const HEIGHT = 40;

/** How the pipeline itself is. */
export function HealthPage(context: Context) {
  const { api } = context;
  const polled = usePoll(() => health(api), REFRESH_MS, 'health');
  return (
    <>
      <Title title={text.health.title} />
      <p class="quiet">{text.health.hint}</p>
      <Shown polled={polled}>
        {(now) => (
          <>
            <Alarms {...now} />
            <Readings {...now} />
            <Queues {...now} />
            <Functions {...now} />
          </>
        )}
      </Shown>
      <Bill {...context} />
    </>
  );
}

/** What each device has cost this month. */
function Bill({ api }: Context) {
  const long = useLong((cursor) => costs(api, cursor), COSTS_MS, 'costs');
  const of = long.polled.data as Costs | null;
  const columns = text.health.costColumns;
  return (
    <section class="measured" aria-labelledby="health-costs">
      <h2 id="health-costs">{text.health.costs}</h2>
      <Shown polled={long.polled}>
        {() => (
          <>
            <p class="small quiet">{of !== null && text.health.costsOf(of.month, of.pricesReadOn)}</p>
            {long.all.length > 0 && (
              <table class="grid">
                <Heads of={[columns.device, columns.messages, columns.readings, columns.kept, columns.usd]} />
                <tbody>
                  {long.all.map((one) => (
                    <CostLine key={one.id} {...one} />
                  ))}
                </tbody>
              </table>
            )}
            <More long={long} />
          </>
        )}
      </Shown>
    </section>
  );
}

function CostLine({ id, usd, messages, readings, keptBytes, lines }: Cost) {
  const columns = text.health.costColumns;
  return (
    <tr>
      <th scope="row">
        <a href={deviceHref(id)}>{id}</a>
      </th>
      <td>
        <Measured value={messages} name={columns.messages} />
      </td>
      <td>
        <Measured value={readings} name={columns.readings} />
      </td>
      <td>{keptBytes === null ? <Measured value={null} name={columns.kept} /> : quantityText(keptBytes, 'B')}</td>
      <td>
        {usd === null ? (
          <Measured value={null} name={columns.usd} />
        ) : (
          <details class="small">
            <summary>
              {text.health.usd(usd)}
              <span class="unseen"> {text.health.costOf(id)}</span>
            </summary>
            <ul>
              {lines.map((line) => (
                <li key={line.what}>
                  {text.health.costLine(line.quantity, line.what)}: {text.health.usd(line.usd)}
                </li>
              ))}
            </ul>
          </details>
        )}
      </td>
    </tr>
  );
}

function Alarms({ alarms, watched }: Health) {
  return (
    <section class="card" aria-labelledby="health-alarms">
      <h2 id="health-alarms">{text.health.alarms}</h2>
      {alarms.length === 0 ? (
        <p>
          <span class="tag good">{text.health.fine}</span> {text.health.watched(watched)}
        </p>
      ) : (
        <ul class="rows">
          {alarms.map((one) => (
            <Alarm key={one.alarm} {...one} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Alarm({ alarm, sinceMs, description, reason, runbook }: AlarmOn) {
  return (
    <li>
      <span class="tag bad">{alarm}</span> {description}
      <time dateTime={new Date(sinceMs).toISOString()} title={clock(sinceMs)}>
        {ago(sinceMs, Date.now())}
      </time>
      <span class="full small quiet">{reason}</span>
      {runbook !== '' && (
        <span class="full small">
          {text.health.runbook} <code>{runbook}</code>
        </span>
      )}
    </li>
  );
}

function Readings({ readings, atMs }: Health) {
  const sum = readings.reduce((all, minute) => all + minute.stored, 0);
  const most = Math.max(1, ...readings.map((minute) => minute.stored));
  const last = Math.floor(atMs / MINUTE_MS);
  return (
    <section class="card" aria-labelledby="health-readings">
      <h2 id="health-readings">{text.health.readings}</h2>
      {readings.length === 0 ? (
        <p class="quiet">{text.health.noReadings}</p>
      ) : (
        <>
          <svg
            class="bars"
            viewBox={`0 0 ${MINUTES} ${HEIGHT}`}
            preserveAspectRatio="none"
            role="img"
            aria-label={text.health.readingsOf(sum, most)}
          >
            {readings.map((minute) => {
              const height = (minute.stored / most) * HEIGHT;
              const x = MINUTES - 1 - (last - Math.floor(minute.atMs / MINUTE_MS));
              return x < 0 ? null : <rect key={x} x={x} y={HEIGHT - height} width={0.8} height={height} />;
            })}
          </svg>
          <p class="small quiet">{text.health.readingsOf(sum, most)}</p>
        </>
      )}
    </section>
  );
}

function Queues({ queues }: Health) {
  const columns = text.health.queueColumns;
  return (
    <section class="measured" aria-labelledby="health-queues">
      <h2 id="health-queues">{text.health.queues}</h2>
      <table class="grid">
        <Heads of={[columns.queue, columns.waiting, columns.oldest]} />
        <tbody>
          {queues.map((one) => (
            <tr key={one.queue}>
              <th scope="row">{one.queue}</th>
              <td>
                <Waiting {...one} />
              </td>
              <td>{one.deadLetters ? text.health.kept : <Measured value={one.oldestSeconds} name={columns.oldest} unit="s" />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Waiting({ deadLetters, waiting }: QueueHealth) {
  return deadLetters && waiting !== null && waiting > 0 ? (
    <span class="tag bad">{text.health.failed(waiting)}</span>
  ) : (
    <Measured value={waiting} name={text.health.queueColumns.waiting} />
  );
}

function Functions({ functions }: Health) {
  const columns = text.health.functionColumns;
  return (
    <section class="measured" aria-labelledby="health-functions">
      <h2 id="health-functions">{text.health.functions}</h2>
      <table class="grid">
        <Heads of={[columns.function, columns.invocations, columns.errors, columns.throttles]} />
        <tbody>
          {functions.map((one) => (
            <tr key={one.function}>
              <th scope="row">{one.function}</th>
              <td>
                <Measured value={one.invocations} name={columns.invocations} />
              </td>
              <Bad {...one} of="errors" />
              <Bad {...one} of="throttles" />
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Bad({ of, ...one }: FunctionHealth & { of: 'errors' | 'throttles' }) {
  const value = one[of];
  const name = text.health.functionColumns[of];
  return (
    <td>
      {value !== null && value > 0 ? (
        <span class="tag bad">
          {value} <span class="unseen">{name}</span>
        </span>
      ) : (
        <Measured value={value} name={name} />
      )}
    </td>
  );
}

/** Its name is seen where a table is a list: on a phone. */
function Measured({ value, name, unit = '' }: { value: number | null; name: string; unit?: string }) {
  return (
    <>
      <span class="on-phone quiet">{name} </span>
      {value === null ? (
        <span class="quiet" title={text.health.unmeasured}>
          –<span class="unseen"> {text.health.unmeasured}</span>
        </span>
      ) : (
        `${value.toLocaleString('en')}${unit === '' ? '' : ` ${unit}`}`
      )}
    </>
  );
}

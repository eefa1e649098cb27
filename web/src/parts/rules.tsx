// SPDX-License-Identifier: Apache-2.0
import { useState } from 'preact/hooks';
import type { Api } from '../api/client';
import type { AlarmRule } from '../api/contract';
import { type ThresholdRule, firings, isThreshold, ruleName } from '../model/alarm';
import { shown } from '../model/series';
import { quantityText, scaleOf } from '../model/quantity';
import type { Latest } from '../model/device';
import { clock } from '../model/time';
import { text } from '../text';
import { type Polled, usePoll } from './poll';
import { Problem } from './problem';

const WEEK_MS = 7 * 86_400_000;
const HOUR_MS = 3_600_000;

/** The alarm rules of a device; an administrator makes and removes them. */
export function Rules({
  api,
  device,
  latest,
  polled,
  allowed,
}: {
  api: Api;
  device: string;
  latest: readonly Latest[];
  polled: Polled<readonly AlarmRule[]>;
  allowed: boolean;
}) {
  const [open, setOpen] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const all = polled.data ?? [];
  const change = async (what: Promise<void>) => {
    setProblem(null);
    try {
      await what;
      polled.refresh();
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  const unitOf = (sensor: string) => latest.find((one) => one.sensor === sensor)?.unit ?? '';
  return (
    <>
      <ul class="rows">
        {all
          .filter((rule) => rule.device === device)
          .map((rule) => (
            <li key={rule.name}>
              <span class="quiet">{text.rules.rule}</span> {sentence(rule, unitOf)}
              {allowed && (
                <button
                  class="plain"
                  aria-label={`${text.rules.remove} ${rule.name}`}
                  onClick={() => void change(api.removeRule(rule.name))}
                >
                  {text.rules.remove}
                </button>
              )}
            </li>
          ))}
      </ul>
      {problem !== null && <Problem message={problem} />}
      {allowed && latest.length > 0 && (
        <details onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>{text.rules.add}</summary>
          {open && (
            <RuleForm
              api={api}
              device={device}
              latest={latest}
              save={(rule) =>
                change(
                  api.putRule({
                    ...rule,
                    name: ruleName(device, rule.sensor, rule.side, all.map((one) => one.name)),
                  }),
                )
              }
            />
          )}
        </details>
      )}
    </>
  );
}

function sentence(rule: AlarmRule, unitOf: (sensor: string) => string): string {
  const said = isThreshold(rule)
    ? text.rules.sentence(rule.sensor, rule.side, quantityText(rule.threshold, unitOf(rule.sensor)))
    : text.rules.other(rule.name, rule.kind!);
  const { command } = rule;
  return command ? `${said}: ${command.thing}, ${command.actuator} → ${shown(command.value)}` : said;
}

function RuleForm({
  api,
  device,
  latest,
  save,
}: {
  api: Api;
  device: string;
  latest: readonly Latest[];
  save: (rule: Omit<ThresholdRule, 'name'>) => Promise<void>;
}) {
  const [sensor, setSensor] = useState(latest[0]!.sensor);
  const [side, setSide] = useState<ThresholdRule['side']>('ABOVE');
  const [typed, setTyped] = useState('');
  const week = usePoll(
    () => api.series(device, Date.now() - WEEK_MS, Date.now()),
    HOUR_MS,
    `week/${device}`,
  );
  const threshold = Number(typed);
  const known = typed !== '' && Number.isFinite(threshold);
  const series = week.data?.find((one) => one.sensor === sensor);
  const fired = known && series ? firings(series, { side, threshold }) : [];
  // As it is sent and stored: what is typed is not divided by anything.
  const unit = scaleOf(latest.find((one) => one.sensor === sensor)?.unit ?? '', 0).unit;
  return (
    <form
      class="rule"
      onSubmit={(event) => {
        event.preventDefault();
        void save({ device, sensor, side, threshold });
      }}
    >
      <select
        aria-label={text.rules.sensor}
        value={sensor}
        onChange={(event) => setSensor(event.currentTarget.value)}
      >
        {latest.map((one) => (
          <option key={one.sensor}>{one.sensor}</option>
        ))}
      </select>
      <select
        aria-label={text.rules.side}
        value={side}
        onChange={(event) => setSide(event.currentTarget.value as ThresholdRule['side'])}
      >
        <option value="ABOVE">{text.rules.above}</option>
        <option value="BELOW">{text.rules.below}</option>
      </select>
      <input
        type="number"
        step="any"
        required
        aria-label={text.rules.threshold}
        value={typed}
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
      <span>{unit}</span>
      <button disabled={!known}>{text.rules.save}</button>
      <p class="quiet" role="status">
        {known && week.data !== null && text.rules.wouldHave(fired.length, fired.length > 0 ? clock(fired.at(-1)!) : '')}
      </p>
    </form>
  );
}

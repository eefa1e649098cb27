// SPDX-License-Identifier: Apache-2.0
import { removeRule, rules } from '../api/alarms';
import type { AlarmRule } from '../api/contract';
import { devices } from '../api/devices';
import type { Context } from '../app';
import { isAbout, reaction, sentence } from '../model/alarm';
import { useAct } from '../parts/act';
import { Heads } from '../parts/heads';
import { Icon } from '../parts/icon';
import { Title } from '../parts/page';
import { usePoll } from '../parts/poll';
import { Problem } from '../parts/problem';
import { Empty, Shown } from '../parts/shown';
import { deviceHref, newRuleHref, ruleHref } from '../router';
import * as text from '../text';

const RULES_MS = 15_000;

/** Every alarm rule in words. */
export function RulesPage({ api, session }: Context) {
  const polled = usePoll(() => rules(api), RULES_MS, 'rules');
  const fleet = usePoll(() => devices(api), RULES_MS, 'devices');
  const { busy, problem, run } = useAct();
  const admin = session.may('admin');
  const unitOf = (rule: AlarmRule) =>
    fleet.data
      ?.find((one) => isAbout(rule, one))
      ?.latest.find((one) => one.sensor === rule.sensor)?.unit ?? '';
  const remove = async (name: string) => {
    if (confirm(text.rules.sure) && (await run(() => removeRule(api, name)))) {
      polled.refresh();
    }
  };
  const columns = text.rules.columns;
  return (
    <>
      <Title title={text.rules.title}>
        {admin && (
          <div class="end">
            <a class="button primary" href={newRuleHref()}>
              <Icon name="plus" /> {text.rule.add}
            </a>
          </div>
        )}
      </Title>
      {problem !== null && <Problem message={problem} />}
      <Shown polled={polled}>
        {(all) =>
          all.length === 0 ? (
            <Empty icon="rule" title={text.rules.none}>
              <p class="quiet">{text.rules.noneHint}</p>
              {!admin && <p class="quiet">{text.rules.needsAdmin}</p>}
            </Empty>
          ) : (
            <table class="grid">
              <Heads of={[columns.says, columns.device, columns.does]} unseen={admin && text.rule.edit} />
              <tbody>
                {all.map((rule) => (
                  <tr key={rule.name}>
                    <th scope="row" class="wide">
                      {sentence(rule, unitOf(rule))}
                      <div class="quiet small">{rule.name}</div>
                    </th>
                    <td class="wide">
                      {rule.device === undefined ? subject(rule) : <a href={deviceHref(rule.device)}>{rule.device}</a>}
                    </td>
                    <td class={reaction(rule) === '' ? 'none wide' : 'wide'}>{reaction(rule) || <span class="quiet">–</span>}</td>
                    {admin && (
                      <td class="fit">
                        <div class="actions">
                          <a class="button slim" href={ruleHref(rule.name)} aria-label={text.rule.editOf(rule.name)}>
                            {text.rule.edit}
                          </a>
                          <button
                            class="slim danger"
                            disabled={busy}
                            aria-label={text.rules.removeOf(rule.name)}
                            onClick={() => void remove(rule.name)}
                          >
                            {text.rules.remove}
                          </button>
                        </div>
                      </td>
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Shown>
    </>
  );
}

/** The devices that a rule is about which is not about one. */
function subject({ group, type }: AlarmRule): string {
  return group === undefined ? text.rules.ofType(type ?? '') : text.rules.ofGroup(group);
}

// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Api } from '../api/client';
import { RESOLUTIONS, type Resolution, exported } from '../api/export';
import type { Span } from '../model/time';
import * as text from '../text';
import { useAct } from './act';
import { Icon } from './icon';
import { Problem } from './problem';

const DAY_MS = 86_400_000;

/** What a spreadsheet can take: every reading of a day, minutes of a month, hours of a year. */
export function usualResolution(ms: number): Resolution {
  return ms <= DAY_MS ? 'raw' : ms <= 31 * DAY_MS ? 'minute' : 'hour';
}

/** The rows of a range as a file; which rows is chosen by its length until somebody chooses. */
export function Download({ api, device, span }: { api: Api; device: string; span: () => Span }) {
  const [chosen, choose] = useState<Resolution | null>(null);
  const [rows, setRows] = useState(0);
  const { busy, problem, run } = useAct();
  const left = useRef(false);
  useEffect(() => () => void (left.current = true), []);
  const { fromMs, toMs } = span();
  const resolution = chosen ?? usualResolution(toMs - fromMs);
  const fetchAll = () =>
    run(async () => {
      const { fromMs, toMs } = span();
      const parts: string[] = [];
      let count = 0;
      setRows(0);
      for await (const part of exported(api, device, fromMs, toMs, resolution)) {
        if (left.current) {
          return;
        }
        parts.push(part);
        // Of the first part the first line is the header.
        count += part.split('\n').length - (parts.length === 1 ? 2 : 1);
        setRows(Math.max(0, count));
      }
      save(`${device.replace(/[^\w.-]+/g, '-')}.csv`, parts);
    });
  return (
    <>
      <span class="joined">
        <button disabled={busy} aria-busy={busy} onClick={() => void fetchAll()}>
          <Icon name="download" />
          {busy ? text.device.csvRows(rows) : text.device.csv}
        </button>
        <select
          aria-label={text.device.csvOf}
          disabled={busy}
          value={resolution}
          onChange={(event) => choose(event.currentTarget.value as Resolution)}
        >
          {RESOLUTIONS.map((one) => (
            <option key={one} value={one}>
              {text.device.resolutions[one]}
            </option>
          ))}
        </select>
      </span>
      {problem !== null && (
        <div class="full">
          <Problem message={problem} />
        </div>
      )}
    </>
  );
}

function save(name: string, parts: readonly string[]): void {
  const url = URL.createObjectURL(new Blob([...parts], { type: 'text/csv' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

// SPDX-License-Identifier: Apache-2.0
import { useState } from 'preact/hooks';
import type { Series } from '../model/series';
import { exactClock } from '../model/time';
import * as text from '../text';

const SHOWN_ROWS = 500;

/** What a chart draws, as numbers exactly as they were sent; made only when somebody opens it. */
export function ValueTable({ series }: { series: Series }) {
  const [open, setOpen] = useState(false);
  return (
    <details class="table" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {text.table.title}
        <span class="unseen"> {series.sensor}</span>
      </summary>
      {open && <Rows series={series} />}
    </details>
  );
}

function Rows({ series }: { series: Series }) {
  const count = series.timesMs.length;
  const first = Math.max(0, count - SHOWN_ROWS);
  const indexes = Array.from({ length: count - first }, (_, row) => count - 1 - row);
  const merged = series.mins !== null;
  const heads = [text.table.time, text.table.value, ...(merged ? [text.table.min, text.table.max] : [])];
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label={text.table.of(series.sensor)}>
      <table data-sensor={series.sensor}>
        <thead>
          <tr>
            {heads.map((head, column) => (
              <th key={head} scope="col">
                {head} {column > 0 && series.unit && <span class="quiet">{series.unit}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {indexes.map((index) => (
            <tr key={series.timesMs[index]}>
              <td>
                <time dateTime={new Date(series.timesMs[index]!).toISOString()}>
                  {exactClock(series.timesMs[index]!)}
                </time>
              </td>
              <td>{series.values[index]}</td>
              {merged && <td>{series.mins?.[index]}</td>}
              {merged && <td>{series.maxs?.[index]}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      {first > 0 && <p class="quiet">{text.table.more(SHOWN_ROWS, count)}</p>}
    </div>
  );
}

// SPDX-License-Identifier: Apache-2.0

// How the pipeline is, and what devices cost.

export const health = {
  title: 'Health',
  hint: 'How the pipeline itself is, as CloudWatch has measured the last hour.',
  alarms: 'Alarms of the pipeline',
  fine: 'none is on',
  watched: (count: number) => `${count} are watched.`,
  runbook: 'What to do:',
  readings: 'Readings stored, minute by minute',
  noReadings: 'None were stored in the last hour.',
  readingsOf: (sum: number, most: number) =>
    `${sum.toLocaleString('en')} in the last hour, at most ${most.toLocaleString('en')} a minute`,
  queues: 'Queues',
  queueColumns: { queue: 'Queue', waiting: 'Waiting', oldest: 'Oldest' },
  kept: 'kept for 14 days',
  failed: (count: number) => `${count} failed for good`,
  functions: 'Functions, in the last hour',
  functionColumns: { function: 'Function', invocations: 'Invocations', errors: 'Errors', throttles: 'Throttles' },
  unmeasured: 'not measured',
  costs: 'What devices have cost this month',
  costsOf: (month: string, readOn: string) =>
    `Counted in ${month} of the hours that are over, by AWS's prices of ${readOn} in us-east-1. Not in it: connections, functions, merged hours, commands, and what people look at.`,
  costColumns: { device: 'Device', messages: 'Messages', readings: 'Readings', kept: 'Kept', usd: 'USD' },
  usd: (usd: number) => `$${usd.toLocaleString('en', { maximumSignificantDigits: 3 })}`,
  costOf: (device: string) => `what ${device} costs`,
  costLine: (quantity: number, what: string) => `${quantity.toLocaleString('en', { maximumSignificantDigits: 6 })} ${what}`,
};

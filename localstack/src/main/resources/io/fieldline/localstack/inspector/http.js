// SPDX-License-Identifier: Apache-2.0
// Questions to the stack that this page came from.

const LIMIT_MS = 10_000;

/** The stack does not answer. */
export class Gone extends Error {}

/** It answers, and will not. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** The JSON under `/_local/`. Throws `Gone` or `Refused`. */
export async function ask(path, { method = 'GET', body } = {}) {
  let answer;
  let text;
  try {
    answer = await fetch(`/_local/${path}`, {
      method,
      body: body === undefined ? null : JSON.stringify(body),
      headers: method === 'GET' ? {} : { 'Content-Type': 'application/json' },
      cache: 'no-store',
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    text = await answer.text();
  } catch (error) {
    throw new Gone(error.message);
  }
  if (!answer.ok) {
    throw new Refused(answer.status, reason(text) ?? `the stack answered ${answer.status}`);
  }
  if (text === '') return null;
  if (!(answer.headers.get('Content-Type') ?? '').includes('json')) {
    throw new Refused(404, `the stack knows no /_local/${path}`);
  }
  return JSON.parse(text);
}

function reason(text) {
  try {
    return JSON.parse(text).message;
  } catch {
    return undefined;
  }
}

// SPDX-License-Identifier: Apache-2.0

/** What the deployment wrote beside the app, in `config.json`. */
export interface Config {
  readonly stage: string;
  readonly region: string;
  readonly apiUrl: string;
  /** Who issues the tokens; where to sign in stands in its discovery document. */
  readonly issuer: string;
  readonly userPoolId: string;
  readonly clientId: string;
  readonly iotEndpoint: string;
  readonly authorizerName: string;
}

const KEYS = [
  'stage',
  'region',
  'apiUrl',
  'issuer',
  'userPoolId',
  'clientId',
  'iotEndpoint',
  'authorizerName',
] as const;

/** Checks what came; says which key is missing. */
export function parseConfig(json: unknown): Config {
  if (typeof json !== 'object' || json === null) {
    throw new Error('config.json: expected an object');
  }
  const source = json as Record<string, unknown>;
  const config: Record<string, string> = {};
  for (const key of KEYS) {
    const value = source[key];
    if (typeof value !== 'string' || value === '') {
      throw new Error(`config.json: expected a text for "${key}", got ${JSON.stringify(value)}`);
    }
    config[key] = value.replace(/\/$/, '');
  }
  return config as unknown as Config;
}

export async function loadConfig(): Promise<Config> {
  const response = await fetch('config.json', { cache: 'no-store' });
  if (!response.ok) {
    throw new Error(`config.json: the server answered ${response.status}`);
  }
  return parseConfig(await response.json());
}

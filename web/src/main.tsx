// SPDX-License-Identifier: Apache-2.0
import { render } from 'preact';
import { Api } from './api/client';
import { App } from './app';
import { Session } from './auth/session';
import { loadConfig } from './config';
import { Problem } from './parts/problem';
import { watchRoute } from './router';
import './style/tokens.css';
import './style/base.css';
import './style/frame.css';
import './style/parts.css';
import './style/fleet.css';

const root = document.getElementById('app')!;
try {
  const config = await loadConfig();
  const session = new Session(config);
  await session.completeSignIn();
  watchRoute();
  render(<App config={config} session={session} api={new Api(config.apiUrl, session)} />, root);
} catch (error) {
  render(<Problem message={(error as Error).message} retry={() => location.reload()} />, root);
}

// SPDX-License-Identifier: Apache-2.0
import { signal } from '@preact/signals';
import type { Config } from '../config';
import { challengeOf, claimsOf, randomText } from './pkce';
import * as text from '../text';
import { Unreachable } from '../api/unreachable';

/** Who is signed in, as the tokens say. */
export interface Person {
  readonly name: string;
  /** The user pool's own name of the person, which is what the API tells of others. */
  readonly user: string;
  readonly groups: readonly string[];
}

interface Tokens {
  readonly access: string;
  readonly id: string;
  readonly refresh: string;
  readonly expiresAtMs: number;
}

const TOKENS = 'fieldline.tokens';
const PENDING = 'fieldline.signin.';
const RENEW_BEFORE_MS = 60_000;

/**
 * Sign-in with authorization code and PKCE at the user pool's own pages. Tokens live in the tab's
 * session storage: a reload keeps them, closing the tab forgets them.
 */
export class Session {
  readonly person = signal<Person | null>(null);
  readonly problem = signal<string | null>(null);
  private tokens: Tokens | null = null;
  private renewal: Promise<Tokens> | null = null;
  private discovery: Promise<string> | null = null;

  constructor(
    private readonly config: Config,
    private readonly storage: Storage = sessionStorage,
    private readonly nowMs: () => number = Date.now,
  ) {
    const saved = storage.getItem(TOKENS);
    if (saved !== null) {
      this.keep(JSON.parse(saved) as Tokens);
    }
  }

  /** Goes to the sign-in page; it comes back to where the person was. */
  async signIn(): Promise<void> {
    this.problem.value = null;
    try {
      await this.goToSignIn();
    } catch (error) {
      this.problem.value = (error as Error).message;
    }
  }

  private async goToSignIn(): Promise<void> {
    const state = randomText();
    const verifier = randomText();
    this.storage.setItem(PENDING + state, JSON.stringify({ verifier, hash: location.hash }));
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: this.config.clientId,
      redirect_uri: redirectUri(),
      scope: 'openid email',
      state,
      code_challenge_method: 'S256',
      code_challenge: await challengeOf(verifier),
    });
    location.assign(`${await this.pages()}/oauth2/authorize?${query}`);
  }

  /** Ends the session here and at the user pool. */
  async signOut(): Promise<void> {
    this.forget();
    const query = new URLSearchParams({
      client_id: this.config.clientId,
      logout_uri: redirectUri(),
    });
    location.assign(`${await this.pages()}/logout?${query}`);
  }

  /** Takes the answer of the sign-in page out of the address, if there is one. */
  async completeSignIn(): Promise<void> {
    const query = new URLSearchParams(location.search);
    const state = query.get('state');
    if (state === null && !query.has('error')) {
      return;
    }
    const pending = this.storage.getItem(PENDING + state);
    this.storage.removeItem(PENDING + state);
    const { verifier, hash } =
      pending === null ? { verifier: '', hash: '' } : (JSON.parse(pending) as Pending);
    history.replaceState(null, '', redirectUri() + hash);
    if (query.has('error')) {
      this.problem.value = query.get('error_description') ?? query.get('error');
      return;
    }
    if (pending === null) {
      // Not an answer to a question of this tab: a link sent by somebody else, or an old page.
      this.problem.value = text.signIn.unexpectedAnswer;
      return;
    }
    try {
      const answer = await this.token({
        grant_type: 'authorization_code',
        code: query.get('code') ?? '',
        redirect_uri: redirectUri(),
        code_verifier: verifier,
      });
      this.keep(this.tokensFrom(answer, ''));
    } catch (error) {
      this.problem.value = (error as Error).message;
    }
  }

  /** A token that is valid for a minute or more, renewed if needed. */
  async accessToken(): Promise<string> {
    if (this.tokens === null) {
      throw new Error(text.signIn.ended);
    }
    if (this.tokens.expiresAtMs - RENEW_BEFORE_MS > this.nowMs()) {
      return this.tokens.access;
    }
    this.renewal ??= this.renew(this.tokens.refresh).finally(() => (this.renewal = null));
    return (await this.renewal).access;
  }

  /** The API no longer takes the token: start again. */
  end(): void {
    this.forget();
    this.problem.value = text.signIn.ended;
  }

  may(group: 'operator' | 'admin'): boolean {
    const groups = this.person.value?.groups ?? [];
    return groups.includes('admin') || groups.includes(group);
  }

  role(): 'viewer' | 'operator' | 'admin' {
    return this.may('admin') ? 'admin' : this.may('operator') ? 'operator' : 'viewer';
  }

  private async renew(refresh: string): Promise<Tokens> {
    try {
      const answer = await this.token({ grant_type: 'refresh_token', refresh_token: refresh });
      const tokens = this.tokensFrom(answer, refresh);
      this.keep(tokens);
      return tokens;
    } catch (error) {
      // A user pool that cannot be reached has not said no.
      if (!(error instanceof Unreachable)) {
        this.end();
      }
      throw error;
    }
  }

  private async token(fields: Record<string, string>): Promise<Record<string, unknown>> {
    const response = await fetch(`${await this.pages()}/oauth2/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ client_id: this.config.clientId, ...fields }),
    }).catch(() => {
      throw new Unreachable(text.problem.offline);
    });
    const answer = (await response.json().catch(() => ({}))) as Record<string, unknown>;
    if (response.status >= 500) {
      throw new Unreachable(text.problem.failed(response.status));
    }
    if (!response.ok) {
      throw new Error(`${text.signIn.refused} (${String(answer['error'] ?? response.status)})`);
    }
    return answer;
  }

  /**
   * Where the user pool's own pages are: the issuer tells.
   *
   * Source: OpenID Connect Discovery 1.0, section 4; Amazon Cognito Developer Guide, endpoints of a
   * user pool domain.
   */
  private async pages(): Promise<string> {
    this.discovery ??= this.discover();
    try {
      return await this.discovery;
    } catch (error) {
      this.discovery = null;
      throw error;
    }
  }

  private async discover(): Promise<string> {
    const address = `${this.config.issuer}/.well-known/openid-configuration`;
    const document = await fetch(address)
      .then((response) => (response.ok ? response.json() : {}))
      .catch(() => ({}));
    const authorize = (document as Record<string, unknown>)['authorization_endpoint'];
    if (typeof authorize !== 'string' || !authorize.endsWith('/oauth2/authorize')) {
      throw new Unreachable(`${text.signIn.unreachable} (${address})`);
    }
    return authorize.slice(0, -'/oauth2/authorize'.length);
  }

  private tokensFrom(answer: Record<string, unknown>, refresh: string): Tokens {
    return {
      access: String(answer['access_token']),
      id: String(answer['id_token']),
      // A renewal answers without a refresh token: the old one stays valid.
      refresh: typeof answer['refresh_token'] === 'string' ? answer['refresh_token'] : refresh,
      expiresAtMs: this.nowMs() + Number(answer['expires_in']) * 1000,
    };
  }

  private keep(tokens: Tokens): void {
    this.tokens = tokens;
    this.storage.setItem(TOKENS, JSON.stringify(tokens));
    const claims = claimsOf(tokens.access);
    const id = claimsOf(tokens.id);
    const groups = claims['cognito:groups'];
    this.person.value = {
      name: String(id['email'] ?? claims['username'] ?? ''),
      user: String(claims['username'] ?? ''),
      groups: Array.isArray(groups) ? groups.map(String) : [],
    };
    this.problem.value = null;
  }

  private forget(): void {
    this.tokens = null;
    this.storage.removeItem(TOKENS);
    this.person.value = null;
  }
}

interface Pending {
  readonly verifier: string;
  readonly hash: string;
}

/** The app's own address, without what follows it. */
function redirectUri(): string {
  return location.origin + location.pathname;
}

// SPDX-License-Identifier: Apache-2.0
import { type ComponentType, Component } from 'preact';
import * as text from '../text';
import { AGAIN_MS, PLACE, missed } from './missed';
import { Problem } from './problem';

/** A part of the app that is fetched when it is first needed, or before by `fetch()`. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>, place = PLACE) {
  let loaded: ComponentType<P> | null = null;
  let loading: Promise<void> | null = null;
  const fetch = (): Promise<void> => {
    loading ??= load().then(
      (part) => void (loaded = part),
      (error: unknown) => {
        loading = null;
        throw error;
      },
    );
    return loading;
  };
  class Later extends Component<P, { failed: boolean }> {
    #timer = 0;
    #isGone = false;

    readonly #ask = async () => {
      clearTimeout(this.#timer);
      const wanted = () => loaded === null && !this.#isGone;
      if (!wanted() || (this.state.failed && (await missed(wanted, place)))) {
        return;
      }
      try {
        await fetch();
        this.setState({ failed: false });
      } catch {
        this.setState({ failed: true });
        if (!(await missed(wanted, place)) && wanted()) {
          // Without a network it comes with the network, not only when somebody loads the page again.
          clearTimeout(this.#timer);
          this.#timer = window.setTimeout(this.#ask, AGAIN_MS);
        }
      }
    };

    override componentDidMount() {
      void this.#ask();
      addEventListener('online', this.#ask);
    }

    override componentWillUnmount() {
      this.#isGone = true;
      clearTimeout(this.#timer);
      removeEventListener('online', this.#ask);
    }

    override render() {
      const Part = loaded;
      if (Part !== null) {
        return <Part {...(this.props as P)} />;
      }
      return this.state.failed ? (
        <Problem message={text.problem.newVersion} retry={place.reload} />
      ) : (
        <p class="quiet" role="status">
          {text.loading}
        </p>
      );
    }
  }
  return Object.assign(Later, { fetch: () => void fetch().catch(() => undefined) });
}

// SPDX-License-Identifier: Apache-2.0
import { type ComponentType, Component } from 'preact';
import { text } from '../text';
import { Problem } from './problem';

const AGAIN_MS = 5_000;

/** A part of the app that is fetched when it is first needed, or before by `fetch()`. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>) {
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

    readonly #ask = () => {
      clearTimeout(this.#timer);
      if (loaded === null) {
        fetch().then(
          () => this.setState({ failed: false }),
          () => {
            this.setState({ failed: true });
            // Without a network it comes with the network, not only when somebody loads the page again.
            this.#timer = window.setTimeout(this.#ask, AGAIN_MS);
          },
        );
      }
    };

    override componentDidMount() {
      this.#ask();
      addEventListener('online', this.#ask);
    }

    override componentWillUnmount() {
      clearTimeout(this.#timer);
      removeEventListener('online', this.#ask);
    }

    override render() {
      const Part = loaded;
      if (Part !== null) {
        return <Part {...(this.props as P)} />;
      }
      return this.state.failed ? (
        <Problem message={text.problem.newVersion} retry={() => location.reload()} />
      ) : (
        <p class="quiet" role="status">
          {text.loading}
        </p>
      );
    }
  }
  return Object.assign(Later, { fetch: () => void fetch().catch(() => undefined) });
}

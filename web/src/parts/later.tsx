// SPDX-License-Identifier: Apache-2.0
import { type ComponentType, Component } from 'preact';
import { text } from '../text';
import { Problem } from './problem';

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
    override componentDidMount() {
      if (loaded === null) {
        fetch().then(
          () => this.setState({ failed: false }),
          () => this.setState({ failed: true }),
        );
      }
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

// SPDX-License-Identifier: Apache-2.0
import { type ComponentType, Component } from 'preact';
import { text } from '../text';
import { Problem } from './problem';

const AGAIN_MS = 5_000;
/** A page that still lacks a part after it was loaded anew is left alone for so long. */
const RELOAD_MS = 60_000;
const RELOADED = 'fieldline.reloaded';

/** The page that the app is in. */
export interface Place {
  /** Whether its server answers. */
  isThere(): Promise<boolean>;
  reload(): void;
}

const PLACE: Place = {
  isThere: () =>
    fetch(location.href, { cache: 'no-store' }).then(
      (answer) => answer.ok,
      () => false,
    ),
  reload: () => location.reload(),
};

let typed = false;
addEventListener('input', () => (typed = true), { capture: true });
addEventListener('hashchange', () => (typed = false));

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
      if (loaded !== null) {
        return;
      }
      try {
        await fetch();
        this.setState({ failed: false });
      } catch {
        this.setState({ failed: true });
        // Without a network it comes with the network, not only when somebody loads the page again.
        const there = await place.isThere();
        if (!this.#isGone) {
          clearTimeout(this.#timer);
          this.#timer = window.setTimeout(this.#ask, AGAIN_MS);
          if (there) {
            loadAnew(place);
          }
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

/**
 * Chromium remembers that a module could not be fetched, and does not fetch it again for the same page; a version that was
 * deployed meanwhile has other parts. The page loaded anew has them: at once, unless something typed would be lost.
 *
 * Source: HTML Standard, "fetch a single module script": a module map's entry that is null is the answer.
 */
function loadAnew(place: Place): void {
  const lastMs = Number(sessionStorage.getItem(RELOADED) ?? 0);
  if (!typed && Date.now() - lastMs > RELOAD_MS) {
    sessionStorage.setItem(RELOADED, String(Date.now()));
    place.reload();
  }
}

// SPDX-License-Identifier: Apache-2.0

/** After what time a part that could not be fetched is asked for again. */
export const AGAIN_MS = 5_000;
/** A page that still lacks a part after it was loaded anew is left alone for so long. */
const RELOAD_MS = 60_000;
const RELOADED = 'fieldline.reloaded';

/** The page that the app is in. */
export interface Place {
  /** Whether its server answers. */
  isThere(): Promise<boolean>;
  reload(): void;
}

export const PLACE: Place = {
  isThere: () =>
    fetch(location.href, { cache: 'no-store', signal: AbortSignal.timeout(AGAIN_MS) }).then(
      (answer) => answer.ok,
      () => false,
    ),
  reload: () => location.reload(),
};

let typed = false;
addEventListener('input', () => (typed = true), { capture: true });
addEventListener('hashchange', () => (typed = false));

/**
 * A part of the app could not be fetched. Asked for again it comes without its styles, which Vite asks for once; where a
 * version was deployed meanwhile it does not come at all, nor in browsers that remember what failed. The page loaded anew
 * has it whole: that is done where its server answers, unless something typed would be lost.
 *
 * Source: Vite 8, `preload`; HTML Standard, "fetch a single module script", as it was until failures were asked for again.
 *
 * @param wanted whether anybody still waits for it when that is known
 * @return whether the page is loaded anew
 */
export async function missed(wanted: () => boolean, place = PLACE): Promise<boolean> {
  const there = await place.isThere();
  const lastMs = Number(sessionStorage.getItem(RELOADED) ?? 0);
  if (!there || !wanted() || typed || Date.now() - lastMs < RELOAD_MS) {
    return false;
  }
  sessionStorage.setItem(RELOADED, String(Date.now()));
  place.reload();
  return true;
}

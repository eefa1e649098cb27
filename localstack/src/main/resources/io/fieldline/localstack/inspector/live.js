// SPDX-License-Identifier: Apache-2.0
// Whether the list goes on by itself: live, paused, or the stack is gone; and the button that pauses it.
import { make, put, say, write } from './dom.js';
import { icon } from './icons.js';

const SAID = { asking: 'connecting…', live: 'live', paused: 'paused', gone: 'no stack', refused: 'no ways' };

export class Live {
  #ways;
  #said = make('span');
  #tag = make('span.tag.state', this.#said);
  #button;
  #gone = make('div.problem', { role: 'alert' });
  #notices;
  #was = 'asking';

  constructor(place, notices, ways) {
    this.#ways = ways;
    this.#notices = notices;
    this.#button = make('button.square.slim', { type: 'button', onclick: () => ways.pause(!ways.isPaused) });
    place.append(this.#tag, this.#button);
  }

  render() {
    const { state } = this.#ways;
    this.#tag.className = `tag state ${state}`;
    write(this.#said, SAID[state]);
    const pause = this.#ways.isPaused ? 'Go on' : 'Pause';
    if (this.#button.getAttribute('aria-label') !== pause) {
      this.#button.setAttribute('aria-label', pause);
      this.#button.title = `${pause} (Space)`;
      put(this.#button, [icon(this.#ways.isPaused ? 'play' : 'pause')]);
    }
    if (state !== this.#was && (state === 'paused' || this.#was === 'paused')) say(SAID[state]);
    if (state === 'gone' && this.#was !== 'gone') this.#stackGone();
    if (state !== 'gone') this.#gone.remove();
    this.#was = state;
  }

  #stackGone() {
    this.#gone.replaceChildren(
      icon('warning'),
      make('span', make('strong', 'The stack does not answer'), `Nothing is heard from ${location.host}. It is asked again by itself; ways of before a stop are not kept.`),
    );
    this.#notices.prepend(this.#gone);
  }
}

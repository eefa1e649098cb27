// SPDX-License-Identifier: Apache-2.0
import { plural } from './plural';

// What nothing could use.

export const quarantine = {
  title: 'Quarantine',
  hint: 'Messages that nothing could use. Each is kept whole, with the reason, and can be sent again.',
  none: 'Nothing is in quarantine',
  noneHint: 'Every message that came could be used.',
  noneOfKind: 'Nothing of this kind.',
  kindLabel: 'Which kind',
  all: 'All',
  kinds: {
    MALFORMED: 'Malformed',
    TIME: 'Impossible time',
    TOO_OLD: 'Too old',
    ACTION_FAILED: 'Action failed',
    UNKNOWN: 'Unknown',
  },
  show: 'Show message',
  hide: 'Hide message',
  again: 'sent again',
  of: (when: string) => `of ${when}`,
  replay: 'Send again',
  replayed: (by: string, when: string, times: number) =>
    `${times === 1 ? 'once' : `${times} times`}, last by ${by} ${when}`,
  cannot: 'cannot be sent again: nobody knows where to',
  replayAll: 'Send all again',
  replayAllSure: 'Send every entry again that never was? What still cannot be used comes back.',
  replayedAll: (replayed: number, left: number) =>
    `${plural(replayed, 'message')} sent again${left > 0 ? `, ${left} cannot be` : ''}.`,
  drop: 'Forget',
  dropSure: 'Forget this message for good?',
  to: 'Sent again to',
  ingest: 'the ingest queue',
  source: 'Found by',
  base64: 'It is no text; in base64:',
};

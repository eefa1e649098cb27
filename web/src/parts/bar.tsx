// SPDX-License-Identifier: Apache-2.0

/** Some of all. */
export interface Share {
  readonly key: string;
  readonly tone: string;
  readonly count: number;
  /** What they are, in words. */
  readonly name: string;
}

/** How many are what, as a bar and in words. */
export function Bar({ shares, none }: { shares: readonly Share[]; none: string }) {
  const some = shares.filter((share) => share.count > 0);
  const all = some.reduce((sum, share) => sum + share.count, 0);
  return (
    <div class="progress">
      <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
        {some.map(({ key, tone, count }, index) => (
          <rect
            key={key}
            class={tone}
            x={(100 * some.slice(0, index).reduce((sum, share) => sum + share.count, 0)) / all}
            width={(100 * count) / all}
            height="1"
          />
        ))}
      </svg>
      <p class="small quiet">{all === 0 ? none : some.map(({ name, count }) => `${count} ${name}`).join(', ')}</p>
    </div>
  );
}

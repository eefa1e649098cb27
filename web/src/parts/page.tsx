// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import * as text from '../text';
import { Icon } from './icon';

/** The title of a page, here and in the window's; the way back before it, what can be done behind it. */
export function Title({
  title,
  back,
  children,
}: {
  title: string;
  back?: { readonly href: string; readonly name: string };
  children?: ComponentChildren;
}) {
  useEffect(() => {
    document.title = `${title} · ${text.name}`;
  }, [title]);
  return (
    <>
      {back && (
        <p class="crumb">
          <a href={back.href}>
            <Icon name="back" /> {back.name}
          </a>
        </p>
      )}
      <div class="head">
        <h1>{title}</h1>
        {children}
      </div>
    </>
  );
}

/** One of few, as links: what is chosen is part of the address. */
export function Choices<K extends string>({
  label,
  all,
  chosen,
  href,
  name,
}: {
  label: string;
  all: readonly K[];
  chosen: K | null;
  href: (key: K) => string;
  name: (key: K) => ComponentChildren;
}) {
  return (
    <nav class="choices" aria-label={label}>
      {all.map((key) => (
        <a key={key} href={href(key)} aria-current={key === chosen ? 'true' : undefined}>
          {name(key)}
        </a>
      ))}
    </nav>
  );
}

// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from 'preact';
import * as text from '../text';
import { Icon, type IconName } from './icon';
import type { Polled } from './poll';
import { Problem } from './problem';

/** What the server told, or that it is being asked, or why it did not tell: never nothing. */
export function Shown<T>({
  polled,
  children,
}: {
  polled: Polled<T>;
  children: (data: T) => ComponentChildren;
}) {
  return (
    <>
      {polled.error !== null && <Problem message={polled.error} retry={polled.refresh} />}
      {polled.data === null && polled.error === null && <Loading />}
      {polled.data !== null && children(polled.data)}
    </>
  );
}

/** Seen only when it takes longer than a moment. */
export function Loading() {
  return (
    <div class="loading" role="status">
      <span class="unseen">{text.loading}</span>
      <i />
      <i />
      <i />
    </div>
  );
}

/** That there is nothing, and what to do about it. */
export function Empty({
  icon = 'nothing',
  title,
  children,
}: {
  icon?: IconName;
  title: string;
  children?: ComponentChildren;
}) {
  return (
    <div class="empty">
      <Icon name={icon} />
      <h2>{title}</h2>
      {children}
    </div>
  );
}

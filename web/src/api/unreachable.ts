// SPDX-License-Identifier: Apache-2.0

/** No answer came: neither yes nor no. What was asked may be asked again later. */
export class Unreachable extends Error {}

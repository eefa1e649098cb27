// SPDX-License-Identifier: Apache-2.0
/// The agent's own log: on standard error or in files of bounded size, each message so often at
/// most.
@NullMarked
package io.fieldline.agent.log;

import org.jspecify.annotations.NullMarked;

// SPDX-License-Identifier: Apache-2.0
/// Carries out commands, each at most once, and keeps their outcomes.
@NullMarked
package io.fieldline.agent.command;

import org.jspecify.annotations.NullMarked;

// SPDX-License-Identifier: Apache-2.0
/// Looks, step by step, for why an agent does not work: what was tried, what came, what it means,
/// what to do.
@NullMarked
package io.fieldline.agent.doctor;

import org.jspecify.annotations.NullMarked;

// SPDX-License-Identifier: Apache-2.0

/// What the pipeline costs a month, from a fleet's size and habits alone: `fieldline cost`.
@NullMarked
package io.fieldline.infra.cost;

import org.jspecify.annotations.NullMarked;

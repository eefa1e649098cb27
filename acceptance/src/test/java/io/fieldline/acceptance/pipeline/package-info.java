// SPDX-License-Identifier: Apache-2.0
/// The whole pipeline, deployed once into a stack of its own, for the journeys to use.
@NullMarked
package io.fieldline.acceptance.pipeline;

import org.jspecify.annotations.NullMarked;

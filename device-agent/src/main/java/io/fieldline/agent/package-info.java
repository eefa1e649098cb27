// SPDX-License-Identifier: Apache-2.0

/// Runs on field hardware: takes readings in, keeps them on disk, publishes them, obeys commands.
@NullMarked
package io.fieldline.agent;

import org.jspecify.annotations.NullMarked;

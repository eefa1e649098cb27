// SPDX-License-Identifier: Apache-2.0

/// A person's command into a device's shadow; live requests; alarm rules.
@NullMarked
package io.fieldline.lambdas.command;

import org.jspecify.annotations.NullMarked;

// SPDX-License-Identifier: Apache-2.0

/// The cloud, as code: CDK in Java.
@NullMarked
package io.fieldline.infra;

import org.jspecify.annotations.NullMarked;

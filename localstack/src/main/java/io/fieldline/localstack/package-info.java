// SPDX-License-Identifier: Apache-2.0

/// The cloud on one JVM: runs a synthesized CloudFormation template and its assets.
@NullMarked
package io.fieldline.localstack;

import org.jspecify.annotations.NullMarked;

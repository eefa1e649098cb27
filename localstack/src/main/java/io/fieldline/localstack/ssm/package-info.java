// SPDX-License-Identifier: Apache-2.0

/// Systems Manager's parameters.
@NullMarked
package io.fieldline.localstack.ssm;

import org.jspecify.annotations.NullMarked;

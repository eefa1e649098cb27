// SPDX-License-Identifier: Apache-2.0

/// AWS X-Ray: segments that are put, and the traces that they make.
@NullMarked
package io.fieldline.localstack.xray;

import org.jspecify.annotations.NullMarked;

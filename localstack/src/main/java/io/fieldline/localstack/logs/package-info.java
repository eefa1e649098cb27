// SPDX-License-Identifier: Apache-2.0

/// CloudWatch Logs: groups, streams and their events, read back by stream or by filter.
@NullMarked
package io.fieldline.localstack.logs;

import org.jspecify.annotations.NullMarked;

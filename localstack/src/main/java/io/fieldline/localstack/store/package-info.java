// SPDX-License-Identifier: Apache-2.0

/// Durable ordered maps: what a call changed is on disk before the call answers, or before the
/// publish that led to it is acknowledged.
@NullMarked
package io.fieldline.localstack.store;

import org.jspecify.annotations.NullMarked;

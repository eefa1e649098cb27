// SPDX-License-Identifier: Apache-2.0

/// Device shadows: the documents, and the operations on them over REST and reserved topics.
///
/// Source: AWS IoT Core Developer Guide, "AWS IoT Device Shadow service".
@NullMarked
package io.fieldline.localstack.iot.shadow;

import org.jspecify.annotations.NullMarked;

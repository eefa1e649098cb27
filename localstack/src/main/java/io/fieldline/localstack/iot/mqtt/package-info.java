// SPDX-License-Identifier: Apache-2.0

/// The message broker as AWS IoT Core runs it: who may connect, what policies allow, what is
/// reserved, and what is told about connections.
@NullMarked
package io.fieldline.localstack.iot.mqtt;

import org.jspecify.annotations.NullMarked;

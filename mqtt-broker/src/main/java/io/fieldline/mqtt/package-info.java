// SPDX-License-Identifier: Apache-2.0

/// An embeddable MQTT 3.1.1 and 5 broker core on Netty's codec.
@NullMarked
package io.fieldline.mqtt;

import org.jspecify.annotations.NullMarked;

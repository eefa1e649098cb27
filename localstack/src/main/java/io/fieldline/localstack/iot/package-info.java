// SPDX-License-Identifier: Apache-2.0

/// AWS IoT Core: the registry, certificates and policies of devices, and the data plane.
@NullMarked
package io.fieldline.localstack.iot;

import org.jspecify.annotations.NullMarked;

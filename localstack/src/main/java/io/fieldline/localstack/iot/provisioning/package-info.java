// SPDX-License-Identifier: Apache-2.0

/// Fleet provisioning: templates, and devices that come with a claim and leave with a certificate.
///
/// Source: AWS IoT Core Developer Guide, "Device provisioning".
@NullMarked
package io.fieldline.localstack.iot.provisioning;

import org.jspecify.annotations.NullMarked;

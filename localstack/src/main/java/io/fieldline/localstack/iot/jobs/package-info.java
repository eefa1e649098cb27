// SPDX-License-Identifier: Apache-2.0

/// AWS IoT Jobs: what operators ask of things, and how far each thing has got with it.
///
/// Source: AWS IoT Core Developer Guide, "AWS IoT Jobs".
@NullMarked
package io.fieldline.localstack.iot.jobs;

import org.jspecify.annotations.NullMarked;

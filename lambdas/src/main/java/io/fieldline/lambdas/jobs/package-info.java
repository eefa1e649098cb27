// SPDX-License-Identifier: Apache-2.0

/// Fleet work: jobs of AWS IoT, made, followed and ended by people through the HTTP API.
@NullMarked
package io.fieldline.lambdas.jobs;

import org.jspecify.annotations.NullMarked;

// SPDX-License-Identifier: Apache-2.0

/// The one HTTP port: connections, routing, web paths.
@NullMarked
package io.fieldline.localstack.endpoint;

import org.jspecify.annotations.NullMarked;

// SPDX-License-Identifier: Apache-2.0

/// The one way in: every effect, from outside or inside, is a call by a principal of an operation.
///
/// A service registers a small method per operation, keyed by the AWS SDK's request type; what one
/// service needs of another it asks by {@link io.fieldline.localstack.api.Api#call}, as the
/// principal that AWS would use, so that permissions, faults and the record of calls are the same
/// everywhere.
@NullMarked
package io.fieldline.localstack.api;

import org.jspecify.annotations.NullMarked;

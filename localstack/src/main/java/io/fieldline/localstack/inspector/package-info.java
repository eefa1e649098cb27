// SPDX-License-Identifier: Apache-2.0

/// The inspector's page and what it asks the stack: ways and their steps, a message once more, the
/// clock, faults.
@NullMarked
package io.fieldline.localstack.inspector;

import org.jspecify.annotations.NullMarked;

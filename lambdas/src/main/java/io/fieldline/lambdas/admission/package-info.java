// SPDX-License-Identifier: Apache-2.0

/// May this device have a certificate: the hook of the provisioning templates.
@NullMarked
package io.fieldline.lambdas.admission;

import org.jspecify.annotations.NullMarked;

// SPDX-License-Identifier: Apache-2.0

/// May this browser see live values: AWS IoT's custom authorizer, which takes Cognito's tokens.
@NullMarked
package io.fieldline.lambdas.authorizer;

import org.jspecify.annotations.NullMarked;

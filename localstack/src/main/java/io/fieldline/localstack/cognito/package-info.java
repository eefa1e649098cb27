// SPDX-License-Identifier: Apache-2.0

/// Cognito user pools: people, groups, app clients, sign-in pages and tokens.
@NullMarked
package io.fieldline.localstack.cognito;

import org.jspecify.annotations.NullMarked;

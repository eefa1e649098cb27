// SPDX-License-Identifier: Apache-2.0

/// Who signs a request: SigV4, access keys, STS, and what an account has from the start.
@NullMarked
package io.fieldline.localstack.identity;

import org.jspecify.annotations.NullMarked;

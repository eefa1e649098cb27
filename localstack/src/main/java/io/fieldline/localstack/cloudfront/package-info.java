// SPDX-License-Identifier: Apache-2.0

/// CloudFront: distributions of S3 buckets, and the addresses at which browsers read them. Nothing
/// is cached, so an invalidation is complete at once.
@NullMarked
package io.fieldline.localstack.cloudfront;

import org.jspecify.annotations.NullMarked;

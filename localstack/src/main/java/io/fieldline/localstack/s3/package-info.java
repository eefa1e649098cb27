// SPDX-License-Identifier: Apache-2.0

/// S3: buckets and objects, kept as files.
@NullMarked
package io.fieldline.localstack.s3;

import org.jspecify.annotations.NullMarked;

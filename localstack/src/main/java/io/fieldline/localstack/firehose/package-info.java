// SPDX-License-Identifier: Apache-2.0

/// Data Firehose: delivery streams that gather records on disk and put them into S3 as objects.
@NullMarked
package io.fieldline.localstack.firehose;

import org.jspecify.annotations.NullMarked;

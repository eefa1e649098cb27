// SPDX-License-Identifier: Apache-2.0

/// Kinesis Data Streams: streams of shards, their records in order, kept until they are too old.
@NullMarked
package io.fieldline.localstack.kinesis;

import org.jspecify.annotations.NullMarked;

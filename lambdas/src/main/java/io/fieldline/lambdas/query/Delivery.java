// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.query;

import io.fieldline.lambdas.aws.Environment;

/// How a stage's messages are delivered, as its configuration says: it is paid for otherwise.
///
/// @param isQueued by a queue, and not by a stream
/// @param isArchived each message in S3, too
record Delivery(boolean isQueued, boolean isArchived) {
  static Delivery of(Environment environment) {
    var buffer = environment.text("BUFFER");
    boolean isQueued =
        switch (buffer) {
          case "sqs" -> true;
          case "kinesis" -> false;
          default ->
              throw new IllegalStateException(
                  "environment variable BUFFER: expected sqs or kinesis, got '" + buffer + "'");
        };
    return new Delivery(isQueued, environment.optional("ARCHIVE_RETENTION_DAYS").isPresent());
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.sqs;

import io.fieldline.localstack.api.AwsFailure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.Function;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;

/// Up to ten entries of one call, each of which succeeds or fails for itself.
record Batch<R>(List<R> successful, List<BatchResultErrorEntry> failed) {
  private static final int MOST = 10;

  static <E, R> Batch<R> of(List<E> entries, Function<E, String> id, Function<E, R> work) {
    check(entries.stream().map(id).toList());
    var successful = new ArrayList<R>();
    var failed = new ArrayList<BatchResultErrorEntry>();
    for (E entry : entries) {
      try {
        successful.add(work.apply(entry));
      } catch (AwsFailure e) {
        failed.add(
            BatchResultErrorEntry.builder()
                .id(id.apply(entry))
                .code(e.code())
                .message(e.message())
                .senderFault(e.status() < 500)
                .build());
      }
    }
    return new Batch<>(successful, failed);
  }

  private static void check(List<String> ids) {
    if (ids.isEmpty()) {
      throw new AwsFailure(
          "EmptyBatchRequest", 400, "There should be at least one entry in the request.");
    }
    if (ids.size() > MOST) {
      throw new AwsFailure(
          "TooManyEntriesInBatchRequest",
          400,
          "Maximum number of entries per request are 10. You have sent " + ids.size() + ".");
    }
    var seen = new HashSet<String>();
    for (String id : ids) {
      if (!id.matches("[A-Za-z0-9_-]{1,80}")) {
        throw new AwsFailure(
            "InvalidBatchEntryId",
            400,
            "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It"
                + " can be at most 80 letters long. Got "
                + id);
      }
      if (!seen.add(id)) {
        throw new AwsFailure("BatchEntryIdsNotDistinct", 400, "Id " + id + " repeated.");
      }
    }
  }
}

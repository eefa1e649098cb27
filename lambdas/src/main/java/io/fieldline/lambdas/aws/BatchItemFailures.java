// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.aws;

import com.amazonaws.services.lambda.runtime.Context;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.log.Measures;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// What a function answers to a batch of a queue or a stream: the items that are to come again.
///
/// Source: AWS Lambda Developer Guide, "Implementing partial batch responses".
public final class BatchItemFailures {
  private static final System.Logger LOG = System.getLogger(BatchItemFailures.class.getName());

  private final Set<String> identifiers = new LinkedHashSet<>();

  /// An item by its message id or sequence number.
  public void add(String identifier) {
    identifiers.add(identifier);
  }

  /// The answer. For Lambda such an invocation succeeds, so what failed is measured here, by the
  /// version that ran: a new one that puts everything back is to be told from the old one.
  public byte[] answer(Context context) {
    if (!identifiers.isEmpty()) {
      var measures = new Measures(context, Clock.systemUTC());
      measures.countByVersion("BatchItemFailures", identifiers.size());
      LOG.log(System.Logger.Level.WARNING, "items of the batch come again", measures);
    }
    var items = identifiers.stream().map(one -> Map.of("itemIdentifier", one)).toList();
    return JsonObject.write(Map.of("batchItemFailures", items));
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.quarantine;

import io.fieldline.lambdas.tables.Quarantined;
import software.amazon.awssdk.services.iotdataplane.IotDataPlaneClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/// Sends what was quarantined once more to where it did not arrive, as it was.
final class Resending {
  private static final int AT_LEAST_ONCE = 1;

  private final SqsClient queues;
  private final String ingestQueueUrl;
  private final IotDataPlaneClient iot;

  Resending(SqsClient queues, String ingestQueueUrl, IotDataPlaneClient iot) {
    this.queues = queues;
    this.ingestQueueUrl = ingestQueueUrl;
    this.iot = iot;
  }

  void send(Quarantined entry) {
    if (entry.to().equals(Quarantined.INGEST)) {
      queues.sendMessage(
          request -> request.queueUrl(ingestQueueUrl).messageBody(entry.message().asUtf8String()));
    } else {
      iot.publish(request -> request.topic(entry.to()).qos(AT_LEAST_ONCE).payload(entry.message()));
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.site;

import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.iot.IotClient;

/// The account's AWS IoT and Amazon CloudFront.
final class AwsSurroundings implements Surroundings {
  private final IotClient iot;
  private final CloudFrontClient cloudFront;

  AwsSurroundings(IotClient iot, CloudFrontClient cloudFront) {
    this.iot = iot;
    this.cloudFront = cloudFront;
  }

  @Override
  public String iotEndpoint() {
    return iot.describeEndpoint(describe -> describe.endpointType("iot:Data-ATS"))
        .endpointAddress();
  }

  @Override
  public void invalidate(String distributionId, String reference) {
    cloudFront.createInvalidation(create ->
        create
            .distributionId(distributionId)
            .invalidationBatch(batch ->
                batch.callerReference(reference).paths(paths -> paths.quantity(1).items("/*"))));
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.StackInfo;
import software.amazon.awssdk.services.iot.model.DescribeEndpointRequest;
import software.amazon.awssdk.services.iot.model.DescribeEndpointResponse;

/// Where devices and browsers find the stack: its one port, named with the host.
final class Endpoints {
  private final StackInfo info;

  Endpoints(StackInfo info) {
    this.info = info;
  }

  void register(Api api) {
    api.on(DescribeEndpointRequest.class, this::describeEndpoint);
  }

  /// Unlike AWS's, the address carries a port: nobody serves 443 here.
  private DescribeEndpointResponse describeEndpoint(DescribeEndpointRequest request) {
    String type = request.endpointType() == null ? "iot:Data" : request.endpointType();
    return switch (type) {
      case "iot:CredentialProvider" ->
          throw AwsFailure.invalidRequest(
              "This local stack does not support iot:CredentialProvider: there are no role aliases,"
                  + " and nobody serves /role-aliases/ALIAS/credentials");
      case "iot:Data", "iot:Data-ATS", "iot:Jobs" ->
          DescribeEndpointResponse.builder()
              .endpointAddress(info.endpoint().get().getAuthority())
              .build();
      default ->
          throw AwsFailure.invalidRequest(
              "Endpoint type "
                  + type
                  + " is not one of iot:Data, iot:Data-ATS, iot:CredentialProvider, iot:Jobs");
    };
  }
}

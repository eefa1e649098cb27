// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.dynamodb;

import io.fieldline.localstack.api.AwsFailure;
import java.util.Set;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;

/// Refuses, by name, parameters that this engine does not have.
final class Requests {
  static final Set<String> LEGACY =
      Set.of(
          "AttributesToGet",
          "AttributeUpdates",
          "ConditionalOperator",
          "Expected",
          "KeyConditions",
          "QueryFilter",
          "ScanFilter");

  private Requests() {}

  static void refuse(SdkPojo request, Set<String> parameters) {
    for (SdkField<?> field : request.sdkFields()) {
      if (parameters.contains(field.memberName())) {
        Object value = field.getValueOrDefault(request);
        if (value != null
            && !(value instanceof SdkAutoConstructList<?>)
            && !(value instanceof SdkAutoConstructMap<?, ?>)) {
          throw unsupported(field.memberName());
        }
      }
    }
  }

  static AwsFailure unsupported(String parameter) {
    return AwsFailure.validation(
        "This local stack does not support the DynamoDB parameter "
            + parameter
            + (LEGACY.contains(parameter) ? "; use expressions" : ""));
  }
}

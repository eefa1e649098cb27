// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.api;

import java.util.Map;

/// One thing that a call needs to be allowed to do: an IAM action on a resource.
///
/// @param action such as {@code iot:CreateThing}
/// @param resource its ARN, or {@code *} where AWS knows no narrower one
/// @param context condition keys of the request beyond the global ones, such as {@code
///   dynamodb:LeadingKeys}
public record Access(String action, String resource, Map<String, String> context) {
  public Access {
    context = Map.copyOf(context);
  }

  public Access(String action, String resource) {
    this(action, resource, Map.of());
  }
}

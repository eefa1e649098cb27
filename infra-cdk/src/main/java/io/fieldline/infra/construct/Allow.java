// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import java.util.List;
import software.amazon.awscdk.services.iam.PolicyStatement;

/// One grant: these actions on these resources, nothing else.
final class Allow {
  private Allow() {}

  static PolicyStatement on(String resource, String... actions) {
    return on(List.of(resource), actions);
  }

  static PolicyStatement on(List<String> resources, String... actions) {
    return PolicyStatement.Builder.create().actions(List.of(actions)).resources(resources).build();
  }
}

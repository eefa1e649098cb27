// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.pipeline;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/// A journey on the one deployed pipeline, beside others.
///
/// What only a journey without others may do to it, as stopping it, takes `STACK` for itself.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(DeployedPipeline.class)
@Order(SharesPipeline.ORDER)
@ResourceLock(value = SharesPipeline.STACK, mode = ResourceAccessMode.READ)
public @interface SharesPipeline {
  String STACK = "the stack of the deployed pipeline";

  /// Of one that has none of its own; see `junit-platform.properties`.
  int ORDER = 20;
}

// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.pipeline;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// Gives tests the one deployed pipeline, deployed when the first asks and closed after the last.
///
/// A journey that breaks the stack for others deploys one of its own, by `Pipeline.deploy()`.
public final class DeployedPipeline implements ParameterResolver {
  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Pipeline.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(Namespace.create(DeployedPipeline.class))
        .getOrComputeIfAbsent(Pipeline.class, _ -> Pipeline.deploy(), Pipeline.class);
  }
}

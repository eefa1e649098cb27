// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.cloud;

import io.fieldline.localstack.LocalStack;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// Gives each test a {@link Cloud} of its own in one local stack for each thread of tests, started
/// when its first test asks and closed after the last.
public final class SharedStack implements ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(SharedStack.class);

  private record Running(LocalStack stack, AtomicInteger clouds) implements AutoCloseable {
    @Override
    public void close() {
      stack.close();
    }
  }

  /// A cloud is its test's, not its class's.
  @Override
  public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext root) {
    return ExtensionContextScope.TEST_METHOD;
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Cloud.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Running running =
        context
            .getRoot()
            .getStore(NAMESPACE)
            .getOrComputeIfAbsent(
                // Tests that run at once have things of one name.
                Thread.currentThread(),
                _ -> new Running(LocalStack.start(), new AtomicInteger()),
                Running.class);
    var cloud = new Cloud(running.stack().endpoint(), running.clouds().incrementAndGet());
    context.getStore(NAMESPACE).put(Cloud.class, cloud);
    return cloud;
  }
}

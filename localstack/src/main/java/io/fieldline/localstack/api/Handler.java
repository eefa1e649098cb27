// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.api;

/// Carries out one operation: from the SDK's request to the SDK's response. The caller has been
/// authenticated and authorized; {@link Caller#current()} says who it is.
@FunctionalInterface
public interface Handler<I, O> {
  O handle(I request);
}

// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.api;

import java.net.URI;
import java.nio.file.Path;
import java.util.function.Supplier;

/// Where this stack is: what a service needs to name itself in answers and to hand to functions.
///
/// @param endpoint the HTTP address under which every service answers, such as {@code
///   http://127.0.0.1:4566}; known once the listener is bound, hence a supplier
/// @param mqttPort the port of mutual TLS
/// @param data folder of everything durable (for large files beside the {@code Store})
public record StackInfo(
    String accountId,
    String region,
    Supplier<URI> endpoint,
    Supplier<Integer> mqttPort,
    Path data) {
  public String arn(String service, String resource) {
    return "arn:aws:" + service + ":" + region + ":" + accountId + ":" + resource;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.aws;

import java.net.URI;
import java.util.Map;
import java.util.Optional;

/// The environment variables of a function; one that is missing is an error at its start.
public final class Environment {
  private final Map<String, String> variables;

  /// An environment of these variables.
  public Environment(Map<String, String> variables) {
    this.variables = Map.copyOf(variables);
  }

  /// The environment of this process.
  public static Environment ofProcess() {
    return new Environment(System.getenv());
  }

  /// A variable that must be there.
  public String text(String name) {
    var value = variables.get(name);
    if (value == null || value.isBlank()) {
      throw new IllegalStateException(
          "expected the environment variable " + name + ", got none; the stack sets it");
    }
    return value;
  }

  /// A variable that some stages have.
  public Optional<String> optional(String name) {
    return Optional.ofNullable(variables.get(name));
  }

  /// A variable that must be there and be a whole number from 1.
  public int positive(String name) {
    var value = text(name);
    try {
      int number = Integer.parseInt(value);
      if (number > 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new IllegalStateException(
          "environment variable " + name + ": expected a whole number, got '" + value + "'", e);
    }
    throw new IllegalStateException(
        "environment variable " + name + ": expected a number from 1, got '" + value + "'");
  }

  /// Where AWS's services are, if not at AWS.
  public Optional<URI> endpoint() {
    return Optional.ofNullable(variables.get("AWS_ENDPOINT_URL")).map(URI::create);
  }
}

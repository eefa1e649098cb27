// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import org.jspecify.annotations.Nullable;

/// What callers name a function by: its name, a partial or a whole ARN, each with or without a
/// qualifier. Source: Lambda API Reference, Invoke, FunctionName.
record FunctionName(String name, @Nullable String qualifier) {

  static FunctionName of(String text, @Nullable String qualifier) {
    String[] parts = text.split(":");
    int at = 0;
    if (text.startsWith("arn:")) {
      at = 6;
    } else if (parts.length >= 3 && parts[1].equals("function")) {
      at = 2;
    }
    String own = parts.length > at + 1 ? parts[at + 1] : null;
    return new FunctionName(parts[at], qualifier == null ? own : qualifier);
  }

  static FunctionName of(String text) {
    return of(text, null);
  }
}

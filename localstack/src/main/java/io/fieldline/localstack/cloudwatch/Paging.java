// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudwatch;

import io.fieldline.localstack.api.AwsFailure;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A part of an ordered list, and the token of what follows: the name after which it goes on.
record Paging<T>(List<T> items, @Nullable String next) {
  static <T> Paging<T> of(List<T> all, Function<T, String> name, @Nullable String token, int most) {
    List<T> rest = token == null ? all : after(all, name, token);
    List<T> page = rest.stream().limit(most).toList();
    return new Paging<>(page, rest.size() > most ? name.apply(page.getLast()) : null);
  }

  private static <T> List<T> after(List<T> all, Function<T, String> name, String token) {
    if (token.isEmpty()) {
      throw new AwsFailure("InvalidNextToken", 400, "The next token must not be empty");
    }
    return all.stream().filter(item -> name.apply(item).compareTo(token) > 0).toList();
  }
}

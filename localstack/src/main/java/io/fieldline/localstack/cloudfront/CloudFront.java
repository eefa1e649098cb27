// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudfront;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.endpoint.WebPaths;
import io.fieldline.localstack.store.Store;
import java.util.random.RandomGenerator;

/// The service as a whole: control operations, and the distributions' own addresses.
public final class CloudFront {
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

  private final Distributions distributions;
  private final StackInfo stack;

  public CloudFront(Store store, StackInfo stack, StackClock clock, RandomGenerator random) {
    this.distributions = new Distributions(store, stack, clock, () -> id(random));
    this.stack = stack;
  }

  public void register(Api api, WebPaths paths) {
    distributions.register(api);
    paths.add(new Serving(api, distributions, stack));
  }

  private static String id(RandomGenerator random) {
    var text = new StringBuilder();
    random.ints(13, 0, LETTERS.length()).forEach(i -> text.append(LETTERS.charAt(i)));
    return text.toString();
  }
}

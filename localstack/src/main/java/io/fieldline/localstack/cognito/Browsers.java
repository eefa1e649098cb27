// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cognito;

import io.fieldline.localstack.wire.WireResponse;

/// What lets a page of another origin read an answer that holds nothing of a cookie.
final class Browsers {
  private Browsers() {}

  static WireResponse shared(WireResponse response) {
    return response
        .with("Access-Control-Allow-Origin", "*")
        .with("Access-Control-Allow-Methods", "GET,POST")
        .with("Access-Control-Allow-Headers", "content-type,authorization");
  }
}

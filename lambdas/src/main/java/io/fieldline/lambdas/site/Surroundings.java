// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.site;

/// What else of the account the site needs.
interface Surroundings {
  /// The host of this account's AWS IoT, and a port where it is not the usual one.
  String iotEndpoint();

  /// Makes a distribution forget what it has cached; the same reference is one invalidation.
  void invalidate(String distributionId, String reference);
}

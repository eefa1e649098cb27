// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot;

import io.fieldline.localstack.policy.PolicyDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What the broker needs to know of the registry about a connection.
public final class DeviceRegistry {
  private final ThingPrincipals principals;
  private final ThingGroups groups;
  private final Policies policies;
  private final Links targets;
  private final ProvisioningClaims claims;
  private final RegistryVersion version;

  DeviceRegistry(
      ThingPrincipals principals,
      ThingGroups groups,
      Policies policies,
      Links targets,
      ProvisioningClaims claims,
      RegistryVersion version) {
    this.principals = principals;
    this.groups = groups;
    this.policies = policies;
    this.targets = targets;
    this.claims = claims;
    this.version = version;
  }

  /// Changes whenever an answer of the others may have changed.
  public long version() {
    return version.current();
  }

  /// The thing that a connection with this certificate stands for.
  public Optional<Thing> thingOf(String certificateArn, String clientId) {
    return principals.thingOf(certificateArn, clientId);
  }

  /// The policies of the certificate, and of the groups of its thing; those of a claim, if it is
  /// one.
  public List<PolicyDocument> policies(String certificateArn, Optional<Thing> thing) {
    Optional<PolicyDocument> ofClaim = claims.policy(certificateArn);
    if (ofClaim.isPresent()) {
      return List.of(ofClaim.get());
    }
    var names = new ArrayList<>(targets.leftsOf(certificateArn));
    thing.ifPresent(
        t -> groups.arnsOf(t.name()).forEach(arn -> names.addAll(targets.leftsOf(arn))));
    return policies.documents(names.stream().distinct().toList());
  }
}

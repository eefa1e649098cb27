// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.mqtt;

import io.fieldline.localstack.api.Principal;
import io.fieldline.localstack.iot.Certificates;
import io.fieldline.localstack.iot.DeviceRegistry;
import io.fieldline.localstack.iot.Thing;
import io.fieldline.localstack.policy.DeviceGrant;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/// Devices that show their certificate over HTTPS, where nobody has a client id.
///
/// Source: AWS IoT Core Developer Guide, "HTTPS". Assumed: the thing is the one that the
/// certificate belongs to exclusively.
public final class HttpsDevices {
  private final DeviceRegistry registry;
  private final Certificates certificates;

  public HttpsDevices(DeviceRegistry registry, Certificates certificates) {
    this.registry = registry;
    this.certificates = certificates;
  }

  /// Who showed it, if it is registered and active.
  public Optional<Principal> of(X509Certificate shown) {
    return certificates.activeId(shown).map(id -> new Principal.Device(id, certificates.arn(id)));
  }

  /// What such a device may do.
  public DeviceGrant grant(Principal.Device device) {
    var context = new HashMap<String, List<String>>();
    Optional<Thing> thing = registry.thingOf(device.arn(), "");
    context.put("iot:CertificateId", List.of(device.certificateId()));
    certificates
        .find(device.certificateId())
        .ifPresent(certificate -> CertificateVariables.add(certificate, context));
    DeviceGrants.addThing(thing, context);
    return new DeviceGrant(registry.policies(device.arn(), thing), context);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.fleet;

import io.fieldline.lambdas.api.ApiAnswer;
import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.api.ApiRequest;
import io.fieldline.lambdas.api.Lists;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.iot.model.CertificateDescription;

/// `/devices/{device}/certificates`: what a device proves by that it is that device, and the end of
/// it.
final class CertificateRoutes {
  private final DeviceIdentity identity;
  private final Memberships register;

  CertificateRoutes(DeviceIdentity identity, Memberships register) {
    this.identity = identity;
    this.register = register;
  }

  /// The newest last. Those of one thing are few.
  ApiAnswer list(ApiRequest request) throws ApiException {
    var thing = thing(request);
    return Lists.answer(
        "certificates",
        identity.described(thing).stream().map(CertificateRoutes::json).toList(),
        Optional.empty());
  }

  /// From here on nobody connects with it, and who is connected as the thing is not any more; one
  /// with another certificate comes back by itself. Asked for again it is the same.
  ApiAnswer revoke(ApiRequest request) throws ApiException {
    var thing = thing(request);
    var id = request.path("certificate");
    var certificate =
        identity.described(thing).stream()
            .filter(one -> one.certificateId().equals(id))
            .findFirst()
            .orElseThrow(() ->
                new ApiException(404, "device '" + thing + "' has no certificate '" + id + "'"));
    var others = identity.others(thing, certificate.certificateArn());
    if (!others.isEmpty()) {
      throw new ApiException(
          409,
          "expected a certificate of '%s' alone, got one that is also of %s"
              .formatted(thing, String.join(", ", others)));
    }
    identity.revoke(certificate);
    identity.disconnect(thing);
    var now = identity.described(thing).stream().filter(one -> one.certificateId().equals(id));
    return ApiAnswer.ok(json(now.findFirst().orElse(certificate)));
  }

  private String thing(ApiRequest request) throws ApiException {
    var thing = request.path("device");
    var gateway = register.gateway(thing).orElse(thing);
    if (!gateway.equals(thing)) {
      throw new ApiException(
          409, "expected a thing, got a device behind " + gateway + ": it connects as that");
    }
    if (!identity.isThere(thing)) {
      throw new ApiException(404, "no thing '" + thing + "'");
    }
    return thing;
  }

  private static Map<String, Object> json(CertificateDescription certificate) {
    var json = new LinkedHashMap<String, Object>();
    json.put("certificate", certificate.certificateId());
    json.put("status", certificate.statusAsString());
    json.put("createdMs", certificate.creationDate().toEpochMilli());
    json.put("changedMs", certificate.lastModifiedDate().toEpochMilli());
    json.put("validToMs", certificate.validity().notAfter().toEpochMilli());
    return json;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.mqtt;

import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.Caller;
import io.fieldline.localstack.identity.Signature;
import io.fieldline.localstack.identity.SignatureCheck;
import io.fieldline.localstack.wire.WireRequest;
import io.fieldline.mqtt.TransportDetails;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// Verifies the Signature Version 4 in a WebSocket's query.
///
/// Source: AWS IoT Core Developer Guide, "MQTT over the WebSocket protocol": the session token may
/// be added after signing.
public final class SigV4Upgrades implements SignedUpgrades {
  private final SignatureCheck check;
  private final Supplier<String> ids;

  public SigV4Upgrades(SignatureCheck check, Supplier<String> ids) {
    this.check = check;
    this.ids = ids;
  }

  @Override
  public Optional<Caller> callerOf(TransportDetails.HttpUpgrade upgrade) {
    int mark = upgrade.uri().indexOf('?');
    String path = mark < 0 ? upgrade.uri() : upgrade.uri().substring(0, mark);
    String query = mark < 0 ? "" : upgrade.uri().substring(mark + 1);
    WireRequest request = request(upgrade, path, query);
    Optional<Signature> signature = Signature.of(request);
    if (signature.isEmpty()) {
      return Optional.empty();
    }
    SignatureCheck.Verified verified;
    try {
      verified = check.verify(request, signature.get(), new byte[0]);
    } catch (AwsFailure asSent) {
      if (signature.get().sessionToken().isEmpty()) {
        throw asSent;
      }
      WireRequest signed = request(upgrade, path, withoutToken(query));
      verified = check.verify(signed, signature.get(), new byte[0]);
    }
    return Optional.of(
        new Caller(
            verified.principal(), verified.accountId(), verified.region(), ids.get(), Map.of()));
  }

  private static WireRequest request(
      TransportDetails.HttpUpgrade upgrade, String path, String query) {
    return new WireRequest(
        "GET",
        path,
        query,
        upgrade.headers(),
        InputStream.nullInputStream(),
        "127.0.0.1",
        false,
        Optional.empty());
  }

  private static String withoutToken(String query) {
    return Arrays.stream(query.split("&"))
        .filter(pair -> !pair.startsWith("X-Amz-Security-Token="))
        .collect(Collectors.joining("&"));
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.mqtt;

import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.Caller;
import io.fieldline.localstack.iot.Certificates;
import io.fieldline.mqtt.Authenticator;
import io.fieldline.mqtt.ConnectDetails;
import io.fieldline.mqtt.TransportDetails;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;

/// By certificate, by signature, or by custom authorizer.
final class IotAuthenticator implements Authenticator {
  private static final System.Logger LOG = System.getLogger(IotAuthenticator.class.getName());

  /// Source: AWS IoT Core Developer Guide, "Device communication protocols": a WebSocket lives a
  /// day.
  private static final Duration WEBSOCKET_LIFE = Duration.ofHours(24);

  private final Certificates certificates;
  private final CustomAuthentication custom;
  private final SignedUpgrades signed;

  IotAuthenticator(Certificates certificates, CustomAuthentication custom, SignedUpgrades signed) {
    this.certificates = certificates;
    this.custom = custom;
    this.signed = signed;
  }

  @Override
  public Result authenticate(ConnectDetails connect) {
    TransportDetails transport = connect.transport();
    if (!transport.certificates().isEmpty()) {
      return byCertificate(transport.certificates().getFirst());
    }
    if (transport.upgrade() != null) {
      try {
        Optional<Caller> caller = signed.callerOf(transport.upgrade());
        if (caller.isPresent()) {
          return new Accepted(new MqttPrincipal.BySignature(caller.get()), WEBSOCKET_LIFE);
        }
      } catch (AwsFailure e) {
        return refused(connect, e.code() + ": " + e.message());
      }
    }
    if (custom.isMeant(connect)) {
      return custom.authenticate(connect);
    }
    return refused(connect, "no client certificate, no signature, no custom authorizer");
  }

  private Result byCertificate(X509Certificate certificate) {
    return certificates
        .activeId(certificate)
        .<Result>map(id ->
            new Accepted(new MqttPrincipal.ByCertificate(id, certificates.arn(id), certificate)))
        .orElseGet(() -> new Refused(Refusal.NOT_AUTHORIZED, "the certificate is not active"));
  }

  private static Result refused(ConnectDetails connect, String why) {
    LOG.log(
        System.Logger.Level.INFO, "connect refused client={0} reason={1}", connect.clientId(), why);
    return new Refused(Refusal.NOT_AUTHORIZED, why);
  }
}

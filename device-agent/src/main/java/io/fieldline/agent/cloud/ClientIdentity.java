// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.cloud;

import io.fieldline.agent.config.AgentConfig;
import io.fieldline.agent.config.KeyPlace;
import io.fieldline.agent.pkcs11.Token;
import java.io.IOException;
import java.io.UncheckedIOException;
import software.amazon.awssdk.crt.io.Pkcs11Lib;
import software.amazon.awssdk.crt.io.TlsContextOptions;
import software.amazon.awssdk.crt.io.TlsContextPkcs11Options;
import software.amazon.awssdk.iot.AwsIotMqtt5ClientBuilder;

/// The thing's certificate and key as the client library takes them: two files, or a certificate
/// and a token that signs.
///
/// Source: aws-crt-java, TlsContextPkcs11Options. Seen with aws-crt 0.43.6: a token already logged
/// in to by somebody else in the process is taken as it is.
final class ClientIdentity {
  private ClientIdentity() {}

  /// A builder of an MQTT client with that identity.
  static AwsIotMqtt5ClientBuilder mqtt(AgentConfig.Cloud cloud) {
    return switch (cloud.key()) {
      case KeyPlace.InFile(var key) ->
          AwsIotMqtt5ClientBuilder.newDirectMqttBuilderWithMtlsFromPath(
              cloud.host(), cloud.certificate().toString(), key.toString());
      case KeyPlace.InToken token -> {
        try (var library = new Pkcs11Lib(token.library().toString());
            TlsContextPkcs11Options options = options(cloud, token, library)) {
          yield AwsIotMqtt5ClientBuilder.newDirectMqttBuilderWithMtlsFromPkcs11(
              cloud.host(), options);
        }
      }
    };
  }

  /// Options of TLS with that identity.
  static TlsContextOptions tls(AgentConfig.Cloud cloud) {
    return switch (cloud.key()) {
      case KeyPlace.InFile(var key) ->
          TlsContextOptions.createWithMtlsFromPath(cloud.certificate().toString(), key.toString());
      case KeyPlace.InToken token -> {
        try (var library = new Pkcs11Lib(token.library().toString());
            TlsContextPkcs11Options options = options(cloud, token, library)) {
          yield TlsContextOptions.createWithMtlsPkcs11(options);
        }
      }
    };
  }

  private static TlsContextPkcs11Options options(
      AgentConfig.Cloud cloud, KeyPlace.InToken token, Pkcs11Lib library) {
    try {
      return new TlsContextPkcs11Options(library)
          .withUserPin(Token.pin(token.pinFile()))
          .withTokenLabel(token.token())
          .withPrivateKeyObjectLabel(token.key())
          .withCertificateFilePath(cloud.certificate().toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

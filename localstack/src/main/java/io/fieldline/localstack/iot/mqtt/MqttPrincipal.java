// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.mqtt;

import io.fieldline.localstack.api.Caller;
import io.fieldline.localstack.policy.PolicyDocument;
import java.security.cert.X509Certificate;
import java.util.List;

/// Who a connection belongs to, by what it showed.
sealed interface MqttPrincipal {
  /// As presence events and {@code principal()} name it.
  String identifier();

  /// A registered certificate.
  record ByCertificate(String certificateId, String arn, X509Certificate certificate)
      implements MqttPrincipal {
    @Override
    public String identifier() {
      return certificateId;
    }
  }

  /// What a custom authorizer said.
  record ByAuthorizer(String identifier, List<PolicyDocument> policies) implements MqttPrincipal {
    public ByAuthorizer {
      policies = List.copyOf(policies);
    }
  }

  /// A signature over the request that became the connection.
  record BySignature(Caller caller) implements MqttPrincipal {
    @Override
    public String identifier() {
      return caller.principal().arn();
    }
  }
}

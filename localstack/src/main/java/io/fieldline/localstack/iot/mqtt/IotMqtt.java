// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.mqtt;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.Authorization;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.iot.Authorizers;
import io.fieldline.localstack.iot.CertificateAuthority;
import io.fieldline.localstack.iot.Certificates;
import io.fieldline.localstack.iot.DeviceRegistry;
import io.fieldline.localstack.ways.Ways;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;

/// What a broker of the stack is made of.
///
/// @param onceDurable runs what is to be told when what came before it is kept
public record IotMqtt(
    Api api,
    Authorization iam,
    StackInfo info,
    StackClock clock,
    DeviceRegistry registry,
    Certificates certificates,
    Authorizers authorizers,
    SignedUpgrades signed,
    MqttMessages messages,
    ReservedRequests requests,
    Executor onceDurable,
    Ways ways,
    Supplier<String> ids) {

  public IotCoreBroker start() {
    var custom = new CustomAuthentication(api, authorizers, info, ways, ids);
    var deliveries = new Deliveries();
    return new IotCoreBroker(
        new IotAuthenticator(certificates, custom, signed),
        new PolicyAuthorizer(new DeviceGrants(registry, info), iam, info, ways, deliveries),
        messages,
        requests,
        onceDurable,
        new PublishSteps(ways, info, deliveries),
        clock,
        ids);
  }

  /// TLS under these host names and addresses.
  public StackTls tls(CertificateAuthority authority, List<String> hostNames) throws SSLException {
    return new StackTls(authority, certificates, hostNames);
  }
}

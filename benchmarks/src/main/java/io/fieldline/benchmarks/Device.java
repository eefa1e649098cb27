// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLSocketFactory;
import software.amazon.awssdk.services.iot.IotClient;

/// A thing with its certificate, as one would register it by the AWS command line.
///
/// @param folder holds `device.pem.crt`, `private.pem.key`, `ca.pem`
record Device(String thing, Path folder) {
  static final String EVERYTHING =
      """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iot:*","Resource":"*"}]}
      """;

  static Device registered(Stack stack, String thing, Path folder, List<String> policies)
      throws Exception {
    IotClient iot = stack.client(IotClient.builder());
    iot.createThing(create -> create.thingName(thing));
    var made = iot.createKeysAndCertificate(create -> create.setAsActive(true));
    for (String policy : policies) {
      iot.attachPolicy(attach -> attach.policyName(policy).target(made.certificateArn()));
    }
    iot.attachThingPrincipal(attach -> attach.thingName(thing).principal(made.certificateArn()));
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("device.pem.crt"), made.certificatePem());
    Files.writeString(folder.resolve("private.pem.key"), made.keyPair().privateKey());
    Files.writeString(folder.resolve("ca.pem"), stack.authority());
    return new Device(thing, folder);
  }

  /// A policy made in the stack.
  static String policy(Stack stack, String name, String document) {
    stack
        .client(IotClient.builder())
        .createPolicy(create -> create.policyName(name).policyDocument(document));
    return name;
  }

  /// Connections with this device's certificate.
  SSLSocketFactory tls() throws IOException {
    var context =
        SslContextBuilder.forClient()
            .sslProvider(SslProvider.JDK)
            .trustManager(folder.resolve("ca.pem").toFile())
            .keyManager(
                folder.resolve("device.pem.crt").toFile(),
                folder.resolve("private.pem.key").toFile())
            .build();
    return ((JdkSslContext) context).context().getSocketFactory();
  }
}

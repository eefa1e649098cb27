// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import io.fieldline.mqtt.MqttBroker;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.File;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;

/// The broker alone, with mutual TLS as the local stack has it: no policies, no rules.
public final class BareBroker {
  private BareBroker() {}

  /// Arguments: the certificate, its key and the authority of its clients, as PEM files.
  public static void main(String[] args) throws Exception {
    var tls =
        SslContextBuilder.forServer(new File(args[0]), new File(args[1]))
            .trustManager(new File(args[2]))
            .clientAuth(ClientAuth.REQUIRE)
            .protocols("TLSv1.3", "TLSv1.2")
            .build();
    try (MqttBroker broker = MqttBroker.builder().asAwsIot().start()) {
      var address = broker.listenTls(new InetSocketAddress("127.0.0.1", 0), tls);
      System.out.println("ready " + address.getPort());
      new CountDownLatch(1).await();
    }
  }
}

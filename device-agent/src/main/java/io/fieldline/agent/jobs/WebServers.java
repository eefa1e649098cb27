// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.jobs;

import io.fieldline.agent.config.AgentConfig;
import java.io.IOException;
import java.net.Authenticator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Optional;

/// How the web servers are reached that jobs name: by the proxy that the cloud is reached by.
record WebServers(Optional<AgentConfig.Proxy> proxy) {
  private static final Duration CONNECTED_WITHIN = Duration.ofSeconds(60);

  /// To be closed by who asks for it.
  HttpClient client() {
    HttpClient.Builder client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECTED_WITHIN);
    proxy.ifPresent(by -> {
      InetSocketAddress address = by.address();
      client.proxy(
          ProxySelector.of(new InetSocketAddress(address.getHostString(), address.getPort())));
      if (!by.user().isEmpty()) {
        client.authenticator(new AtProxy(by));
      }
    });
    return client.build();
  }

  /// Others on the way may not read or change what goes over it.
  static void check(URI url) throws JobException, IOException {
    if (url.getScheme().equals("http")
        && !InetAddress.getByName(url.getHost()).isLoopbackAddress()) {
      throw new JobException("url: https expected beyond this machine, got http");
    }
  }

  /// Tells the proxy, and nobody else, who asks.
  private static final class AtProxy extends Authenticator {
    private final AgentConfig.Proxy proxy;

    private AtProxy(AgentConfig.Proxy proxy) {
      this.proxy = proxy;
    }

    @Override
    protected PasswordAuthentication getPasswordAuthentication() {
      return getRequestorType() == RequestorType.PROXY
          ? new PasswordAuthentication(proxy.user(), proxy.password().toCharArray())
          : super.getPasswordAuthentication();
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.cloud;

import io.fieldline.agent.config.AgentConfig;
import software.amazon.awssdk.crt.http.HttpProxyOptions;

/// An HTTP proxy as the client library wants it: it tunnels by CONNECT, so that TLS is with the
/// cloud and not with the proxy.
final class Proxies {
  private Proxies() {}

  static HttpProxyOptions tunnel(AgentConfig.Proxy proxy) {
    var options = new HttpProxyOptions();
    options.setHost(proxy.address().getHostString());
    options.setPort(proxy.address().getPort());
    options.setConnectionType(HttpProxyOptions.HttpProxyConnectionType.Tunneling);
    if (!proxy.user().isEmpty()) {
      options.setAuthorizationType(HttpProxyOptions.HttpProxyAuthorizationType.Basic);
      options.setAuthorizationUsername(proxy.user());
      options.setAuthorizationPassword(proxy.password());
    }
    return options;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cognito;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.endpoint.WebPaths;
import io.fieldline.localstack.wire.WireRequest;
import io.fieldline.localstack.wire.WireResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where browsers and verifiers reach a user pool: the domain's pages, and the issuer's documents.
final class CognitoPages implements WebPaths.WebPath {
  private static final String PATH = "/_cognito/";
  private static final Pattern ISSUER =
      Pattern.compile(
          "/([a-z0-9-]+_[A-Za-z0-9]+)/\\.well-known/(jwks\\.json|openid-configuration)");

  private final Pools pools;
  private final SigningKeys keys;
  private final ManagedLogin login;
  private final StackInfo stack;

  CognitoPages(Pools pools, SigningKeys keys, ManagedLogin login, StackInfo stack) {
    this.pools = pools;
    this.keys = keys;
    this.login = login;
    this.stack = stack;
  }

  @Override
  public Optional<WireResponse> handle(String host, String path, WireRequest request)
      throws IOException {
    String hostEnd = ".auth." + stack.region() + ".amazoncognito.localhost";
    if (host.endsWith(hostEnd)) {
      String domain = host.substring(0, host.length() - hostEnd.length());
      return Optional.of(page(domain, "", path, request));
    }
    if (path.startsWith(PATH)) {
      String[] parts = path.substring(PATH.length()).split("/", 2);
      String rest = parts.length < 2 ? "/" : "/" + parts[1];
      return Optional.of(page(parts[0], PATH + parts[0], rest, request));
    }
    Matcher issuer = ISSUER.matcher(path);
    if (!issuer.matches() || pools.find(issuer.group(1)).isEmpty()) {
      return Optional.empty();
    }
    String json =
        issuer.group(2).equals("jwks.json")
            ? keys.jwks(issuer.group(1))
            : configuration(issuer.group(1));
    return Optional.of(Browsers.shared(WireResponse.text(200, "application/json", json)));
  }

  private WireResponse page(String domain, String base, String path, WireRequest request)
      throws IOException {
    Optional<String> pool = pools.poolOfDomain(domain);
    return pool.isPresent()
        ? login.handle(pool.get(), base, path, request)
        : WireResponse.text(404, "text/plain", "No user pool has the domain " + domain);
  }

  /// Source: OpenID Connect Discovery 1.0, section 3.
  private String configuration(String poolId) {
    String issuer = pools.issuer(poolId);
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("issuer", issuer).put("jwks_uri", issuer + "/.well-known/jwks.json");
    pools
        .domainOf(poolId)
        .ifPresent(domain -> {
          String base = stack.endpoint().get() + PATH + domain;
          json.put("authorization_endpoint", base + "/oauth2/authorize")
              .put("token_endpoint", base + "/oauth2/token")
              .put("revocation_endpoint", base + "/oauth2/revoke")
              .put("end_session_endpoint", base + "/logout");
        });
    json.putArray("id_token_signing_alg_values_supported").add("RS256");
    json.putArray("response_types_supported").add("code");
    json.putArray("code_challenge_methods_supported").add("S256");
    json.putArray("scopes_supported").add("openid").add("email").add("phone").add("profile");
    json.putArray("subject_types_supported").add("public");
    json.putArray("token_endpoint_auth_methods_supported").add("none");
    return json.toString();
  }
}

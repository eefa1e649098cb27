// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cognito;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.apigateway.TokenKeys;
import io.fieldline.localstack.endpoint.WebPaths;
import io.fieldline.localstack.store.Store;
import java.security.interfaces.RSAPublicKey;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// The service as a whole; it knows the keys of the issuers that its pools are.
public final class Cognito implements TokenKeys {
  private final Pools pools;
  private final People people;
  private final SigningKeys keys;
  private final Tokens tokens;
  private final ManagedLogin login;
  private final StackInfo stack;

  public Cognito(Store store, StackInfo stack, StackClock clock, RandomGenerator random) {
    this.pools = new Pools(store, stack, clock, random);
    this.people = new People(store, pools, clock, random);
    this.keys = new SigningKeys(store);
    this.tokens = new Tokens(store, keys, pools, people, clock, random);
    this.login = new ManagedLogin(store, pools, people, tokens, clock, random);
    this.stack = stack;
  }

  public void register(Api api, WebPaths paths) {
    pools.register(api, people::deleteOf);
    people.register(api);
    new AuthFlows(pools, people, tokens).register(api);
    paths.add(new CognitoPages(pools, keys, login, stack));
  }

  @Override
  public Optional<RSAPublicKey> key(String issuer, String keyId) {
    String poolId = issuer.substring(issuer.lastIndexOf('/') + 1);
    if (!pools.issuer(poolId).equals(issuer) || pools.find(poolId).isEmpty()) {
      return Optional.empty();
    }
    SigningKeys.Kept key = keys.of(poolId);
    return key.id().equals(keyId) ? Optional.of(key.verifying()) : Optional.empty();
  }
}

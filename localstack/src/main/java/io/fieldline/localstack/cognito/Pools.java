// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cognito;

import static io.fieldline.localstack.cognito.CognitoFailures.invalid;
import static io.fieldline.localstack.cognito.CognitoFailures.noSuch;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.store.Store;
import io.fieldline.localstack.wire.Models;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.services.cognitoidentityprovider.model.*;

/// User pools, their app clients, domains and groups.
final class Pools {
  private static final String LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

  private final Models<UserPoolType> pools;
  private final Models<UserPoolClientType> clients;
  private final Models<DomainDescriptionType> domains;
  private final Models<GroupType> groups;
  private final StackInfo stack;
  private final StackClock clock;
  private final RandomGenerator random;

  Pools(Store store, StackInfo stack, StackClock clock, RandomGenerator random) {
    this.pools = new Models<>(store, "cognito/pools", UserPoolType.class, UserPoolType::builder);
    this.clients =
        new Models<>(
            store, "cognito/clients", UserPoolClientType.class, UserPoolClientType::builder);
    this.domains =
        new Models<>(
            store, "cognito/domains", DomainDescriptionType.class, DomainDescriptionType::builder);
    this.groups = new Models<>(store, "cognito/groups", GroupType.class, GroupType::builder);
    this.stack = stack;
    this.clock = clock;
    this.random = random;
  }

  String arn(String poolId) {
    return stack.arn("cognito-idp", "userpool/" + poolId);
  }

  /// Source: OpenID Connect Discovery: the issuer is the address that its documents are under.
  String issuer(String poolId) {
    return stack.endpoint().get() + "/" + poolId;
  }

  void register(Api api, java.util.function.Consumer<String> deletePeople) {
    api.on(CreateUserPoolRequest.class, this::createPool);
    api.on(
            DescribeUserPoolRequest.class,
            r -> DescribeUserPoolResponse.builder().userPool(pool(r.userPoolId())).build())
        .resource(r -> arn(r.userPoolId()));
    api.on(UpdateUserPoolRequest.class, this::updatePool).resource(r -> arn(r.userPoolId()));
    api.on(DeleteUserPoolRequest.class, r -> deletePool(r, deletePeople))
        .resource(r -> arn(r.userPoolId()));
    api.on(ListUserPoolsRequest.class, _ -> listPools());
    registerClients(api);
    registerDomains(api);
    registerGroups(api);
  }

  private CreateUserPoolResponse createPool(CreateUserPoolRequest r) {
    String id = stack.region() + "_" + letters(9);
    UserPoolType made =
        Models.copy(r, UserPoolType.builder())
            .id(id)
            .name(r.poolName())
            .arn(arn(id))
            .creationDate(clock.instant())
            .lastModifiedDate(clock.instant())
            .build();
    return CreateUserPoolResponse.builder().userPool(pools.put(id, made)).build();
  }

  private UpdateUserPoolResponse updatePool(UpdateUserPoolRequest r) {
    UserPoolType.Builder changed = Models.copy(r, pool(r.userPoolId()).toBuilder());
    pools.put(r.userPoolId(), changed.lastModifiedDate(clock.instant()).build());
    return UpdateUserPoolResponse.builder().build();
  }

  private DeleteUserPoolResponse deletePool(
      DeleteUserPoolRequest r, java.util.function.Consumer<String> deletePeople) {
    String id = r.userPoolId();
    if (pool(id).deletionProtection() == DeletionProtectionType.ACTIVE) {
      throw invalid(
          "The user pool cannot be deleted because deletion protection is activated. Deletion"
              + " protection must be inactivated first.");
    }
    if (domainOf(id).isPresent()) {
      throw invalid(
          "User pool cannot be deleted. It has a domain configured that should be deleted first.");
    }
    pools.remove(id);
    clients.removeUnder(id + "/");
    groups.removeUnder(id + "/");
    deletePeople.accept(id);
    return DeleteUserPoolResponse.builder().build();
  }

  private ListUserPoolsResponse listPools() {
    return ListUserPoolsResponse.builder()
        .userPools(
            pools.under("").stream()
                .map(p -> Models.copy(p, UserPoolDescriptionType.builder()).build())
                .toList())
        .build();
  }

  private void registerClients(Api api) {
    api.on(CreateUserPoolClientRequest.class, this::createClient)
        .resource(r -> arn(r.userPoolId()));
    api.on(
            DescribeUserPoolClientRequest.class,
            r ->
                DescribeUserPoolClientResponse.builder()
                    .userPoolClient(client(r.userPoolId(), r.clientId()))
                    .build())
        .resource(r -> arn(r.userPoolId()));
    api.on(UpdateUserPoolClientRequest.class, this::updateClient)
        .resource(r -> arn(r.userPoolId()));
    api.on(
            DeleteUserPoolClientRequest.class,
            r -> {
              client(r.userPoolId(), r.clientId());
              clients.remove(r.userPoolId() + "/" + r.clientId());
              return DeleteUserPoolClientResponse.builder().build();
            })
        .resource(r -> arn(r.userPoolId()));
    api.on(
            ListUserPoolClientsRequest.class,
            r ->
                ListUserPoolClientsResponse.builder()
                    .userPoolClients(
                        clients.under(pool(r.userPoolId()).id() + "/").stream()
                            .map(c -> Models.copy(c, UserPoolClientDescription.builder()).build())
                            .toList())
                    .build())
        .resource(r -> arn(r.userPoolId()));
  }

  private CreateUserPoolClientResponse createClient(CreateUserPoolClientRequest r) {
    pool(r.userPoolId());
    if (Boolean.TRUE.equals(r.generateSecret())) {
      throw invalid("GenerateSecret: expected false: this local stack has public clients only");
    }
    String id = letters(26).toLowerCase(Locale.ROOT);
    UserPoolClientType made =
        Models.copy(r, UserPoolClientType.builder())
            .clientId(id)
            .creationDate(clock.instant())
            .lastModifiedDate(clock.instant())
            .build();
    clients.put(r.userPoolId() + "/" + id, RedirectUrls.checked(made));
    return CreateUserPoolClientResponse.builder().userPoolClient(made).build();
  }

  private UpdateUserPoolClientResponse updateClient(UpdateUserPoolClientRequest r) {
    UserPoolClientType changed =
        Models.copy(r, client(r.userPoolId(), r.clientId()).toBuilder())
            .lastModifiedDate(clock.instant())
            .build();
    clients.put(r.userPoolId() + "/" + r.clientId(), RedirectUrls.checked(changed));
    return UpdateUserPoolClientResponse.builder().userPoolClient(changed).build();
  }

  private void registerDomains(Api api) {
    api.on(CreateUserPoolDomainRequest.class, this::createDomain)
        .resource(r -> arn(r.userPoolId()));
    api.on(
        DescribeUserPoolDomainRequest.class,
        r ->
            DescribeUserPoolDomainResponse.builder()
                .domainDescription(
                    domains
                        .get(r.domain())
                        .orElseGet(() -> DomainDescriptionType.builder().build()))
                .build());
    api.on(
            DeleteUserPoolDomainRequest.class,
            r -> {
              if (!domains.remove(r.domain())) {
                throw invalid("No such domain or user pool exists.");
              }
              return DeleteUserPoolDomainResponse.builder().build();
            })
        .resource(r -> arn(r.userPoolId()));
  }

  private CreateUserPoolDomainResponse createDomain(CreateUserPoolDomainRequest r) {
    pool(r.userPoolId());
    if (r.customDomainConfig() != null) {
      throw invalid("CustomDomainConfig: this local stack has prefix domains only");
    }
    if (!r.domain().matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")) {
      throw invalid("Domain: expected lower-case letters, digits and hyphens, got " + r.domain());
    }
    if (domains.get(r.domain()).isPresent()) {
      throw invalid("Domain already associated with another user pool.");
    }
    domains.put(
        r.domain(),
        DomainDescriptionType.builder()
            .domain(r.domain())
            .userPoolId(r.userPoolId())
            .awsAccountId(stack.accountId())
            .status(DomainStatusType.ACTIVE)
            .build());
    return CreateUserPoolDomainResponse.builder().build();
  }

  private void registerGroups(Api api) {
    api.on(CreateGroupRequest.class, this::createGroup).resource(r -> arn(r.userPoolId()));
    api.on(
            GetGroupRequest.class,
            r -> GetGroupResponse.builder().group(group(r.userPoolId(), r.groupName())).build())
        .resource(r -> arn(r.userPoolId()));
    api.on(
            UpdateGroupRequest.class,
            r -> {
              GroupType changed =
                  Models.copy(r, group(r.userPoolId(), r.groupName()).toBuilder())
                      .lastModifiedDate(clock.instant())
                      .build();
              groups.put(r.userPoolId() + "/" + r.groupName(), changed);
              return UpdateGroupResponse.builder().group(changed).build();
            })
        .resource(r -> arn(r.userPoolId()));
    api.on(
            DeleteGroupRequest.class,
            r -> {
              group(r.userPoolId(), r.groupName());
              groups.remove(r.userPoolId() + "/" + r.groupName());
              return DeleteGroupResponse.builder().build();
            })
        .resource(r -> arn(r.userPoolId()));
    api.on(
            ListGroupsRequest.class,
            r ->
                ListGroupsResponse.builder()
                    .groups(groups.under(pool(r.userPoolId()).id() + "/"))
                    .build())
        .resource(r -> arn(r.userPoolId()));
  }

  private CreateGroupResponse createGroup(CreateGroupRequest r) {
    pool(r.userPoolId());
    String key = r.userPoolId() + "/" + r.groupName();
    if (groups.get(key).isPresent()) {
      throw new AwsFailure("GroupExistsException", 400, "A group with the name already exists.");
    }
    GroupType made =
        Models.copy(r, GroupType.builder())
            .creationDate(clock.instant())
            .lastModifiedDate(clock.instant())
            .build();
    return CreateGroupResponse.builder().group(groups.put(key, made)).build();
  }

  Optional<UserPoolType> find(String id) {
    return pools.get(id);
  }

  UserPoolType pool(String id) {
    return pools.get(id).orElseThrow(() -> noSuch("User pool " + id + " does not exist."));
  }

  UserPoolClientType client(String poolId, String id) {
    return clients
        .get(poolId + "/" + id)
        .orElseThrow(() -> noSuch("User pool client " + id + " does not exist."));
  }

  /// A client of whichever pool.
  UserPoolClientType client(String id) {
    return clients.under("").stream()
        .filter(c -> c.clientId().equals(id))
        .findFirst()
        .orElseThrow(() -> noSuch("User pool client " + id + " does not exist."));
  }

  GroupType group(String poolId, String name) {
    return groups.get(poolId + "/" + name).orElseThrow(() -> noSuch("Group not found."));
  }

  Optional<String> poolOfDomain(String domain) {
    return domains.get(domain).map(DomainDescriptionType::userPoolId);
  }

  Optional<String> domainOf(String poolId) {
    List<DomainDescriptionType> all = domains.under("");
    return all.stream()
        .filter(d -> d.userPoolId().equals(poolId))
        .map(DomainDescriptionType::domain)
        .findFirst();
  }

  private String letters(int count) {
    var text = new StringBuilder();
    random.ints(count, 0, LETTERS.length()).forEach(i -> text.append(LETTERS.charAt(i)));
    return text.toString();
  }
}

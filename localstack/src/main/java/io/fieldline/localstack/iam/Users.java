// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iam;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.Principal;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.policy.PolicyDocument;
import io.fieldline.localstack.store.Store;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.h2.mvstore.MVMap;
import software.amazon.awssdk.services.iam.model.*;

/// Users, their access keys and policies.
public final class Users {
  private final MVMap<String, Kept> users;
  private final MVMap<String, Key> keys;
  private final ManagedPolicies managedPolicies;
  private final StackInfo stack;
  private final StackClock clock;
  private final Supplier<String> ids;

  record Kept(
      String name, String id, Instant createdAt, Map<String, String> inline, Set<String> managed) {}

  record Key(String id, String secret, String user, Instant createdAt, boolean active) {}

  Users(
      Store store,
      ManagedPolicies managedPolicies,
      StackInfo stack,
      StackClock clock,
      Supplier<String> ids) {
    this.users = store.map("iam/users", Kept.class);
    this.keys = store.map("iam/accessKeys", Key.class);
    this.managedPolicies = managedPolicies;
    this.stack = stack;
    this.clock = clock;
    this.ids = ids;
  }

  void register(Api api) {
    api.on(CreateUserRequest.class, this::create).resource(r -> arn(r.userName()));
    api.on(
            GetUserRequest.class,
            r -> GetUserResponse.builder().user(shape(user(r.userName()))).build())
        .resource(r -> arn(r.userName()));
    api.on(ListUsersRequest.class, this::list);
    api.on(DeleteUserRequest.class, this::delete).resource(r -> arn(r.userName()));
    api.on(CreateAccessKeyRequest.class, this::createKey).resource(r -> arn(r.userName()));
    api.on(ListAccessKeysRequest.class, this::listKeys).resource(r -> arn(r.userName()));
    api.on(DeleteAccessKeyRequest.class, this::deleteKey).resource(r -> arn(r.userName()));
    api.on(PutUserPolicyRequest.class, this::putPolicy).resource(r -> arn(r.userName()));
    api.on(DeleteUserPolicyRequest.class, this::deletePolicy).resource(r -> arn(r.userName()));
    api.on(ListUserPoliciesRequest.class, this::listPolicies).resource(r -> arn(r.userName()));
    api.on(AttachUserPolicyRequest.class, this::attach).resource(r -> arn(r.userName()));
    api.on(DetachUserPolicyRequest.class, this::detach).resource(r -> arn(r.userName()));
    api.on(ListAttachedUserPoliciesRequest.class, this::listAttached)
        .resource(r -> arn(r.userName()));
  }

  /// The secret of an active key, to verify a signature with.
  public Optional<String> secretOf(String accessKeyId) {
    return Optional.ofNullable(keys.get(accessKeyId)).filter(Key::active).map(Key::secret);
  }

  /// The user that an active key belongs to.
  public Optional<Principal> principalOf(String accessKeyId) {
    return Optional.ofNullable(keys.get(accessKeyId))
        .filter(Key::active)
        .map(k -> new Principal.User(stack.accountId(), k.user()));
  }

  List<PolicyDocument> policiesOf(Principal.User user) {
    Kept kept = users.get(user.name());
    if (kept == null) {
      return List.of();
    }
    return Stream.concat(
            kept.inline().entrySet().stream()
                .map(p -> PolicyDocument.parse(p.getKey(), p.getValue())),
            kept.managed().stream().flatMap(a -> managedPolicies.document(a).stream()))
        .toList();
  }

  boolean isAttached(String policyArn) {
    return users.values().stream().anyMatch(u -> u.managed().contains(policyArn));
  }

  private CreateUserResponse create(CreateUserRequest request) {
    var user =
        new Kept(
            request.userName(),
            "AIDA" + ids.get(),
            clock.instant(),
            new TreeMap<>(),
            new TreeSet<>());
    if (users.putIfAbsent(user.name(), user) != null) {
      throw IamFailures.exists("User", user.name());
    }
    return CreateUserResponse.builder().user(shape(user)).build();
  }

  private ListUsersResponse list(ListUsersRequest request) {
    return ListUsersResponse.builder()
        .users(users.values().stream().map(this::shape).toList())
        .isTruncated(false)
        .build();
  }

  private DeleteUserResponse delete(DeleteUserRequest request) {
    Kept user = user(request.userName());
    if (keysOf(user.name()).findAny().isPresent()) {
      throw IamFailures.conflict("Cannot delete entity, must delete access keys first.");
    }
    if (!user.inline().isEmpty()) {
      throw IamFailures.conflict("Cannot delete entity, must delete policies first.");
    }
    if (!user.managed().isEmpty()) {
      throw IamFailures.conflict("Cannot delete entity, must detach all policies first.");
    }
    users.remove(user.name());
    return DeleteUserResponse.builder().build();
  }

  private CreateAccessKeyResponse createKey(CreateAccessKeyRequest request) {
    Kept user = user(request.userName());
    if (keysOf(user.name()).count() >= 2) {
      throw new AwsFailure("LimitExceeded", 409, "Cannot exceed quota for AccessKeysPerUser: 2");
    }
    var key =
        new Key(
            "AKIA" + ids.get(),
            ids.get() + ids.get() + ids.get(),
            user.name(),
            clock.instant(),
            true);
    keys.put(key.id(), key);
    return CreateAccessKeyResponse.builder()
        .accessKey(k ->
            k.accessKeyId(key.id())
                .secretAccessKey(key.secret())
                .userName(user.name())
                .createDate(key.createdAt())
                .status(StatusType.ACTIVE))
        .build();
  }

  private ListAccessKeysResponse listKeys(ListAccessKeysRequest request) {
    var found =
        keysOf(user(request.userName()).name())
            .map(k ->
                AccessKeyMetadata.builder()
                    .accessKeyId(k.id())
                    .userName(k.user())
                    .createDate(k.createdAt())
                    .status(StatusType.ACTIVE)
                    .build())
            .toList();
    return ListAccessKeysResponse.builder().accessKeyMetadata(found).isTruncated(false).build();
  }

  private DeleteAccessKeyResponse deleteKey(DeleteAccessKeyRequest request) {
    if (keys.remove(request.accessKeyId()) == null) {
      throw new AwsFailure(
          "NoSuchEntity",
          404,
          "The Access Key with id " + request.accessKeyId() + " cannot be found.");
    }
    return DeleteAccessKeyResponse.builder().build();
  }

  private PutUserPolicyResponse putPolicy(PutUserPolicyRequest request) {
    String json = IamFailures.valid(request.policyDocument());
    change(
        request.userName(),
        u -> {
          var inline = new TreeMap<>(u.inline());
          inline.put(request.policyName(), json);
          return new Kept(u.name(), u.id(), u.createdAt(), inline, u.managed());
        });
    return PutUserPolicyResponse.builder().build();
  }

  private DeleteUserPolicyResponse deletePolicy(DeleteUserPolicyRequest request) {
    change(
        request.userName(),
        u -> {
          var inline = new TreeMap<>(u.inline());
          if (inline.remove(request.policyName()) == null) {
            throw IamFailures.noSuch("user policy", request.policyName());
          }
          return new Kept(u.name(), u.id(), u.createdAt(), inline, u.managed());
        });
    return DeleteUserPolicyResponse.builder().build();
  }

  private ListUserPoliciesResponse listPolicies(ListUserPoliciesRequest request) {
    return ListUserPoliciesResponse.builder()
        .policyNames(user(request.userName()).inline().keySet())
        .isTruncated(false)
        .build();
  }

  private AttachUserPolicyResponse attach(AttachUserPolicyRequest request) {
    if (managedPolicies.document(request.policyArn()).isEmpty()) {
      throw IamFailures.noSuchPolicy(request.policyArn());
    }
    change(request.userName(), u -> withManaged(u, request.policyArn(), Change.ADD));
    return AttachUserPolicyResponse.builder().build();
  }

  private DetachUserPolicyResponse detach(DetachUserPolicyRequest request) {
    if (!user(request.userName()).managed().contains(request.policyArn())) {
      throw IamFailures.noSuchPolicy(request.policyArn());
    }
    change(request.userName(), u -> withManaged(u, request.policyArn(), Change.REMOVE));
    return DetachUserPolicyResponse.builder().build();
  }

  private enum Change {
    ADD,
    REMOVE
  }

  private static Kept withManaged(Kept user, String arn, Change change) {
    var managed = new TreeSet<>(user.managed());
    if (change == Change.ADD) {
      managed.add(arn);
    } else {
      managed.remove(arn);
    }
    return new Kept(user.name(), user.id(), user.createdAt(), user.inline(), managed);
  }

  private ListAttachedUserPoliciesResponse listAttached(ListAttachedUserPoliciesRequest request) {
    var attached =
        user(request.userName()).managed().stream()
            .map(a -> AttachedPolicy.builder().policyArn(a).policyName(Roles.lastPart(a)).build())
            .toList();
    return ListAttachedUserPoliciesResponse.builder()
        .attachedPolicies(attached)
        .isTruncated(false)
        .build();
  }

  private void change(String name, UnaryOperator<Kept> how) {
    if (users.computeIfPresent(name, (_, user) -> how.apply(user)) == null) {
      throw IamFailures.noSuch("user", name);
    }
  }

  private Stream<Key> keysOf(String userName) {
    return keys.values().stream().filter(k -> k.user().equals(userName));
  }

  private Kept user(String name) {
    Kept user = name == null ? null : users.get(name);
    if (user == null) {
      throw IamFailures.noSuch("user", String.valueOf(name));
    }
    return user;
  }

  private User shape(Kept user) {
    return User.builder()
        .userName(user.name())
        .userId(user.id())
        .arn(arn(user.name()))
        .path("/")
        .createDate(user.createdAt())
        .build();
  }

  private String arn(String name) {
    return "arn:aws:iam::" + stack.accountId() + ":user/" + name;
  }
}

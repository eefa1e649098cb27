// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cognito;

import static io.fieldline.localstack.cognito.CognitoFailures.invalid;
import static io.fieldline.localstack.cognito.CognitoFailures.noUser;
import static io.fieldline.localstack.cognito.CognitoFailures.notAuthorized;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.h2.mvstore.MVMap;
import software.amazon.awssdk.services.cognitoidentityprovider.model.*;

/// The users of every pool. No mail is sent: an invitation is written to the log instead.
final class People {
  private static final System.Logger LOG = System.getLogger(People.class.getName());
  private static final Pattern FILTER =
      Pattern.compile("\\s*\"?([A-Za-z_:]+)\"?\\s*(\\^?=)\\s*\"(.*)\"\\s*");

  private final MVMap<String, Person> people;
  private final Pools pools;
  private final StackClock clock;
  private final RandomGenerator random;

  People(Store store, Pools pools, StackClock clock, RandomGenerator random) {
    this.people = store.map("cognito/people", Person.class);
    this.pools = pools;
    this.clock = clock;
    this.random = random;
  }

  void register(Api api) {
    api.on(AdminCreateUserRequest.class, this::create).resource(r -> pools.arn(r.userPoolId()));
    api.on(AdminGetUserRequest.class, this::get).resource(r -> pools.arn(r.userPoolId()));
    api.on(AdminDeleteUserRequest.class, this::delete).resource(r -> pools.arn(r.userPoolId()));
    api.on(AdminSetUserPasswordRequest.class, this::setPassword)
        .resource(r -> pools.arn(r.userPoolId()));
    api.on(AdminUpdateUserAttributesRequest.class, this::updateAttributes)
        .resource(r -> pools.arn(r.userPoolId()));
    api.on(
            AdminDisableUserRequest.class,
            r -> {
              change(r.userPoolId(), r.username(), p -> p.withEnabled(false, clock.instant()));
              return AdminDisableUserResponse.builder().build();
            })
        .resource(r -> pools.arn(r.userPoolId()));
    api.on(
            AdminEnableUserRequest.class,
            r -> {
              change(r.userPoolId(), r.username(), p -> p.withEnabled(true, clock.instant()));
              return AdminEnableUserResponse.builder().build();
            })
        .resource(r -> pools.arn(r.userPoolId()));
    api.on(ListUsersRequest.class, this::list).resource(r -> pools.arn(r.userPoolId()));
    registerGroups(api);
  }

  private void registerGroups(Api api) {
    api.on(AdminAddUserToGroupRequest.class, this::addToGroup)
        .resource(r -> pools.arn(r.userPoolId()));
    api.on(AdminRemoveUserFromGroupRequest.class, this::removeFromGroup)
        .resource(r -> pools.arn(r.userPoolId()));
    api.on(
            AdminListGroupsForUserRequest.class,
            r ->
                AdminListGroupsForUserResponse.builder()
                    .groups(
                        groupsOf(person(r.userPoolId(), r.username())).stream()
                            .map(g -> pools.group(r.userPoolId(), g))
                            .toList())
                    .build())
        .resource(r -> pools.arn(r.userPoolId()));
    api.on(
            ListUsersInGroupRequest.class,
            r -> {
              pools.group(r.userPoolId(), r.groupName());
              return ListUsersInGroupResponse.builder()
                  .users(
                      of(r.userPoolId()).stream()
                          .filter(p -> p.groups().contains(r.groupName()))
                          .map(Person::shape)
                          .toList())
                  .build();
            })
        .resource(r -> pools.arn(r.userPoolId()));
  }

  private AdminCreateUserResponse create(AdminCreateUserRequest r) {
    UserPoolType pool = pools.pool(r.userPoolId());
    var attributes = new TreeMap<String, String>();
    r.userAttributes().forEach(a -> attributes.put(a.name(), a.value()));
    String sub = UUID.randomUUID().toString();
    attributes.put("sub", sub);
    String username = r.username();
    if (pool.usernameAttributes().contains(UsernameAttributeType.EMAIL)) {
      if (!username.matches("[^@\\s]+@[^@\\s]+")) {
        throw invalid("Username should be an email.");
      }
      attributes.putIfAbsent("email", username);
      username = sub;
    }
    if (find(r.userPoolId(), r.username()).isPresent()) {
      throw new AwsFailure("UsernameExistsException", 400, "User account already exists");
    }
    String password = Optional.ofNullable(r.temporaryPassword()).orElseGet(this::temporaryPassword);
    PasswordRules.check(pool, password);
    if (r.messageAction() != MessageActionType.SUPPRESS) {
      LOG.log(
          System.Logger.Level.INFO,
          "invitation (no mail is sent) user={0} temporaryPassword={1}",
          r.username(),
          password);
    }
    var made =
        new Person(
            r.userPoolId(),
            username,
            attributes,
            UserStatusType.FORCE_CHANGE_PASSWORD.toString(),
            true,
            clock.instant(),
            clock.instant(),
            PasswordHash.of(password, random),
            new TreeSet<>());
    keep(made);
    return AdminCreateUserResponse.builder().user(made.shape()).build();
  }

  private String temporaryPassword() {
    return "Aa1!" + Long.toString(random.nextLong(1L << 60) + (1L << 60), 36);
  }

  private AdminGetUserResponse get(AdminGetUserRequest r) {
    Person p = person(r.userPoolId(), r.username());
    return AdminGetUserResponse.builder()
        .username(p.username())
        .userAttributes(p.attributeShapes())
        .enabled(p.enabled())
        .userStatus(p.status())
        .userCreateDate(p.created())
        .userLastModifiedDate(p.modified())
        .build();
  }

  private AdminDeleteUserResponse delete(AdminDeleteUserRequest r) {
    Person p = person(r.userPoolId(), r.username());
    people.remove(p.poolId() + "/" + p.username());
    return AdminDeleteUserResponse.builder().build();
  }

  private AdminSetUserPasswordResponse setPassword(AdminSetUserPasswordRequest r) {
    change(
        r.userPoolId(),
        r.username(),
        p -> withPassword(p, r.password(), Boolean.TRUE.equals(r.permanent())));
    return AdminSetUserPasswordResponse.builder().build();
  }

  private Person withPassword(Person person, String password, boolean permanent) {
    PasswordRules.check(pools.pool(person.poolId()), password);
    return person.withPassword(PasswordHash.of(password, random), permanent, clock.instant());
  }

  private AdminUpdateUserAttributesResponse updateAttributes(AdminUpdateUserAttributesRequest r) {
    var more = new TreeMap<String, String>();
    r.userAttributes().forEach(a -> more.put(a.name(), a.value()));
    if (more.containsKey("sub")) {
      throw invalid("Cannot modify the non-mutable attribute sub");
    }
    change(r.userPoolId(), r.username(), p -> p.withAttributes(more, clock.instant()));
    return AdminUpdateUserAttributesResponse.builder().build();
  }

  private ListUsersResponse list(ListUsersRequest r) {
    pools.pool(r.userPoolId());
    List<Person> found = new ArrayList<>(of(r.userPoolId()));
    if (r.filter() != null && !r.filter().isBlank()) {
      Matcher filter = FILTER.matcher(r.filter());
      if (!filter.matches()) {
        throw invalid("Filter: expected 'attribute = \"value\"', got " + r.filter());
      }
      found.removeIf(p -> !matches(p, filter.group(1), filter.group(2), filter.group(3)));
    }
    String after = r.paginationToken() == null ? "" : r.paginationToken();
    found.removeIf(p -> p.username().compareTo(after) <= 0);
    int limit = r.limit() == null ? 60 : r.limit();
    List<Person> page = found.subList(0, Math.min(limit, found.size()));
    return ListUsersResponse.builder()
        .users(page.stream().map(Person::shape).toList())
        .paginationToken(page.size() < found.size() ? page.getLast().username() : null)
        .build();
  }

  private static boolean matches(Person p, String attribute, String how, String value) {
    String has =
        switch (attribute) {
          case "username" -> p.username();
          case "cognito:user_status" -> p.status();
          case "status" -> p.enabled() ? "Enabled" : "Disabled";
          default -> p.attributes().getOrDefault(attribute, "");
        };
    return how.equals("=") ? has.equals(value) : has.startsWith(value);
  }

  private AdminAddUserToGroupResponse addToGroup(AdminAddUserToGroupRequest r) {
    pools.group(r.userPoolId(), r.groupName());
    change(
        r.userPoolId(),
        r.username(),
        p -> {
          var groups = new TreeSet<>(p.groups());
          groups.add(r.groupName());
          return p.withGroups(groups, clock.instant());
        });
    return AdminAddUserToGroupResponse.builder().build();
  }

  private AdminRemoveUserFromGroupResponse removeFromGroup(AdminRemoveUserFromGroupRequest r) {
    pools.group(r.userPoolId(), r.groupName());
    change(
        r.userPoolId(),
        r.username(),
        p -> {
          var groups = new TreeSet<>(p.groups());
          groups.remove(r.groupName());
          return p.withGroups(groups, clock.instant());
        });
    return AdminRemoveUserFromGroupResponse.builder().build();
  }

  /// The person with this password.
  ///
  /// @throws AwsFailure NotAuthorizedException, the same whether the user or the password is wrong
  Person authenticate(String poolId, String username, String password) {
    Optional<Person> found = find(poolId, username);
    if (found.isEmpty()) {
      // As long as for a user that exists.
      PasswordHash.of(password, random);
      throw notAuthorized();
    }
    if (!found.get().password().matches(password)) {
      throw notAuthorized();
    }
    if (!found.get().enabled()) {
      throw new AwsFailure("NotAuthorizedException", 400, "User is disabled.");
    }
    return found.get();
  }

  /// The first own password in the place of the temporary one.
  Person choosePassword(Person person, String password) {
    return keep(withPassword(person, password, true));
  }

  /// The groups that still exist, by precedence.
  List<String> groupsOf(Person person) {
    return person.groups().stream().filter(g -> exists(person.poolId(), g)).toList();
  }

  private boolean exists(String poolId, String group) {
    try {
      pools.group(poolId, group);
      return true;
    } catch (AwsFailure _) {
      return false;
    }
  }

  /// By name or, where the pool lets people sign in by mail address, by that.
  Optional<Person> find(String poolId, String username) {
    Person direct = people.get(poolId + "/" + username);
    if (direct != null) {
      return Optional.of(direct);
    }
    String email = username.toLowerCase(Locale.ROOT);
    return of(poolId).stream()
        .filter(
            p -> email.equals(p.attributes().getOrDefault("email", "").toLowerCase(Locale.ROOT)))
        .findFirst();
  }

  void deleteOf(String poolId) {
    of(poolId).forEach(p -> people.remove(poolId + "/" + p.username()));
  }

  private Person person(String poolId, String username) {
    pools.pool(poolId);
    return find(poolId, username).orElseThrow(() -> noUser());
  }

  private void change(String poolId, String username, UnaryOperator<Person> change) {
    keep(change.apply(person(poolId, username)));
  }

  private Person keep(Person person) {
    people.put(person.poolId() + "/" + person.username(), person);
    return person;
  }

  private List<Person> of(String poolId) {
    var found = new ArrayList<Person>();
    var keys = people.keyIterator(poolId + "/");
    while (keys.hasNext()) {
      String key = keys.next();
      if (!key.startsWith(poolId + "/")) {
        break;
      }
      Person person = people.get(key);
      if (person != null) {
        found.add(person);
      }
    }
    return found;
  }
}

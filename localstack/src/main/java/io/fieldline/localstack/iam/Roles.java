// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iam;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.Caller;
import io.fieldline.localstack.api.Principal;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.policy.Decision;
import io.fieldline.localstack.policy.ParsedPolicies;
import io.fieldline.localstack.policy.PolicyDocument;
import io.fieldline.localstack.policy.PolicyRequest;
import io.fieldline.localstack.store.Store;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.h2.mvstore.MVMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iam.model.*;

/// Roles, their trust, inline and attached policies.
public final class Roles {
  private final MVMap<String, Role> roles;
  private final ManagedPolicies managedPolicies;
  private final ParsedPolicies parsed = new ParsedPolicies();
  private final StackInfo stack;
  private final StackClock clock;
  private final Supplier<String> ids;

  Roles(
      Store store,
      ManagedPolicies managedPolicies,
      StackInfo stack,
      StackClock clock,
      Supplier<String> ids) {
    this.roles = store.map("iam/roles", Role.class);
    this.managedPolicies = managedPolicies;
    this.stack = stack;
    this.clock = clock;
    this.ids = ids;
  }

  void register(Api api) {
    api.on(CreateRoleRequest.class, this::createRole)
        .resource(r -> pathArn(r.path(), r.roleName()));
    api.on(
            GetRoleRequest.class,
            r -> GetRoleResponse.builder().role(shape(role(r.roleName()))).build())
        .resource(r -> arn(r.roleName()));
    api.on(ListRolesRequest.class, this::listRoles);
    api.on(DeleteRoleRequest.class, this::deleteRole).resource(r -> arn(r.roleName()));
    api.on(UpdateAssumeRolePolicyRequest.class, this::updateTrust).resource(r -> arn(r.roleName()));
    api.on(UpdateRoleRequest.class, this::updateRole).resource(r -> arn(r.roleName()));
    api.on(PutRolePolicyRequest.class, this::putRolePolicy).resource(r -> arn(r.roleName()));
    api.on(GetRolePolicyRequest.class, this::getRolePolicy).resource(r -> arn(r.roleName()));
    api.on(DeleteRolePolicyRequest.class, this::deleteRolePolicy).resource(r -> arn(r.roleName()));
    api.on(ListRolePoliciesRequest.class, this::listRolePolicies).resource(r -> arn(r.roleName()));
    api.on(AttachRolePolicyRequest.class, this::attach).resource(r -> arn(r.roleName()));
    api.on(DetachRolePolicyRequest.class, this::detach).resource(r -> arn(r.roleName()));
    api.on(ListAttachedRolePoliciesRequest.class, this::listAttached)
        .resource(r -> arn(r.roleName()));
    api.on(TagRoleRequest.class, this::tag).resource(r -> arn(r.roleName()));
    api.on(UntagRoleRequest.class, this::untag).resource(r -> arn(r.roleName()));
    api.on(ListRoleTagsRequest.class, this::listTags).resource(r -> arn(r.roleName()));
  }

  /// Whether the role's trust policy lets the caller assume it. A caller that does not exist for
  /// the role, or a role that does not exist, is not trusted.
  public boolean trusts(String roleName, Caller caller) {
    Role role = roles.get(roleName);
    if (role == null) {
      return false;
    }
    var context = new HashMap<String, List<String>>();
    caller.context().forEach((key, value) -> context.put(key, List.of(value)));
    var request = new PolicyRequest(caller.principal(), "sts:AssumeRole", arn(roleName), context);
    return PolicyDocument.decide(
            List.of(parsed.of("trust policy of " + roleName, role.trustPolicy())), request)
        instanceof Decision.Allow;
  }

  /// Makes a role that AWS would find made by {@code cdk bootstrap}; leaves one that is there.
  public void ensure(String name, String trustPolicy, String managedPolicyArn) {
    roles.putIfAbsent(
        name,
        new Role(
            name,
            "/",
            "AROA" + ids.get(),
            clock.instant(),
            "",
            trustPolicy,
            3600,
            new TreeMap<>(),
            new TreeSet<>(List.of(managedPolicyArn)),
            new TreeMap<>()));
  }

  List<PolicyDocument> policiesOf(Principal.RoleSession session) {
    Role role = roles.get(session.role());
    if (role == null) {
      return List.of();
    }
    var inline = role.inline().entrySet().stream().map(p -> parsed.of(p.getKey(), p.getValue()));
    var managed = role.managed().stream().flatMap(a -> managedPolicies.document(a).stream());
    return java.util.stream.Stream.concat(inline, managed).toList();
  }

  boolean isAttached(String policyArn) {
    return roles.values().stream().anyMatch(r -> r.managed().contains(policyArn));
  }

  private CreateRoleResponse createRole(CreateRoleRequest request) {
    String name = request.roleName();
    String path = request.path() == null ? "/" : request.path();
    var role =
        new Role(
            name,
            path,
            "AROA" + ids.get(),
            clock.instant(),
            orEmpty(request.description()),
            IamFailures.valid(request.assumeRolePolicyDocument()),
            request.maxSessionDuration() == null ? 3600 : request.maxSessionDuration(),
            new TreeMap<>(),
            new TreeSet<>(),
            tags(request.tags()));
    if (roles.putIfAbsent(name, role) != null) {
      throw IamFailures.exists("Role", name);
    }
    return CreateRoleResponse.builder().role(shape(role)).build();
  }

  private ListRolesResponse listRoles(ListRolesRequest request) {
    String prefix = request.pathPrefix() == null ? "/" : request.pathPrefix();
    var found =
        roles.values().stream().filter(r -> r.path().startsWith(prefix)).map(this::shape).toList();
    return ListRolesResponse.builder().roles(found).isTruncated(false).build();
  }

  private DeleteRoleResponse deleteRole(DeleteRoleRequest request) {
    Role role = role(request.roleName());
    if (!role.inline().isEmpty()) {
      throw IamFailures.conflict("Cannot delete entity, must delete policies first.");
    }
    if (!role.managed().isEmpty()) {
      throw IamFailures.conflict("Cannot delete entity, must detach all policies first.");
    }
    roles.remove(role.name());
    return DeleteRoleResponse.builder().build();
  }

  private UpdateAssumeRolePolicyResponse updateTrust(UpdateAssumeRolePolicyRequest request) {
    String policy = IamFailures.valid(request.policyDocument());
    change(request.roleName(), role -> role.withTrust(policy));
    return UpdateAssumeRolePolicyResponse.builder().build();
  }

  private UpdateRoleResponse updateRole(UpdateRoleRequest request) {
    change(
        request.roleName(),
        role ->
            role.withDescription(
                request.description() == null ? role.description() : request.description(),
                request.maxSessionDuration() == null
                    ? role.maxSessionSeconds()
                    : request.maxSessionDuration()));
    return UpdateRoleResponse.builder().build();
  }

  private PutRolePolicyResponse putRolePolicy(PutRolePolicyRequest request) {
    String json = IamFailures.valid(request.policyDocument());
    change(request.roleName(), role -> role.withInline(request.policyName(), json));
    return PutRolePolicyResponse.builder().build();
  }

  private GetRolePolicyResponse getRolePolicy(GetRolePolicyRequest request) {
    String json = role(request.roleName()).inline().get(request.policyName());
    if (json == null) {
      throw IamFailures.noSuch("role policy", request.policyName());
    }
    return GetRolePolicyResponse.builder()
        .roleName(request.roleName())
        .policyName(request.policyName())
        .policyDocument(urlEncoded(json))
        .build();
  }

  private DeleteRolePolicyResponse deleteRolePolicy(DeleteRolePolicyRequest request) {
    if (!role(request.roleName()).inline().containsKey(request.policyName())) {
      throw IamFailures.noSuch("role policy", request.policyName());
    }
    change(request.roleName(), role -> role.withoutInline(request.policyName()));
    return DeleteRolePolicyResponse.builder().build();
  }

  private ListRolePoliciesResponse listRolePolicies(ListRolePoliciesRequest request) {
    return ListRolePoliciesResponse.builder()
        .policyNames(role(request.roleName()).inline().keySet())
        .isTruncated(false)
        .build();
  }

  private AttachRolePolicyResponse attach(AttachRolePolicyRequest request) {
    if (managedPolicies.document(request.policyArn()).isEmpty()) {
      throw IamFailures.noSuchPolicy(request.policyArn());
    }
    change(request.roleName(), role -> role.attached(request.policyArn()));
    return AttachRolePolicyResponse.builder().build();
  }

  private DetachRolePolicyResponse detach(DetachRolePolicyRequest request) {
    if (!role(request.roleName()).managed().contains(request.policyArn())) {
      throw IamFailures.noSuchPolicy(request.policyArn());
    }
    change(request.roleName(), role -> role.detached(request.policyArn()));
    return DetachRolePolicyResponse.builder().build();
  }

  private ListAttachedRolePoliciesResponse listAttached(ListAttachedRolePoliciesRequest request) {
    var attached =
        role(request.roleName()).managed().stream()
            .map(a -> AttachedPolicy.builder().policyArn(a).policyName(lastPart(a)).build())
            .toList();
    return ListAttachedRolePoliciesResponse.builder()
        .attachedPolicies(attached)
        .isTruncated(false)
        .build();
  }

  private TagRoleResponse tag(TagRoleRequest request) {
    change(request.roleName(), role -> role.tagged(tags(request.tags()), List.of()));
    return TagRoleResponse.builder().build();
  }

  private UntagRoleResponse untag(UntagRoleRequest request) {
    change(request.roleName(), role -> role.tagged(Map.of(), request.tagKeys()));
    return UntagRoleResponse.builder().build();
  }

  private ListRoleTagsResponse listTags(ListRoleTagsRequest request) {
    return ListRoleTagsResponse.builder()
        .tags(shapes(role(request.roleName()).tags()))
        .isTruncated(false)
        .build();
  }

  private void change(String name, UnaryOperator<Role> how) {
    if (roles.computeIfPresent(name, (_, role) -> how.apply(role)) == null) {
      throw IamFailures.noSuch("role", name);
    }
  }

  private Role role(String name) {
    Role role = roles.get(name);
    if (role == null) {
      throw IamFailures.noSuch("role", name);
    }
    return role;
  }

  private software.amazon.awssdk.services.iam.model.Role shape(Role role) {
    return software.amazon.awssdk.services.iam.model.Role.builder()
        .roleName(role.name())
        .path(role.path())
        .roleId(role.id())
        .arn(pathArn(role.path(), role.name()))
        .createDate(role.createdAt())
        .assumeRolePolicyDocument(urlEncoded(role.trustPolicy()))
        .description(role.description().isEmpty() ? null : role.description())
        .maxSessionDuration(role.maxSessionSeconds())
        .tags(shapes(role.tags()))
        .build();
  }

  private String arn(String name) {
    Role role = roles.get(name);
    return pathArn(role == null ? "/" : role.path(), name);
  }

  private String pathArn(@Nullable String path, String name) {
    return "arn:aws:iam::" + stack.accountId() + ":role" + (path == null ? "/" : path) + name;
  }

  static Map<String, String> tags(List<Tag> tags) {
    return tags.stream().collect(Collectors.toMap(Tag::key, Tag::value, (_, b) -> b, TreeMap::new));
  }

  static List<Tag> shapes(Map<String, String> tags) {
    return tags.entrySet().stream()
        .map(e -> Tag.builder().key(e.getKey()).value(e.getValue()).build())
        .toList();
  }

  static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  static String lastPart(String arn) {
    return arn.substring(arn.lastIndexOf('/') + 1);
  }

  /// IAM answers documents percent-encoded (RFC 3986). Source: IAM API Reference, GetRole.
  static String urlEncoded(String json) {
    return URLEncoder.encode(json, StandardCharsets.UTF_8).replace("+", "%20");
  }
}

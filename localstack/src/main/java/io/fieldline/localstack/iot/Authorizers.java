// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.store.Store;
import java.util.Map;
import java.util.Optional;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.type.StringDataType;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iot.model.AuthorizerDescription;
import software.amazon.awssdk.services.iot.model.AuthorizerSummary;
import software.amazon.awssdk.services.iot.model.ClearDefaultAuthorizerRequest;
import software.amazon.awssdk.services.iot.model.ClearDefaultAuthorizerResponse;
import software.amazon.awssdk.services.iot.model.CreateAuthorizerRequest;
import software.amazon.awssdk.services.iot.model.CreateAuthorizerResponse;
import software.amazon.awssdk.services.iot.model.DeleteAuthorizerRequest;
import software.amazon.awssdk.services.iot.model.DeleteAuthorizerResponse;
import software.amazon.awssdk.services.iot.model.DescribeAuthorizerRequest;
import software.amazon.awssdk.services.iot.model.DescribeAuthorizerResponse;
import software.amazon.awssdk.services.iot.model.DescribeDefaultAuthorizerRequest;
import software.amazon.awssdk.services.iot.model.DescribeDefaultAuthorizerResponse;
import software.amazon.awssdk.services.iot.model.ListAuthorizersRequest;
import software.amazon.awssdk.services.iot.model.ListAuthorizersResponse;
import software.amazon.awssdk.services.iot.model.SetDefaultAuthorizerRequest;
import software.amazon.awssdk.services.iot.model.SetDefaultAuthorizerResponse;
import software.amazon.awssdk.services.iot.model.UpdateAuthorizerRequest;
import software.amazon.awssdk.services.iot.model.UpdateAuthorizerResponse;

/// Custom authorizers: which function decides about clients that show neither certificate nor
/// signature.
///
/// Source: AWS IoT Core Developer Guide, "Custom authentication and authorization".
public final class Authorizers {
  private static final String DEFAULT = "default";

  private final MVMap<String, Authorizer> authorizers;
  private final MVMap<String, String> settings;
  private final StackInfo info;
  private final StackClock clock;
  private final Tags tags;

  Authorizers(Store store, StackInfo info, StackClock clock, Tags tags) {
    this.authorizers = store.map("iot/authorizers", Authorizer.class);
    this.settings = store.map("iot/authorizer-settings", StringDataType.INSTANCE);
    this.info = info;
    this.clock = clock;
    this.tags = tags;
  }

  void register(Api api) {
    api.on(CreateAuthorizerRequest.class, this::createAuthorizer)
        .resource(r -> arn(r.authorizerName()));
    api.on(UpdateAuthorizerRequest.class, this::updateAuthorizer)
        .resource(r -> arn(r.authorizerName()));
    api.on(DescribeAuthorizerRequest.class, this::describeAuthorizer)
        .resource(r -> arn(r.authorizerName()));
    api.on(DeleteAuthorizerRequest.class, this::deleteAuthorizer)
        .resource(r -> arn(r.authorizerName()));
    api.on(ListAuthorizersRequest.class, this::listAuthorizers);
    api.on(SetDefaultAuthorizerRequest.class, this::setDefaultAuthorizer)
        .resource(r -> arn(r.authorizerName()));
    api.on(DescribeDefaultAuthorizerRequest.class, this::describeDefaultAuthorizer);
    api.on(ClearDefaultAuthorizerRequest.class, this::clearDefaultAuthorizer);
  }

  /// The one named, or the account's default where none is named.
  public Optional<Authorizer> find(@Nullable String name) {
    String wanted = name == null ? settings.get(DEFAULT) : name;
    return wanted == null ? Optional.empty() : Optional.ofNullable(authorizers.get(wanted));
  }

  public String arn(String name) {
    return info.arn("iot", "authorizer/" + name);
  }

  private Authorizer get(String name) {
    Authorizer authorizer = authorizers.get(name);
    if (authorizer == null) {
      throw AwsFailure.notFound("Authorizer " + name + " does not exist.");
    }
    return authorizer;
  }

  private synchronized CreateAuthorizerResponse createAuthorizer(CreateAuthorizerRequest request) {
    String name = request.authorizerName();
    if (authorizers.containsKey(name)) {
      throw IotFailures.exists("Authorizer", name, arn(name));
    }
    boolean unsigned = Boolean.TRUE.equals(request.signingDisabled());
    boolean keyed = request.tokenKeyName() != null && !request.tokenSigningPublicKeys().isEmpty();
    if (!unsigned && !keyed) {
      throw AwsFailure.invalidRequest(
          "tokenKeyName and tokenSigningPublicKeys are required unless signingDisabled is true");
    }
    var now = clock.instant();
    authorizers.put(
        name,
        new Authorizer(
            name,
            request.authorizerFunctionArn(),
            request.tokenKeyName(),
            Map.copyOf(request.tokenSigningPublicKeys()),
            request.statusAsString() == null ? "INACTIVE" : request.statusAsString(),
            unsigned,
            Boolean.TRUE.equals(request.enableCachingForHttp()),
            now,
            now));
    tags.put(arn(name), request.tags());
    return CreateAuthorizerResponse.builder().authorizerName(name).authorizerArn(arn(name)).build();
  }

  private synchronized UpdateAuthorizerResponse updateAuthorizer(UpdateAuthorizerRequest request) {
    Authorizer old = get(request.authorizerName());
    authorizers.put(
        old.name(),
        new Authorizer(
            old.name(),
            request.authorizerFunctionArn() == null
                ? old.functionArn()
                : request.authorizerFunctionArn(),
            request.tokenKeyName() == null ? old.tokenKeyName() : request.tokenKeyName(),
            request.hasTokenSigningPublicKeys()
                ? Map.copyOf(request.tokenSigningPublicKeys())
                : old.signingKeys(),
            request.statusAsString() == null ? old.status() : request.statusAsString(),
            old.signingDisabled(),
            request.enableCachingForHttp() == null
                ? old.cachesForHttp()
                : request.enableCachingForHttp(),
            old.createdAt(),
            clock.instant()));
    return UpdateAuthorizerResponse.builder()
        .authorizerName(old.name())
        .authorizerArn(arn(old.name()))
        .build();
  }

  private DescribeAuthorizerResponse describeAuthorizer(DescribeAuthorizerRequest request) {
    return DescribeAuthorizerResponse.builder()
        .authorizerDescription(description(get(request.authorizerName())))
        .build();
  }

  private AuthorizerDescription description(Authorizer a) {
    return AuthorizerDescription.builder()
        .authorizerName(a.name())
        .authorizerArn(arn(a.name()))
        .authorizerFunctionArn(a.functionArn())
        .tokenKeyName(a.tokenKeyName())
        .tokenSigningPublicKeys(a.signingKeys())
        .status(a.status())
        .creationDate(a.createdAt())
        .lastModifiedDate(a.modifiedAt())
        .signingDisabled(a.signingDisabled())
        .enableCachingForHttp(a.cachesForHttp())
        .build();
  }

  private synchronized DeleteAuthorizerResponse deleteAuthorizer(DeleteAuthorizerRequest request) {
    Authorizer authorizer = get(request.authorizerName());
    if (authorizer.isActive()) {
      throw IotFailures.deleteConflict(
          "Authorizer " + authorizer.name() + " must be INACTIVE before it is deleted");
    }
    authorizers.remove(authorizer.name());
    tags.forget(arn(authorizer.name()));
    return DeleteAuthorizerResponse.builder().build();
  }

  private ListAuthorizersResponse listAuthorizers(ListAuthorizersRequest request) {
    var selected =
        authorizers.values().stream()
            .filter(a ->
                request.statusAsString() == null || a.status().equals(request.statusAsString()))
            .toList();
    var page = Page.of(selected, Authorizer::name, request.pageSize(), request.marker());
    return ListAuthorizersResponse.builder()
        .authorizers(
            page.items().stream()
                .map(a ->
                    AuthorizerSummary.builder()
                        .authorizerName(a.name())
                        .authorizerArn(arn(a.name()))
                        .build())
                .toList())
        .nextMarker(page.next())
        .build();
  }

  private SetDefaultAuthorizerResponse setDefaultAuthorizer(SetDefaultAuthorizerRequest request) {
    String name = get(request.authorizerName()).name();
    settings.put(DEFAULT, name);
    return SetDefaultAuthorizerResponse.builder()
        .authorizerName(name)
        .authorizerArn(arn(name))
        .build();
  }

  private DescribeDefaultAuthorizerResponse describeDefaultAuthorizer(
      DescribeDefaultAuthorizerRequest request) {
    Authorizer authorizer =
        find(null).orElseThrow(() -> AwsFailure.notFound("There is no default authorizer."));
    return DescribeDefaultAuthorizerResponse.builder()
        .authorizerDescription(description(authorizer))
        .build();
  }

  private ClearDefaultAuthorizerResponse clearDefaultAuthorizer(
      ClearDefaultAuthorizerRequest request) {
    settings.remove(DEFAULT);
    return ClearDefaultAuthorizerResponse.builder().build();
  }
}

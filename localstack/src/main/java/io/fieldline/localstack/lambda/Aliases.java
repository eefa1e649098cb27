// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import java.util.UUID;
import software.amazon.awssdk.services.lambda.model.*;

/// Names for versions. An alias with weights over two versions is refused.
final class Aliases {
  private final FunctionRecords records;

  Aliases(FunctionRecords records) {
    this.records = records;
  }

  void register(Api api) {
    api.on(CreateAliasRequest.class, this::create).resource(r -> arn(r.functionName()));
    api.on(UpdateAliasRequest.class, this::update).resource(r -> arn(r.functionName()));
    api.on(GetAliasRequest.class, this::get).resource(r -> arn(r.functionName()));
    api.on(DeleteAliasRequest.class, this::delete).resource(r -> arn(r.functionName()));
    api.on(ListAliasesRequest.class, this::list).resource(r -> arn(r.functionName()));
  }

  private String arn(String functionName) {
    return records.arn(FunctionName.of(functionName).name(), null);
  }

  private CreateAliasResponse create(CreateAliasRequest request) {
    String function = FunctionName.of(request.functionName()).name();
    refuseWeights(request.routingConfig());
    records.get(new FunctionName(function, request.functionVersion()));
    if (records.hasAlias(function, request.name())) {
      throw new AwsFailure(
          "ResourceConflictException",
          409,
          "Alias already exists: " + records.arn(function, request.name()));
    }
    var alias =
        new FunctionRecords.Alias(
            function,
            request.name(),
            request.functionVersion(),
            request.description() == null ? "" : request.description(),
            UUID.randomUUID().toString());
    records.put(alias);
    return CreateAliasResponse.builder()
        .aliasArn(records.arn(function, alias.name()))
        .name(alias.name())
        .functionVersion(alias.version())
        .description(alias.description())
        .revisionId(alias.revisionId())
        .build();
  }

  private static void refuseWeights(
      @org.jspecify.annotations.Nullable AliasRoutingConfiguration routing) {
    if (routing != null && !routing.additionalVersionWeights().isEmpty()) {
      throw new AwsFailure(
          "InvalidParameterValueException",
          400,
          "Weighted aliases (RoutingConfig) are not supported by this local stack");
    }
  }

  private UpdateAliasResponse update(UpdateAliasRequest request) {
    String function = FunctionName.of(request.functionName()).name();
    refuseWeights(request.routingConfig());
    FunctionRecords.Alias old = records.alias(function, request.name());
    String version = request.functionVersion() == null ? old.version() : request.functionVersion();
    records.get(new FunctionName(function, version));
    var alias =
        new FunctionRecords.Alias(
            function,
            old.name(),
            version,
            request.description() == null ? old.description() : request.description(),
            UUID.randomUUID().toString());
    records.put(alias);
    return UpdateAliasResponse.builder()
        .aliasArn(records.arn(function, alias.name()))
        .name(alias.name())
        .functionVersion(alias.version())
        .description(alias.description())
        .revisionId(alias.revisionId())
        .build();
  }

  private GetAliasResponse get(GetAliasRequest request) {
    String function = FunctionName.of(request.functionName()).name();
    FunctionRecords.Alias alias = records.alias(function, request.name());
    return GetAliasResponse.builder()
        .aliasArn(records.arn(function, alias.name()))
        .name(alias.name())
        .functionVersion(alias.version())
        .description(alias.description())
        .revisionId(alias.revisionId())
        .build();
  }

  private DeleteAliasResponse delete(DeleteAliasRequest request) {
    records.removeAlias(FunctionName.of(request.functionName()).name(), request.name());
    return DeleteAliasResponse.builder().build();
  }

  private ListAliasesResponse list(ListAliasesRequest request) {
    String function = FunctionName.of(request.functionName()).name();
    return ListAliasesResponse.builder()
        .aliases(
            records.aliases(function).stream()
                .map(a ->
                    AliasConfiguration.builder()
                        .aliasArn(records.arn(function, a.name()))
                        .name(a.name())
                        .functionVersion(a.version())
                        .description(a.description())
                        .revisionId(a.revisionId())
                        .build())
                .toList())
        .build();
  }
}

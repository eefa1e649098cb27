// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.*;

/// Names for versions: one, or two of which the second gets a part of the invocations.
///
/// Source: AWS Lambda Developer Guide, "Implement Lambda canary deployments using a weighted
/// alias": at most two versions, both published, of the same role and dead-letter queue.
final class Aliases {
  private static final String NO_PROVISIONED_CONCURRENCY =
      "ProvisionedConcurrencyConfigNotFoundException";

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
    api.on(GetProvisionedConcurrencyConfigRequest.class, this::provisioned)
        .resource(r -> records.arn(FunctionName.of(r.functionName()).name(), r.qualifier()));
  }

  private String arn(String functionName) {
    return records.arn(FunctionName.of(functionName).name(), null);
  }

  private CreateAliasResponse create(CreateAliasRequest request) {
    String function = FunctionName.of(request.functionName()).name();
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
            UUID.randomUUID().toString(),
            weights(request.routingConfig(), Map.of()));
    check(alias);
    records.put(alias);
    return CreateAliasResponse.builder()
        .aliasArn(records.arn(function, alias.name()))
        .name(alias.name())
        .functionVersion(alias.version())
        .description(alias.description())
        .revisionId(alias.revisionId())
        .routingConfig(routing(alias))
        .build();
  }

  private UpdateAliasResponse update(UpdateAliasRequest request) {
    String function = FunctionName.of(request.functionName()).name();
    FunctionRecords.Alias old = records.alias(function, request.name());
    if (request.revisionId() != null && !request.revisionId().equals(old.revisionId())) {
      throw new AwsFailure(
          "PreconditionFailedException",
          412,
          "The Revision Id provided does not match the latest Revision Id. Call the GetAlias API to"
              + " retrieve the latest Revision Id");
    }
    var alias =
        new FunctionRecords.Alias(
            function,
            old.name(),
            request.functionVersion() == null ? old.version() : request.functionVersion(),
            request.description() == null ? old.description() : request.description(),
            UUID.randomUUID().toString(),
            weights(request.routingConfig(), old.weights()));
    check(alias);
    records.put(alias);
    return UpdateAliasResponse.builder()
        .aliasArn(records.arn(function, alias.name()))
        .name(alias.name())
        .functionVersion(alias.version())
        .description(alias.description())
        .revisionId(alias.revisionId())
        .routingConfig(routing(alias))
        .build();
  }

  /// Weights that are not given stay; given empty, there are none any more.
  private static Map<String, Double> weights(
      @Nullable AliasRoutingConfiguration given, Map<String, Double> old) {
    return given == null ? old : given.additionalVersionWeights();
  }

  private void check(FunctionRecords.Alias alias) {
    FunctionVersion main = records.get(new FunctionName(alias.function(), alias.version()));
    if (alias.weights().size() > 1) {
      throw invalid("Number of items in AdditionalVersionWeights cannot be greater than 1");
    }
    for (String version : alias.weights().keySet()) {
      if (alias.names(FunctionVersion.LATEST)) {
        throw invalid("$LATEST is not supported for an alias pointing to more than 1 version");
      }
      if (version.equals(alias.version())) {
        throw invalid("expected a version besides " + alias.version() + " in the weights");
      }
      var other = records.get(new FunctionName(alias.function(), version));
      if (!other.role().equals(main.role())
          || !java.util.Objects.equals(other.deadLetterArn(), main.deadLetterArn())) {
        throw invalid(
            "versions %s and %s must have the same execution role and dead-letter queue"
                .formatted(main.version(), other.version()));
      }
    }
  }

  private static AwsFailure invalid(String why) {
    return new AwsFailure("InvalidParameterValueException", 400, why);
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
        .routingConfig(routing(alias))
        .build();
  }

  /// None has any: what would set it is refused by name.
  private GetProvisionedConcurrencyConfigResponse provisioned(
      GetProvisionedConcurrencyConfigRequest request) {
    records.get(FunctionName.of(request.functionName()));
    throw new AwsFailure(
        NO_PROVISIONED_CONCURRENCY,
        404,
        "No Provisioned Concurrency Config found for this function");
  }

  private static @Nullable AliasRoutingConfiguration routing(FunctionRecords.Alias alias) {
    return alias.weights().isEmpty()
        ? null
        : AliasRoutingConfiguration.builder().additionalVersionWeights(alias.weights()).build();
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
                .filter(
                    a -> request.functionVersion() == null || a.names(request.functionVersion()))
                .map(a ->
                    AliasConfiguration.builder()
                        .aliasArn(records.arn(function, a.name()))
                        .name(a.name())
                        .functionVersion(a.version())
                        .description(a.description())
                        .revisionId(a.revisionId())
                        .routingConfig(routing(a))
                        .build())
                .toList())
        .build();
  }
}

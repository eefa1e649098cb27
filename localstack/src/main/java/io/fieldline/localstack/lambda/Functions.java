// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import io.fieldline.localstack.api.Access;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.*;

/// Functions and their published versions.
final class Functions {
  private final FunctionRecords records;
  private final CodeStore codes;
  private final EnvironmentPool environments;
  private final InstantSource clock;
  private final FunctionShapes shapes;
  private final RoleCheck roles;
  private final Consumer<String> forget;

  /// Whether Lambda may become the function's role, and do as it what the function is set up for.
  @FunctionalInterface
  interface RoleCheck {
    void check(FunctionVersion function);
  }

  /// @param forget told of each function that is deleted
  Functions(
      FunctionRecords records,
      CodeStore codes,
      EnvironmentPool environments,
      InstantSource clock,
      FunctionShapes shapes,
      RoleCheck roles,
      Consumer<String> forget) {
    this.records = records;
    this.codes = codes;
    this.environments = environments;
    this.clock = clock;
    this.shapes = shapes;
    this.roles = roles;
    this.forget = forget;
  }

  void register(Api api) {
    api.on(CreateFunctionRequest.class, this::create).access(this::createNeeds);
    api.on(GetFunctionRequest.class, this::get)
        .resource(r -> records.arn(FunctionName.of(r.functionName(), r.qualifier())));
    api.on(GetFunctionConfigurationRequest.class, this::getConfiguration)
        .resource(r -> records.arn(FunctionName.of(r.functionName(), r.qualifier())));
    api.on(ListFunctionsRequest.class, this::list);
    api.on(UpdateFunctionCodeRequest.class, this::updateCode).resource(r -> arn(r.functionName()));
    api.on(UpdateFunctionConfigurationRequest.class, this::updateConfiguration)
        .resource(r -> arn(r.functionName()));
    api.on(DeleteFunctionRequest.class, this::delete)
        .resource(r -> records.arn(FunctionName.of(r.functionName(), r.qualifier())));
    api.on(PublishVersionRequest.class, this::publish).resource(r -> arn(r.functionName()));
    api.on(ListVersionsByFunctionRequest.class, this::listVersions)
        .resource(r -> arn(r.functionName()));
    api.on(PutFunctionConcurrencyRequest.class, this::refuseConcurrency)
        .resource(r -> arn(r.functionName()));
    api.on(GetAccountSettingsRequest.class, _ -> settings());
    api.on(TagResourceRequest.class, this::tag).resource(TagResourceRequest::resource);
    api.on(UntagResourceRequest.class, this::untag).resource(UntagResourceRequest::resource);
    api.on(ListTagsRequest.class, this::listTags).resource(ListTagsRequest::resource);
  }

  private String arn(String functionName) {
    return records.arn(FunctionName.of(functionName).name(), null);
  }

  private List<Access> createNeeds(CreateFunctionRequest request) {
    var needed = new ArrayList<Access>();
    needed.add(new Access("lambda:CreateFunction", arn(request.functionName())));
    needed.add(
        new Access(
            "iam:PassRole",
            String.valueOf(request.role()),
            Map.of("iam:PassedToService", "lambda.amazonaws.com")));
    return needed;
  }

  private CreateFunctionResponse create(CreateFunctionRequest request) {
    String name = FunctionName.of(request.functionName()).name();
    if (records.exists(name)) {
      throw new AwsFailure("ResourceConflictException", 409, "Function already exist: " + name);
    }
    FunctionCode code = request.code();
    CodeStore.Code stored = codes.store(code.zipFile(), code.s3Bucket(), code.s3Key());
    var function =
        new FunctionVersion(
            name,
            FunctionVersion.LATEST,
            request.role(),
            orEmpty(request.handler()),
            String.valueOf(request.runtimeAsString()),
            orEmpty(request.description()),
            request.timeout() == null ? 3 : request.timeout(),
            request.memorySize() == null ? 128 : request.memorySize(),
            variables(request.environment()),
            stored.id(),
            stored.bytes(),
            request.hasArchitectures() ? request.architecturesAsStrings() : List.of("x86_64"),
            deadLetterArn(request.deadLetterConfig(), null),
            request.loggingConfig() == null ? null : request.loggingConfig().logGroup(),
            logFormat(request.loggingConfig()),
            request.tracingConfig() == null
                ? "PassThrough"
                : request.tracingConfig().modeAsString(),
            request.snapStart() != null
                && request.snapStart().applyOn() == SnapStartApplyOn.PUBLISHED_VERSIONS,
            request.tags(),
            clock.instant(),
            0);
    FunctionChecks.check(function);
    roles.check(function);
    records.put(function);
    return shapes.created(function);
  }

  /// An empty ARN takes the queue away.
  private static @Nullable String deadLetterArn(
      @Nullable DeadLetterConfig given, @Nullable String old) {
    if (given == null) {
      return old;
    }
    return given.targetArn() == null || given.targetArn().isEmpty() ? null : given.targetArn();
  }

  private static String logFormat(@Nullable LoggingConfig logging) {
    return logging == null || logging.logFormatAsString() == null
        ? "Text"
        : logging.logFormatAsString();
  }

  private static Map<String, String> variables(@Nullable Environment environment) {
    return environment == null ? Map.of() : environment.variables();
  }

  private GetFunctionResponse get(GetFunctionRequest request) {
    FunctionVersion function =
        records.get(FunctionName.of(request.functionName(), request.qualifier()));
    return GetFunctionResponse.builder()
        .configuration(shapes.configuration(function))
        .code(c -> c.repositoryType("S3"))
        .tags(function.tags())
        .build();
  }

  private GetFunctionConfigurationResponse getConfiguration(
      GetFunctionConfigurationRequest request) {
    return shapes.got(records.get(FunctionName.of(request.functionName(), request.qualifier())));
  }

  private ListFunctionsResponse list(ListFunctionsRequest request) {
    return ListFunctionsResponse.builder()
        .functions(records.latest().stream().map(shapes::configuration).toList())
        .build();
  }

  private UpdateFunctionCodeResponse updateCode(UpdateFunctionCodeRequest request) {
    FunctionVersion old = latest(request.functionName());
    CodeStore.Code stored = codes.store(request.zipFile(), request.s3Bucket(), request.s3Key());
    FunctionVersion updated = old.withCode(stored.id(), stored.bytes(), clock.instant());
    records.put(updated);
    environments.stop(updated.name(), FunctionVersion.LATEST);
    return shapes.codeUpdated(updated);
  }

  private UpdateFunctionConfigurationResponse updateConfiguration(
      UpdateFunctionConfigurationRequest r) {
    FunctionVersion old = latest(r.functionName());
    var updated =
        new FunctionVersion(
            old.name(),
            old.version(),
            or(r.role(), old.role()),
            or(r.handler(), old.handler()),
            or(r.runtimeAsString(), old.runtime()),
            or(r.description(), old.description()),
            or(r.timeout(), old.timeoutSeconds()),
            or(r.memorySize(), old.memoryMb()),
            r.environment() == null ? old.environment() : variables(r.environment()),
            old.code(),
            old.codeBytes(),
            old.architectures(),
            deadLetterArn(r.deadLetterConfig(), old.deadLetterArn()),
            r.loggingConfig() == null ? old.logGroup() : r.loggingConfig().logGroup(),
            r.loggingConfig() == null ? old.logFormat() : logFormat(r.loggingConfig()),
            r.tracingConfig() == null ? old.tracing() : r.tracingConfig().modeAsString(),
            r.snapStart() == null
                ? old.snapStart()
                : r.snapStart().applyOn() == SnapStartApplyOn.PUBLISHED_VERSIONS,
            old.tags(),
            clock.instant(),
            old.published());
    FunctionChecks.check(updated);
    roles.check(updated);
    records.put(updated);
    environments.stop(updated.name(), FunctionVersion.LATEST);
    return shapes.configurationUpdated(updated);
  }

  private DeleteFunctionResponse delete(DeleteFunctionRequest request) {
    FunctionName name = FunctionName.of(request.functionName(), request.qualifier());
    if (name.qualifier() == null) {
      latest(name.name());
      records.removeAll(name.name());
      environments.stop(name.name(), null);
      forget.accept(name.name());
      return DeleteFunctionResponse.builder().build();
    }
    String version = name.qualifier();
    records.aliases(name.name()).stream()
        .filter(a -> a.names(version))
        .findFirst()
        .ifPresent(alias -> {
          throw new AwsFailure(
              "ResourceConflictException",
              409,
              "Version " + version + " is referenced by alias " + alias.name());
        });
    records.get(name);
    records.removeVersion(name.name(), version);
    environments.stop(name.name(), version);
    return DeleteFunctionResponse.builder().build();
  }

  /// Publishing what did not change since the last version gives that version.
  private PublishVersionResponse publish(PublishVersionRequest request) {
    FunctionVersion latest = latest(FunctionName.of(request.functionName()).name());
    if (latest.published() > 0) {
      var last = records.find(new FunctionName(latest.name(), String.valueOf(latest.published())));
      if (last.isPresent() && same(last.get(), latest)) {
        return shapes.published(last.get());
      }
    }
    int number = latest.published() + 1;
    records.put(latest.published(number));
    FunctionVersion version =
        latest.as(
            String.valueOf(number),
            or(request.description(), latest.description()),
            clock.instant());
    records.put(version);
    return shapes.published(version);
  }

  /// Source: AWS Lambda Developer Guide, "Lambda quotas": the defaults. Nothing is throttled here.
  private GetAccountSettingsResponse settings() {
    var all = records.all();
    return GetAccountSettingsResponse.builder()
        .accountLimit(l ->
            l.totalCodeSize(75L << 30)
                .codeSizeUnzipped(250L << 20)
                .codeSizeZipped(50L << 20)
                .concurrentExecutions(1000)
                .unreservedConcurrentExecutions(1000))
        .accountUsage(u ->
            u.functionCount((long) records.latest().size())
                .totalCodeSize(all.stream().mapToLong(FunctionVersion::codeBytes).sum()))
        .build();
  }

  private static boolean same(FunctionVersion version, FunctionVersion latest) {
    FunctionVersion alike =
        version
            .as(latest.version(), latest.description(), latest.modifiedAt())
            .published(latest.published());
    return alike.equals(latest);
  }

  private ListVersionsByFunctionResponse listVersions(ListVersionsByFunctionRequest request) {
    String name = latest(request.functionName()).name();
    return ListVersionsByFunctionResponse.builder()
        .versions(records.versions(name).stream().map(shapes::configuration).toList())
        .build();
  }

  private PutFunctionConcurrencyResponse refuseConcurrency(PutFunctionConcurrencyRequest request) {
    throw new AwsFailure(
        "InvalidParameterValueException",
        400,
        "Reserved concurrency is not supported by this local stack");
  }

  private TagResourceResponse tag(TagResourceRequest request) {
    FunctionVersion function = latest(request.resource());
    var tags = new java.util.TreeMap<>(function.tags());
    tags.putAll(request.tags());
    records.put(function.tagged(tags));
    return TagResourceResponse.builder().build();
  }

  private UntagResourceResponse untag(UntagResourceRequest request) {
    FunctionVersion function = latest(request.resource());
    var tags = new java.util.TreeMap<>(function.tags());
    tags.keySet().removeAll(request.tagKeys());
    records.put(function.tagged(tags));
    return UntagResourceResponse.builder().build();
  }

  private ListTagsResponse listTags(ListTagsRequest request) {
    return ListTagsResponse.builder().tags(latest(request.resource()).tags()).build();
  }

  private FunctionVersion latest(String functionName) {
    return records.get(new FunctionName(FunctionName.of(functionName).name(), null));
  }

  private static <T> T or(@Nullable T given, T old) {
    return given == null ? old : given;
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.lambda.model.*;

/// A function as Lambda's answers show it: six of them carry the same members.
final class FunctionShapes {
  /// Source: Lambda API Reference, FunctionConfiguration, LastModified.
  private static final DateTimeFormatter MODIFIED =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'+0000'").withZone(ZoneOffset.UTC);

  private final FunctionRecords records;

  FunctionShapes(FunctionRecords records) {
    this.records = records;
  }

  FunctionConfiguration configuration(FunctionVersion f) {
    boolean latest = f.version().equals(FunctionVersion.LATEST);
    return FunctionConfiguration.builder()
        .functionName(f.name())
        .functionArn(records.arn(f.name(), latest ? null : f.version()))
        .version(f.version())
        .role(f.role())
        .handler(f.handler())
        .runtime(f.runtime())
        .description(f.description())
        .timeout(f.timeoutSeconds())
        .memorySize(f.memoryMb())
        .environment(f.environment().isEmpty() ? null : environment(f.environment()))
        .codeSha256(sha256(f.code()))
        .codeSize(f.codeBytes())
        .architecturesWithStrings(f.architectures())
        .deadLetterConfig(
            f.deadLetterArn() == null
                ? null
                : DeadLetterConfig.builder().targetArn(f.deadLetterArn()).build())
        .loggingConfig(l -> l.logGroup(f.logGroupName()).logFormat(f.logFormat()))
        .tracingConfig(t -> t.mode(f.tracing()))
        .snapStart(s ->
            s.applyOn(f.snapStart() ? SnapStartApplyOn.PUBLISHED_VERSIONS : SnapStartApplyOn.NONE)
                .optimizationStatus(
                    f.startsFromSnapshot()
                        ? SnapStartOptimizationStatus.ON
                        : SnapStartOptimizationStatus.OFF))
        .packageType(PackageType.ZIP)
        .ephemeralStorage(e -> e.size(512))
        .lastModified(MODIFIED.format(f.modifiedAt()))
        .revisionId(
            UUID.nameUUIDFromBytes(
                    (f.key() + f.modifiedAt()).getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .toString())
        .state(State.ACTIVE)
        .lastUpdateStatus(LastUpdateStatus.SUCCESSFUL)
        .build();
  }

  private static EnvironmentResponse environment(Map<String, String> variables) {
    return EnvironmentResponse.builder().variables(variables).build();
  }

  private static String sha256(String code) {
    return java.util.Base64.getEncoder().encodeToString(HexFormat.of().parseHex(code));
  }

  CreateFunctionResponse created(FunctionVersion f) {
    return copy(configuration(f), CreateFunctionResponse.builder()).build();
  }

  GetFunctionConfigurationResponse got(FunctionVersion f) {
    return copy(configuration(f), GetFunctionConfigurationResponse.builder()).build();
  }

  UpdateFunctionCodeResponse codeUpdated(FunctionVersion f) {
    return copy(configuration(f), UpdateFunctionCodeResponse.builder()).build();
  }

  UpdateFunctionConfigurationResponse configurationUpdated(FunctionVersion f) {
    return copy(configuration(f), UpdateFunctionConfigurationResponse.builder()).build();
  }

  PublishVersionResponse published(FunctionVersion f) {
    return copy(configuration(f), PublishVersionResponse.builder()).build();
  }

  private static <B> B copy(FunctionConfiguration from, B builder) {
    for (SdkField<?> target : ((SdkPojo) builder).sdkFields()) {
      from.sdkFields().stream()
          .filter(source -> source.memberName().equals(target.memberName()))
          .findFirst()
          .ifPresent(source -> target.set(builder, source.getValueOrDefault(from)));
    }
    return builder;
  }
}

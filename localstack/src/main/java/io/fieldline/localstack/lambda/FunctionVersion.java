// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A function at one version, as it is kept; {@code $LATEST} is the one that changes.
///
/// @param code names the unpacked package in {@link CodeStore}
record FunctionVersion(
    String name,
    String version,
    String role,
    String handler,
    String runtime,
    String description,
    int timeoutSeconds,
    int memoryMb,
    Map<String, String> environment,
    String code,
    long codeBytes,
    List<String> architectures,
    @Nullable String deadLetterArn,
    @Nullable String logGroup,
    String logFormat,
    String tracing,
    boolean snapStart,
    Map<String, String> tags,
    Instant modifiedAt,
    int published) {
  static final String LATEST = "$LATEST";

  String key() {
    return key(name, version);
  }

  static String key(String name, String version) {
    return name + ":" + version;
  }

  /// Source: Lambda Developer Guide, "Improving startup performance with Lambda SnapStart": of
  /// published versions only.
  boolean startsFromSnapshot() {
    return snapStart && !version.equals(LATEST);
  }

  String logGroupName() {
    return logGroup == null ? "/aws/lambda/" + name : logGroup;
  }

  FunctionVersion withCode(String newCode, long bytes, Instant at) {
    return new FunctionVersion(
        name,
        version,
        role,
        handler,
        runtime,
        description,
        timeoutSeconds,
        memoryMb,
        environment,
        newCode,
        bytes,
        architectures,
        deadLetterArn,
        logGroup,
        logFormat,
        tracing,
        snapStart,
        tags,
        at,
        published);
  }

  FunctionVersion as(String otherVersion, String otherDescription, Instant at) {
    return new FunctionVersion(
        name,
        otherVersion,
        role,
        handler,
        runtime,
        otherDescription,
        timeoutSeconds,
        memoryMb,
        environment,
        code,
        codeBytes,
        architectures,
        deadLetterArn,
        logGroup,
        logFormat,
        tracing,
        snapStart,
        tags,
        at,
        published);
  }

  FunctionVersion published(int number) {
    return new FunctionVersion(
        name,
        version,
        role,
        handler,
        runtime,
        description,
        timeoutSeconds,
        memoryMb,
        environment,
        code,
        codeBytes,
        architectures,
        deadLetterArn,
        logGroup,
        logFormat,
        tracing,
        snapStart,
        tags,
        modifiedAt,
        number);
  }

  FunctionVersion tagged(Map<String, String> newTags) {
    return new FunctionVersion(
        name,
        version,
        role,
        handler,
        runtime,
        description,
        timeoutSeconds,
        memoryMb,
        environment,
        code,
        codeBytes,
        architectures,
        deadLetterArn,
        logGroup,
        logFormat,
        tracing,
        snapStart,
        newTags,
        modifiedAt,
        published);
  }
}

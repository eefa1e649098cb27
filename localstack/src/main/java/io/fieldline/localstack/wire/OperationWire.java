// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.wire;

/// One operation's row in its service's table.
///
/// @param needs S3 only: {@code q:name} and {@code h:name}, query parameters and headers without
///   which a request is of another operation
/// @param input name of the request's shape where it has constraints, else empty
/// @param wrapper element around a Query answer's members, else empty
public record OperationWire(
    ServiceTable service,
    String name,
    String method,
    String uri,
    int status,
    java.util.List<String> needs,
    String input,
    String wrapper) {}

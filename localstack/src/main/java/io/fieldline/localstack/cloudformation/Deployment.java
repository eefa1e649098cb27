// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What somebody wants a stack to be.
///
/// @param template its text
/// @param roleArn the role whose permissions make the resources; null for the caller's own
record Deployment(
    String template,
    Map<String, String> parameters,
    Map<String, String> tags,
    @Nullable String roleArn) {}

// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.api;

import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// A response and the body that follows it, if any. Whoever receives it closes the body.
public record Streamed<O>(O response, @Nullable InputStream body) {}

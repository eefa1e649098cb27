// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.api;

import java.io.IOException;
import java.io.InputStream;

/// An operation whose request or response has a body that is streamed (S3 objects). For an
/// operation without an uploaded body, {@code upload} is empty; the answer's body is null where it
/// has none.
@FunctionalInterface
public interface StreamingHandler<I, O> {
  Streamed<O> handle(I request, InputStream upload) throws IOException;
}

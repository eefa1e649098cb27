// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.Streamed;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;

/// A template's text: given, or read from the stack's own S3 by its URL.
final class TemplateText {
  private static final int MAX_BODY_BYTES = 51_200;
  private static final int MAX_OBJECT_BYTES = 1_048_576;

  /// Source: Amazon S3 User Guide, "Virtual hosting of general purpose buckets".
  private static final Pattern BUCKET_HOST =
      Pattern.compile("(.+)\\.s3(?:[.-][a-z0-9-]+)?\\.amazonaws\\.com");

  private TemplateText() {}

  static @Nullable String of(@Nullable String body, @Nullable String url, Api api) {
    if (body != null && url != null) {
      throw AwsFailure.validationError("You cannot specify both TemplateBody and TemplateURL");
    }
    if (body != null) {
      return checked(body, MAX_BODY_BYTES, "templateBody");
    }
    return url == null ? null : checked(fetch(url, api), MAX_OBJECT_BYTES, "templateURL");
  }

  private static String checked(String text, int maxBytes, String where) {
    if (text.length() > maxBytes) {
      throw AwsFailure.validationError(
          "1 validation error detected: Value at '"
              + where
              + "' failed to satisfy constraint: Member must have length less than or equal to "
              + maxBytes);
    }
    return text;
  }

  private static String fetch(String url, Api api) {
    URI uri = URI.create(url);
    String path = String.valueOf(uri.getPath());
    Matcher host = BUCKET_HOST.matcher(String.valueOf(uri.getHost()));
    String object = host.matches() ? host.group(1) + path : path.replaceFirst("^/", "");
    int slash = object.indexOf('/');
    if (slash < 1) {
      throw AwsFailure.validationError("TemplateURL must reference a valid S3 object: " + url);
    }
    var request =
        GetObjectRequest.builder()
            .bucket(object.substring(0, slash))
            .key(object.substring(slash + 1))
            .build();
    Streamed<?> found = api.stream(request, InputStream.nullInputStream());
    try (InputStream body = found.body()) {
      return body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

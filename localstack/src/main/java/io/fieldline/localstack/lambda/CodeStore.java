// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.Streamed;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;

/// Deployment packages, each unpacked once into a folder named by its digest.
final class CodeStore {
  private static final long MAX_UNPACKED_BYTES = 250L * 1024 * 1024;

  private final Path folder;
  private final Api api;

  /// @param sha256 as AWS prints it: base64
  record Code(String id, String sha256, long bytes) {}

  CodeStore(Path folder, Api api) {
    this.folder = folder;
    this.api = api;
  }

  Path path(String id) {
    return folder.resolve(id);
  }

  Code store(@Nullable SdkBytes zip, @Nullable String bucket, @Nullable String key) {
    if (zip != null) {
      return unpack(zip.asByteArray());
    }
    if (bucket == null || key == null) {
      throw new AwsFailure(
          "InvalidParameterValueException",
          400,
          "Please provide a source for function code: ZipFile, or S3Bucket and S3Key (container"
              + " images are not supported by this local stack)");
    }
    return unpack(fetch(bucket, key));
  }

  private byte[] fetch(String bucket, String key) {
    var request = GetObjectRequest.builder().bucket(bucket).key(key).build();
    try {
      Streamed<?> object = api.stream(request, InputStream.nullInputStream());
      try (InputStream body = object.body()) {
        return body == null ? new byte[0] : body.readAllBytes();
      }
    } catch (AwsFailure e) {
      throw new AwsFailure(
          "InvalidParameterValueException",
          400,
          "Error occurred while GetObject. S3 Error Code: "
              + e.code()
              + ". S3 Error Message: "
              + e.message());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Code unpack(byte[] zip) {
    byte[] digest = sha256(zip);
    String id = java.util.HexFormat.of().formatHex(digest);
    var code = new Code(id, Base64.getEncoder().encodeToString(digest), zip.length);
    if (Files.isDirectory(path(id))) {
      return code;
    }
    try {
      Files.createDirectories(folder);
      Path unfinished = Files.createTempDirectory(folder, "unpacking");
      unpack(zip, unfinished);
      Files.move(unfinished, path(id), StandardCopyOption.ATOMIC_MOVE);
    } catch (ZipException e) {
      throw notAZip();
    } catch (IOException e) {
      if (!Files.isDirectory(path(id))) {
        throw new UncheckedIOException(e);
      }
    }
    return code;
  }

  private static void unpack(byte[] zip, Path into) throws IOException {
    long left = MAX_UNPACKED_BYTES;
    int entries = 0;
    try (var in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        entries++;
        Path file = into.resolve(entry.getName()).normalize();
        if (!file.startsWith(into)) {
          throw notAZip();
        }
        if (entry.isDirectory()) {
          Files.createDirectories(file);
          continue;
        }
        Files.createDirectories(file.getParent());
        left -= Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        if (left < 0) {
          throw new AwsFailure(
              "InvalidParameterValueException",
              400,
              "Unzipped size must be smaller than " + MAX_UNPACKED_BYTES + " bytes");
        }
      }
    }
    if (entries == 0) {
      throw notAZip();
    }
  }

  private static AwsFailure notAZip() {
    return new AwsFailure(
        "InvalidParameterValueException",
        400,
        "Could not unzip uploaded file. Please check your file, then try to upload again.");
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}

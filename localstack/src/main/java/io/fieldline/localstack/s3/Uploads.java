// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.s3;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.Streamed;
import io.fieldline.localstack.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.h2.mvstore.MVMap;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/// Multipart uploads, until they become an object. Thread-safe.
final class Uploads {
  private static final HexFormat HEX = HexFormat.of();

  private final MVMap<String, Upload> uploads;
  private final MVMap<String, Part> parts;
  private final Objects objects;
  private final Buckets buckets;
  private final ObjectFiles files;
  private final InstantSource clock;
  private final Supplier<String> ids;

  Uploads(
      Store store,
      Objects objects,
      Buckets buckets,
      ObjectFiles files,
      InstantSource clock,
      Supplier<String> ids) {
    this.uploads = store.map("s3.uploads", Upload.class);
    this.parts = store.map("s3.parts", Part.class);
    this.objects = objects;
    this.buckets = buckets;
    this.files = files;
    this.clock = clock;
    this.ids = ids;
  }

  record Upload(String bucket, String key, String contentType, Map<String, String> metadata) {
    Upload {
      metadata = metadata == null ? Map.of() : Map.copyOf(metadata);
    }
  }

  record Part(String file, long sizeBytes, String md5Hex) {}

  void register(Api api) {
    Objects.guard(
        api.on(CreateMultipartUploadRequest.class, this::create),
        buckets,
        "s3:PutObject",
        r -> r.bucket(),
        r -> r.key());
    Objects.guard(
        api.onStream(UploadPartRequest.class, this::part),
        buckets,
        "s3:PutObject",
        r -> r.bucket(),
        r -> r.key());
    Objects.guard(
        api.onStream(CompleteMultipartUploadRequest.class, (r, _) -> complete(r)),
        buckets,
        "s3:PutObject",
        r -> r.bucket(),
        r -> r.key());
    Objects.guard(
        api.on(AbortMultipartUploadRequest.class, this::abort),
        buckets,
        "s3:AbortMultipartUpload",
        r -> r.bucket(),
        r -> r.key());
  }

  private CreateMultipartUploadResponse create(CreateMultipartUploadRequest request) {
    buckets.named(request.bucket());
    String id = ids.get();
    String type = request.contentType() == null ? "binary/octet-stream" : request.contentType();
    uploads.put(id, new Upload(request.bucket(), request.key(), type, request.metadata()));
    return CreateMultipartUploadResponse.builder()
        .bucket(request.bucket())
        .key(request.key())
        .uploadId(id)
        .build();
  }

  private Upload named(String id) {
    Upload upload = uploads.get(id);
    if (upload == null) {
      throw S3Failures.noSuchUpload(id);
    }
    return upload;
  }

  private static String partId(String uploadId, int number) {
    return "%s/%05d".formatted(uploadId, number);
  }

  private Streamed<UploadPartResponse> part(UploadPartRequest request, InputStream in)
      throws IOException {
    named(request.uploadId());
    int number = request.partNumber();
    if (number < 1 || number > 10_000) {
      throw new AwsFailure(
          "InvalidArgument", 400, "Part number must be an integer between 1 and 10000, inclusive");
    }
    ObjectFiles.Written written = files.write(in);
    String md5 = HEX.formatHex(written.md5());
    Part old =
        parts.put(
            partId(request.uploadId(), number), new Part(written.file(), written.sizeBytes(), md5));
    if (old != null) {
      files.delete(old.file());
    }
    return new Streamed<>(UploadPartResponse.builder().eTag(written.etag()).build(), null);
  }

  private Streamed<CompleteMultipartUploadResponse> complete(CompleteMultipartUploadRequest request)
      throws IOException {
    Upload upload = named(request.uploadId());
    var chosen = new ArrayList<Part>();
    MessageDigest md5 = ObjectFiles.md5();
    for (CompletedPart part : request.multipartUpload().parts()) {
      Part stored = parts.get(partId(request.uploadId(), part.partNumber()));
      if (stored == null || !part.eTag().replace("\"", "").equals(stored.md5Hex())) {
        throw new AwsFailure(
            "InvalidPart",
            400,
            "One or more of the specified parts could not be found. The part may not have been"
                + " uploaded, or the specified entity tag may not match the part's entity tag:"
                + " part "
                + part.partNumber());
      }
      chosen.add(stored);
      md5.update(HEX.parseHex(stored.md5Hex()));
    }
    String etag = "\"" + HEX.formatHex(md5.digest()) + "-" + chosen.size() + "\"";
    ObjectFiles.Written written = join(chosen);
    objects.replace(
        new ObjectRecord(
            upload.bucket(),
            upload.key(),
            written.file(),
            written.sizeBytes(),
            etag,
            clock.instant().truncatedTo(ChronoUnit.MILLIS),
            Map.of("Content-Type", upload.contentType()),
            upload.metadata()));
    forget(request.uploadId());
    return new Streamed<>(
        CompleteMultipartUploadResponse.builder()
            .bucket(upload.bucket())
            .key(upload.key())
            .location("/" + upload.bucket() + "/" + upload.key())
            .eTag(etag)
            .build(),
        null);
  }

  private ObjectFiles.Written join(List<Part> chosen) throws IOException {
    var streams = new ArrayList<InputStream>();
    for (Part part : chosen) {
      streams.add(files.read(part.file()));
    }
    try (var joined = new SequenceInputStream(Collections.enumeration(streams))) {
      return files.write(joined);
    }
  }

  private void forget(String uploadId) {
    uploads.remove(uploadId);
    var ids = new ArrayList<String>();
    parts.keyIterator(uploadId + "/").forEachRemaining(ids::add);
    ids.removeIf(id -> !id.startsWith(uploadId + "/"));
    for (String id : ids) {
      Part part = parts.remove(id);
      if (part != null) {
        files.delete(part.file());
      }
    }
  }

  private AbortMultipartUploadResponse abort(AbortMultipartUploadRequest request) {
    named(request.uploadId());
    forget(request.uploadId());
    return AbortMultipartUploadResponse.builder().build();
  }
}

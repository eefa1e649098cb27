// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.s3;

import io.fieldline.localstack.api.Access;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.Operation;
import io.fieldline.localstack.api.Streamed;
import io.fieldline.localstack.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.h2.mvstore.MVMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.DeletedObject;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/// Objects: in, out, copied, gone. The bytes are on disk before the record names them, and the
/// record is on disk before the bytes it no longer names go. Thread-safe.
final class Objects {
  private final MVMap<String, ObjectRecord> objects;
  private final Object conditions = new Object();
  private final Store store;
  private final ObjectFiles files;
  private final InstantSource clock;

  Objects(Store store, ObjectFiles files, InstantSource clock) {
    this.objects = store.map("s3.objects", ObjectRecord.class);
    this.store = store;
    this.files = files;
    this.clock = clock;
  }

  void register(Api api, Buckets buckets) {
    Consumer<String> named = buckets::named;
    guard(
        api.onStream(PutObjectRequest.class, (r, in) -> put(r, in, named)),
        buckets,
        "s3:PutObject",
        r -> r.bucket(),
        r -> r.key());
    guard(
        api.onStream(GetObjectRequest.class, (r, _) -> get(r, named)),
        buckets,
        "s3:GetObject",
        r -> r.bucket(),
        r -> r.key());
    guard(
        api.on(HeadObjectRequest.class, r -> head(r, named)),
        buckets,
        "s3:GetObject",
        r -> r.bucket(),
        r -> r.key());
    guard(
        api.on(DeleteObjectRequest.class, r -> delete(r, named)),
        buckets,
        "s3:DeleteObject",
        r -> r.bucket(),
        r -> r.key());
    api.on(DeleteObjectsRequest.class, r -> deleteAll(r, named))
        .access(r ->
            r.delete().objects().stream()
                .map(o -> access("s3:DeleteObject", r.bucket(), o.key()))
                .toList())
        .resourcePolicy(r -> buckets.policy(r.bucket()));
    api.onStream(CopyObjectRequest.class, (r, _) -> copy(r, named))
        .access(r ->
            List.of(
                access("s3:GetObject", Source.of(r).bucket(), Source.of(r).key()),
                access("s3:PutObject", r.destinationBucket(), r.destinationKey())))
        .resourcePolicy(r -> buckets.policy(r.destinationBucket()));
  }

  static <I, O> Operation<I, O> guard(
      Operation<I, O> operation,
      Buckets buckets,
      String action,
      Function<I, String> bucket,
      Function<I, String> key) {
    return operation
        .access(r -> List.of(access(action, bucket.apply(r), key.apply(r))))
        .resourcePolicy(r -> buckets.policy(bucket.apply(r)));
  }

  static Access access(String action, String bucket, String key) {
    return new Access(action, Buckets.arn(bucket) + "/" + key);
  }

  static String id(String bucket, String key) {
    return bucket + "/" + key;
  }

  boolean isEmpty(String bucket) {
    String next = objects.ceilingKey(bucket + "/");
    return next == null || !next.startsWith(bucket + "/");
  }

  MVMap<String, ObjectRecord> all() {
    return objects;
  }

  ObjectRecord named(String bucket, String key) {
    ObjectRecord found = objects.get(id(bucket, key));
    if (found == null) {
      throw S3Failures.noSuchKey(key);
    }
    return found;
  }

  /// Puts a record in place of an earlier one, whose bytes then go.
  void replace(ObjectRecord object) {
    replace(object, null, null);
  }

  /// The same, on conditions: nobody else comes in between.
  private void replace(
      ObjectRecord object, @Nullable String ifMatch, @Nullable String ifNoneMatch) {
    ObjectRecord old;
    synchronized (conditions) {
      checkWrite(objects.get(id(object.bucket(), object.key())), ifMatch, ifNoneMatch);
      old = objects.put(id(object.bucket(), object.key()), object);
    }
    dropBytes(old);
  }

  private static void checkWrite(
      @Nullable ObjectRecord old, @Nullable String ifMatch, @Nullable String ifNoneMatch) {
    if ("*".equals(ifNoneMatch) && old != null) {
      throw S3Failures.precondition("If-None-Match");
    }
    if (ifMatch != null && (old == null || !matches(ifMatch, old))) {
      throw S3Failures.precondition("If-Match");
    }
  }

  private void dropBytes(@Nullable ObjectRecord old) {
    if (old != null) {
      store.commit();
      files.delete(old.file());
    }
  }

  private Streamed<PutObjectResponse> put(
      PutObjectRequest request, InputStream in, Consumer<String> buckets) throws IOException {
    buckets.accept(request.bucket());
    ObjectRecord old = objects.get(id(request.bucket(), request.key()));
    checkWrite(old, request.ifMatch(), request.ifNoneMatch());
    ObjectFiles.Written written = files.write(in);
    var headers = new HashMap<String, String>();
    header(headers, "Content-Type", request.contentType());
    header(headers, "Cache-Control", request.cacheControl());
    header(headers, "Content-Disposition", request.contentDisposition());
    header(headers, "Content-Encoding", plainEncoding(request.contentEncoding()));
    header(headers, "Content-Language", request.contentLanguage());
    var object =
        new ObjectRecord(
            request.bucket(),
            request.key(),
            written.file(),
            written.sizeBytes(),
            written.etag(),
            clock.instant().truncatedTo(ChronoUnit.MILLIS),
            headers,
            request.metadata());
    try {
      replace(object, request.ifMatch(), request.ifNoneMatch());
    } catch (AwsFailure e) {
      files.delete(written.file());
      throw e;
    }
    return new Streamed<>(PutObjectResponse.builder().eTag(written.etag()).build(), null);
  }

  private static void header(Map<String, String> to, String name, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      to.put(name, value);
    }
  }

  /// Source: S3 API Reference: aws-chunked is of the transfer and not kept.
  private static @Nullable String plainEncoding(@Nullable String encoding) {
    return encoding == null ? null : encoding.replaceAll("aws-chunked,?\\s*", "");
  }

  private Streamed<GetObjectResponse> get(GetObjectRequest request, Consumer<String> buckets)
      throws IOException {
    buckets.accept(request.bucket());
    ObjectRecord object = named(request.bucket(), request.key());
    check(request.ifMatch(), request.ifNoneMatch(), request.ifModifiedSince(), object);
    var answer =
        GetObjectResponse.builder()
            .acceptRanges("bytes")
            .eTag(object.etag())
            .lastModified(object.modified())
            .metadata(object.metadata())
            .contentType(or(request.responseContentType(), contentType(object)))
            .cacheControl(or(request.responseCacheControl(), object.headers().get("Cache-Control")))
            .contentDisposition(
                or(
                    request.responseContentDisposition(),
                    object.headers().get("Content-Disposition")))
            .contentEncoding(object.headers().get("Content-Encoding"))
            .contentLanguage(object.headers().get("Content-Language"));
    if (request.range() == null) {
      answer.contentLength(object.sizeBytes());
      return new Streamed<>(answer.build(), files.read(object.file()));
    }
    ByteRange range = ByteRange.parse(request.range(), object.sizeBytes());
    answer.contentLength(range.count()).contentRange(range.header(object.sizeBytes()));
    return new Streamed<>(answer.build(), files.read(object.file(), range.first(), range.count()));
  }

  private static @Nullable String or(@Nullable String first, @Nullable String second) {
    return first == null ? second : first;
  }

  private static String contentType(ObjectRecord object) {
    return object.headers().getOrDefault("Content-Type", "binary/octet-stream");
  }

  private static boolean matches(String condition, ObjectRecord object) {
    String bare = object.etag().replace("\"", "");
    return condition.equals("*") || condition.replace("\"", "").equals(bare);
  }

  private static void check(
      @Nullable String ifMatch,
      @Nullable String ifNoneMatch,
      java.time.@Nullable Instant ifModifiedSince,
      ObjectRecord object) {
    if (ifMatch != null && !matches(ifMatch, object)) {
      throw S3Failures.precondition("If-Match");
    }
    if (ifNoneMatch != null && matches(ifNoneMatch, object)) {
      throw S3Failures.notModified();
    }
    if (ifNoneMatch == null
        && ifModifiedSince != null
        && !object.modified().truncatedTo(ChronoUnit.SECONDS).isAfter(ifModifiedSince)) {
      throw S3Failures.notModified();
    }
  }

  private HeadObjectResponse head(HeadObjectRequest request, Consumer<String> buckets) {
    buckets.accept(request.bucket());
    ObjectRecord object = named(request.bucket(), request.key());
    check(request.ifMatch(), request.ifNoneMatch(), request.ifModifiedSince(), object);
    return HeadObjectResponse.builder()
        .acceptRanges("bytes")
        .eTag(object.etag())
        .lastModified(object.modified())
        .metadata(object.metadata())
        .contentType(contentType(object))
        .cacheControl(object.headers().get("Cache-Control"))
        .contentEncoding(object.headers().get("Content-Encoding"))
        .contentLength(object.sizeBytes())
        .build();
  }

  private DeleteObjectResponse delete(DeleteObjectRequest request, Consumer<String> buckets) {
    buckets.accept(request.bucket());
    ObjectRecord old;
    synchronized (conditions) {
      // Source: S3 User Guide, "How to perform conditional deletes": of what is not there, 404.
      if (request.ifMatch() != null) {
        checkWrite(named(request.bucket(), request.key()), request.ifMatch(), null);
      }
      old = objects.remove(id(request.bucket(), request.key()));
    }
    dropBytes(old);
    return DeleteObjectResponse.builder().build();
  }

  private DeleteObjectsResponse deleteAll(DeleteObjectsRequest request, Consumer<String> buckets) {
    buckets.accept(request.bucket());
    for (ObjectIdentifier object : request.delete().objects()) {
      dropBytes(objects.remove(id(request.bucket(), object.key())));
    }
    boolean quiet = Boolean.TRUE.equals(request.delete().quiet());
    return DeleteObjectsResponse.builder()
        .deleted(
            quiet
                ? List.of()
                : request.delete().objects().stream()
                    .map(o -> DeletedObject.builder().key(o.key()).build())
                    .toList())
        .build();
  }

  private Streamed<CopyObjectResponse> copy(CopyObjectRequest request, Consumer<String> buckets)
      throws IOException {
    Source source = Source.of(request);
    buckets.accept(source.bucket());
    buckets.accept(request.destinationBucket());
    ObjectRecord from = named(source.bucket(), source.key());
    boolean replaced = request.metadataDirective() == MetadataDirective.REPLACE;
    var headers = new HashMap<>(replaced ? Map.<String, String>of() : from.headers());
    if (replaced) {
      header(headers, "Content-Type", request.contentType());
      header(headers, "Cache-Control", request.cacheControl());
      header(headers, "Content-Encoding", request.contentEncoding());
    }
    ObjectFiles.Written written = files.write(files.read(from.file()));
    var copy =
        new ObjectRecord(
            request.destinationBucket(),
            request.destinationKey(),
            written.file(),
            written.sizeBytes(),
            written.etag(),
            clock.instant().truncatedTo(ChronoUnit.MILLIS),
            headers,
            replaced ? request.metadata() : from.metadata());
    replace(copy);
    return new Streamed<>(
        CopyObjectResponse.builder()
            .copyObjectResult(r -> r.eTag(copy.etag()).lastModified(copy.modified()))
            .build(),
        null);
  }

  /// The source, named as `/bucket/key`, percent-encoded, or as two members.
  private record Source(String bucket, String key) {
    @SuppressWarnings("deprecation")
    static Source of(CopyObjectRequest request) {
      if (request.sourceBucket() != null) {
        return new Source(request.sourceBucket(), request.sourceKey());
      }
      String text = request.copySource().replaceFirst("^/", "").replaceFirst("\\?versionId=.*", "");
      String decoded =
          java.net.URLDecoder.decode(
              text.replace("+", "%2B"), java.nio.charset.StandardCharsets.UTF_8);
      int slash = decoded.indexOf('/');
      if (slash < 1) {
        throw new AwsFailure(
            "InvalidArgument",
            400,
            "Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
      }
      return new Source(decoded.substring(0, slash), decoded.substring(slash + 1));
    }
  }
}

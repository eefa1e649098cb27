// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.s3;

import io.fieldline.localstack.api.Api;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.s3.model.S3Object;

/// Lists of objects, by prefix and in the order of keys, a page at a time.
final class Listing {
  private static final int MOST = 1000;

  private final Objects objects;
  private final Buckets buckets;

  Listing(Objects objects, Buckets buckets) {
    this.objects = objects;
    this.buckets = buckets;
  }

  void register(Api api) {
    buckets.guard(
        api.on(ListObjectsV2Request.class, this::second), "s3:ListBucket", r -> r.bucket());
    buckets.guard(api.on(ListObjectsRequest.class, this::first), "s3:ListBucket", r -> r.bucket());
    buckets.guard(
        api.on(ListObjectVersionsRequest.class, this::versions),
        "s3:ListBucketVersions",
        r -> r.bucket());
  }

  /// @param last key of the page, where more follow
  private record Page(List<ObjectRecord> objects, TreeSet<String> prefixes, @Nullable String last) {
    List<CommonPrefix> commonPrefixes() {
      return prefixes.stream().map(p -> CommonPrefix.builder().prefix(p).build()).toList();
    }

    List<S3Object> contents() {
      return objects.stream()
          .map(o ->
              S3Object.builder()
                  .key(o.key())
                  .size(o.sizeBytes())
                  .eTag(o.etag())
                  .lastModified(o.modified())
                  .storageClass("STANDARD")
                  .build())
          .toList();
    }
  }

  private Page page(
      String bucket,
      @Nullable String prefix,
      @Nullable String delimiter,
      @Nullable String after,
      @Nullable Integer maxKeys) {
    buckets.named(bucket);
    String begin = prefix == null ? "" : prefix;
    int most = maxKeys == null ? MOST : Math.clamp(maxKeys, 0, MOST);
    var found = new ArrayList<ObjectRecord>();
    var prefixes = new TreeSet<String>();
    String start = Objects.id(bucket, after != null && after.compareTo(begin) > 0 ? after : begin);
    String last = null;
    Iterator<String> ids = objects.all().keyIterator(start);
    while (ids.hasNext()) {
      String id = ids.next();
      if (!id.startsWith(Objects.id(bucket, begin))) {
        break;
      }
      String key = id.substring(bucket.length() + 1);
      String group = group(key, begin, delimiter);
      boolean seen = after != null && (key.compareTo(after) <= 0 || after.equals(group));
      if (seen || (group != null && prefixes.contains(group))) {
        continue;
      }
      if (found.size() + prefixes.size() >= most) {
        return new Page(found, prefixes, last == null ? "" : last);
      }
      ObjectRecord object = objects.all().get(id);
      if (group != null) {
        prefixes.add(group);
        last = group;
      } else if (object != null) {
        found.add(object);
        last = key;
      }
    }
    return new Page(found, prefixes, null);
  }

  private static @Nullable String group(String key, String prefix, @Nullable String delimiter) {
    if (delimiter == null || delimiter.isEmpty()) {
      return null;
    }
    int at = key.indexOf(delimiter, prefix.length());
    return at < 0 ? null : key.substring(0, at + delimiter.length());
  }

  private ListObjectsV2Response second(ListObjectsV2Request request) {
    String token = request.continuationToken();
    String after = token == null ? request.startAfter() : decode(token);
    Page page =
        page(request.bucket(), request.prefix(), request.delimiter(), after, request.maxKeys());
    return ListObjectsV2Response.builder()
        .name(request.bucket())
        .prefix(request.prefix() == null ? "" : request.prefix())
        .delimiter(request.delimiter())
        .maxKeys(request.maxKeys() == null ? MOST : request.maxKeys())
        .keyCount(page.objects().size() + page.prefixes().size())
        .isTruncated(page.last() != null)
        .continuationToken(token)
        .nextContinuationToken(page.last() == null ? null : encode(page.last()))
        .contents(page.contents())
        .commonPrefixes(page.commonPrefixes())
        .build();
  }

  private static String encode(String key) {
    return Base64.getUrlEncoder().encodeToString(key.getBytes(StandardCharsets.UTF_8));
  }

  private static String decode(String token) {
    return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
  }

  private ListObjectsResponse first(ListObjectsRequest request) {
    Page page =
        page(
            request.bucket(),
            request.prefix(),
            request.delimiter(),
            request.marker(),
            request.maxKeys());
    return ListObjectsResponse.builder()
        .name(request.bucket())
        .prefix(request.prefix() == null ? "" : request.prefix())
        .marker(request.marker() == null ? "" : request.marker())
        .delimiter(request.delimiter())
        .maxKeys(request.maxKeys() == null ? MOST : request.maxKeys())
        .isTruncated(page.last() != null)
        .nextMarker(page.last())
        .contents(page.contents())
        .commonPrefixes(page.commonPrefixes())
        .build();
  }

  private ListObjectVersionsResponse versions(ListObjectVersionsRequest request) {
    Page page =
        page(
            request.bucket(),
            request.prefix(),
            request.delimiter(),
            request.keyMarker(),
            request.maxKeys());
    return ListObjectVersionsResponse.builder()
        .name(request.bucket())
        .prefix(request.prefix())
        .isTruncated(page.last() != null)
        .nextKeyMarker(page.last())
        .commonPrefixes(page.commonPrefixes())
        .versions(
            page.objects().stream()
                .map(o ->
                    ObjectVersion.builder()
                        .key(o.key())
                        .versionId("null")
                        .isLatest(true)
                        .size(o.sizeBytes())
                        .eTag(o.etag())
                        .lastModified(o.modified())
                        .build())
                .toList())
        .build();
  }
}

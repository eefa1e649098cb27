// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.firehose;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.Caller;
import io.fieldline.localstack.firehose.Waiting.Entry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.util.Enumeration;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/// Puts records into S3 as one object, one after the other with nothing between them.
final class ObjectDelivery {
  private final Api api;
  private final DeliveryRole roles;
  private final Waiting waiting;

  ObjectDelivery(Api api, DeliveryRole roles, Waiting waiting) {
    this.api = api;
    this.roles = roles;
    this.waiting = waiting;
  }

  void deliver(DeliveryStream stream, List<Entry> entries) {
    Destination to = stream.destination();
    Caller role = roles.assume(stream);
    var request =
        PutObjectRequest.builder()
            .bucket(to.bucket())
            .key(ObjectName.of(stream, entries.getFirst().arrived()));
    if (to.gzip()) {
      byte[] zipped = zipped(entries);
      request.contentLength((long) zipped.length).contentType("application/octet-stream");
      put(role, request.build(), new ByteArrayInputStream(zipped));
    } else {
      request.contentLength(entries.stream().mapToLong(Entry::bytes).sum());
      put(role, request.contentType("application/octet-stream").build(), joined(entries));
    }
  }

  private void put(Caller role, PutObjectRequest request, InputStream body) {
    role.run(() -> api.stream(request, body));
  }

  private InputStream stream(Entry entry) {
    byte[] data = waiting.data(entry);
    if (data == null) {
      throw new IllegalStateException("a record that waits is not there: " + entry.key());
    }
    return new ByteArrayInputStream(data);
  }

  /// Read as it is written: the records of a large object are never in memory at once.
  private InputStream joined(List<Entry> entries) {
    var streams = entries.stream().map(this::stream).iterator();
    return new SequenceInputStream(
        new Enumeration<>() {
          @Override
          public boolean hasMoreElements() {
            return streams.hasNext();
          }

          @Override
          public InputStream nextElement() {
            return streams.next();
          }
        });
  }

  private byte[] zipped(List<Entry> entries) {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new GZIPOutputStream(bytes)) {
      joined(entries).transferTo(zip);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}

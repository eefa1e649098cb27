// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.archive;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// Takes the messages of a thing out of the archive. Objects hold those of many things, so one that
/// has some of it is written anew without them, only over what was read: two deletions at once do
/// not bring back what the other took out.
///
/// Source: Amazon S3 User Guide, "Conditional writes": If-Match, 412 where the object has changed.
public final class ArchiveDeletion {
  private static final String PREFIX = "archive/";
  private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("yyyy/MM/dd/");
  private static final int CHANGED = 412;
  private static final int MOST_TRIES = 5;

  private final S3Client s3;
  private final String bucket;

  /// The archive in a bucket.
  public ArchiveDeletion(S3Client s3, String bucket) {
    this.s3 = s3;
    this.bucket = bucket;
  }

  /// How far a deletion has come, kept where a crash leaves it.
  public interface Progress {
    /// The key of the object that was looked at last, empty for none.
    String after();

    /// That object is done.
    ///
    /// @param gone how many messages were taken out of it
    void done(String key, int gone);
  }

  /// Goes through the objects of these days in the order of their keys.
  ///
  /// @param last included
  /// @param timeLeft fails when there is none
  public void delete(
      String thing, LocalDate first, LocalDate last, Progress progress, Runnable timeLeft) {
    var begin = PREFIX + DAY.format(first);
    var end = PREFIX + DAY.format(last.plusDays(1));
    var after = progress.after().compareTo(begin) > 0 ? progress.after() : begin;
    var objects =
        s3.listObjectsV2Paginator(list -> list.bucket(bucket).prefix(PREFIX).startAfter(after));
    for (var page : objects) {
      for (var object : page.contents()) {
        if (object.key().compareTo(end) >= 0) {
          return;
        }
        timeLeft.run();
        progress.done(object.key(), takeOut(thing, object.key()));
      }
    }
  }

  private int takeOut(String thing, String key) {
    for (int attempt = 1; ; attempt++) {
      try (var object = s3.getObject(get -> get.bucket(bucket).key(key))) {
        var etag = object.response().eTag();
        var lines = ArchivedLines.without(thing, object);
        if (lines.gone() > 0) {
          write(key, etag, lines);
        }
        return lines.gone();
      } catch (IOException e) {
        throw new UncheckedIOException("archive: " + key, e);
      } catch (S3Exception e) {
        if (e.statusCode() != CHANGED || attempt == MOST_TRIES) {
          throw e;
        }
      }
    }
  }

  private void write(String key, String etag, ArchivedLines lines) {
    if (lines.isEmpty()) {
      s3.deleteObject(delete -> delete.bucket(bucket).key(key).ifMatch(etag));
    } else {
      s3.putObject(
          put -> put.bucket(bucket).key(key).ifMatch(etag), RequestBody.fromBytes(lines.rest()));
    }
  }
}

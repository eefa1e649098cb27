// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.firehose;

import io.fieldline.localstack.wire.Models;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.firehose.model.*;

/// Where a delivery stream puts its objects, and when.
///
/// Source: Firehose API reference, "ExtendedS3DestinationConfiguration", "BufferingHints": 5 MB and
/// 300 s unless both are told.
record Destination(
    String roleArn,
    String bucketArn,
    @Nullable String prefix,
    @Nullable String errorPrefix,
    int megabytes,
    int seconds,
    boolean gzip,
    @Nullable String extension,
    String zone) {
  private static final int USUAL_MEGABYTES = 5;
  private static final int USUAL_SECONDS = 300;

  /// A delivery stream has one destination: AWS numbers it so.
  static final String ID = "destinationId-000000000001";

  private static final String BUCKET = "arn:aws:s3:::";

  /// What is taken of a configuration; of the rest only what asks for nothing.
  private static final Set<String> TAKEN =
      Set.of(
          "RoleARN",
          "BucketARN",
          "Prefix",
          "ErrorOutputPrefix",
          "BufferingHints",
          "CompressionFormat",
          "FileExtension",
          "CustomTimeZone");

  static Destination of(S3DestinationConfiguration c) {
    checkRest(c);
    return of(
        ExtendedS3DestinationConfiguration.builder()
            .roleARN(c.roleARN())
            .bucketARN(c.bucketARN())
            .prefix(c.prefix())
            .errorOutputPrefix(c.errorOutputPrefix())
            .bufferingHints(c.bufferingHints())
            .compressionFormat(c.compressionFormatAsString())
            .build());
  }

  static Destination of(ExtendedS3DestinationConfiguration c) {
    checkRest(c);
    if (c.roleARN() == null || c.bucketARN() == null || !c.bucketARN().startsWith(BUCKET)) {
      throw FirehoseFailures.invalid(
          "A destination in S3 needs a RoleARN and a BucketARN like %sname, got %s"
              .formatted(BUCKET, c.bucketARN()));
    }
    ObjectName.check(c.prefix(), c.errorOutputPrefix());
    BufferingHints hints = c.bufferingHints();
    Integer megabytes = hints == null ? null : hints.sizeInMBs();
    Integer seconds = hints == null ? null : hints.intervalInSeconds();
    if ((megabytes == null) != (seconds == null)) {
      throw FirehoseFailures.invalid(
          "BufferingHints must have both SizeInMBs and IntervalInSeconds, or neither");
    }
    return new Destination(
        c.roleARN(),
        c.bucketARN(),
        c.prefix(),
        c.errorOutputPrefix(),
        inRange("SizeInMBs", megabytes == null ? USUAL_MEGABYTES : megabytes, 1, 128),
        inRange("IntervalInSeconds", seconds == null ? USUAL_SECONDS : seconds, 0, 900),
        gzip(c.compressionFormat(), c.compressionFormatAsString()),
        extension(c.fileExtension()),
        zone(c.customTimeZone()));
  }

  /// This destination with what an update names.
  Destination changed(SdkPojo update) {
    var configuration = ExtendedS3DestinationConfiguration.builder();
    Models.copy(described().extendedS3DestinationDescription(), configuration);
    return of(Models.copy(update, configuration).build());
  }

  private static int inRange(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw FirehoseFailures.invalid(
          "BufferingHints.%s: expected %d to %d, got %d".formatted(name, least, most, value));
    }
    return value;
  }

  private static boolean gzip(@Nullable CompressionFormat format, @Nullable String text) {
    if (format == null) {
      return false;
    }
    return switch (format) {
      case UNCOMPRESSED -> false;
      case GZIP -> true;
      case ZIP, SNAPPY, HADOOP_SNAPPY, UNKNOWN_TO_SDK_VERSION ->
          throw FirehoseFailures.unsupported("CompressionFormat " + text);
    };
  }

  private static @Nullable String extension(@Nullable String extension) {
    if (extension != null && !extension.matches("|\\.[0-9a-z!\\-_.*'()]+")) {
      throw FirehoseFailures.invalid(
          "FileExtension: expected a period and lower-case letters, got " + extension);
    }
    return extension;
  }

  private static String zone(@Nullable String zone) {
    try {
      return zone == null ? "UTC" : ZoneId.of(zone).getId();
    } catch (DateTimeException e) {
      throw FirehoseFailures.invalid("CustomTimeZone: no time zone is called " + zone);
    }
  }

  private static void checkRest(SdkPojo configuration) {
    for (SdkField<?> field : configuration.sdkFields()) {
      Object value = field.getValueOrDefault(configuration);
      if (value != null && !TAKEN.contains(field.memberName()) && !asksForNothing(value)) {
        throw FirehoseFailures.unsupported(field.memberName());
      }
    }
  }

  private static boolean asksForNothing(Object value) {
    return switch (value) {
      case String mode -> mode.equals("Disabled");
      case CloudWatchLoggingOptions o -> !Boolean.TRUE.equals(o.enabled());
      case ProcessingConfiguration o -> !Boolean.TRUE.equals(o.enabled());
      case DynamicPartitioningConfiguration o -> !Boolean.TRUE.equals(o.enabled());
      case DataFormatConversionConfiguration o -> Boolean.FALSE.equals(o.enabled());
      case EncryptionConfiguration o -> o.kmsEncryptionConfig() == null;
      default -> false;
    };
  }

  String bucket() {
    return bucketArn.substring(BUCKET.length());
  }

  long bytes() {
    return megabytes * 1024L * 1024;
  }

  Duration interval() {
    return Duration.ofSeconds(seconds);
  }

  DestinationDescription described() {
    var hints = BufferingHints.builder().sizeInMBs(megabytes).intervalInSeconds(seconds).build();
    var format = gzip ? CompressionFormat.GZIP : CompressionFormat.UNCOMPRESSED;
    return DestinationDescription.builder()
        .destinationId(ID)
        .s3DestinationDescription(d ->
            d.roleARN(roleArn)
                .bucketARN(bucketArn)
                .prefix(prefix)
                .errorOutputPrefix(errorPrefix)
                .bufferingHints(hints)
                .compressionFormat(format)
                .encryptionConfiguration(
                    e -> e.noEncryptionConfig(NoEncryptionConfig.NO_ENCRYPTION)))
        .extendedS3DestinationDescription(d ->
            d.roleARN(roleArn)
                .bucketARN(bucketArn)
                .prefix(prefix)
                .errorOutputPrefix(errorPrefix)
                .bufferingHints(hints)
                .compressionFormat(format)
                .fileExtension(extension)
                .customTimeZone(zone)
                .s3BackupMode(S3BackupMode.DISABLED)
                .encryptionConfiguration(
                    e -> e.noEncryptionConfig(NoEncryptionConfig.NO_ENCRYPTION)))
        .build();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.jobs;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.iot.OnBehalf;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.sts.model.Credentials;

/// Job documents: read from S3 when a job is made, and with URLs in place of placeholders when a
/// device gets them.
///
/// Source: AWS IoT Core Developer Guide, "Managing jobs", "Presigned URLs". Assumed: a document is
/// read from S3 as whoever makes the job.
final class JobDocuments {
  static final int MOST_CHARACTERS = 32_768;
  private static final Pattern PLACEHOLDER =
      Pattern.compile("\\$\\{aws:iot:s3-presigned-url:([^}]+)}");
  private static final Pattern PATH_STYLE =
      Pattern.compile("https://s3[.-]?[a-z0-9-]*\\.amazonaws\\.com/([^/]+)/(.+)");
  private static final Pattern HOST_STYLE =
      Pattern.compile("https://([^/]+)\\.s3[.-]?[a-z0-9-]*\\.amazonaws\\.com/(.+)");

  private final Api api;
  private final StackInfo info;

  JobDocuments(Api api, StackInfo info) {
    this.api = api;
    this.info = info;
  }

  private record S3Object(String bucket, String key) {
    static S3Object of(String url) {
      for (Pattern style : new Pattern[] {PATH_STYLE, HOST_STYLE}) {
        Matcher m = style.matcher(url);
        if (m.matches()) {
          return new S3Object(
              m.group(1),
              java.net.URLDecoder.decode(m.group(2).replace("+", "%2B"), StandardCharsets.UTF_8));
        }
      }
      throw AwsFailure.invalidRequest(
          "expected https://s3.REGION.amazonaws.com/BUCKET/KEY or"
              + " https://BUCKET.s3.REGION.amazonaws.com/KEY, got "
              + url);
    }
  }

  String read(String source) {
    S3Object object = S3Object.of(source);
    var request = GetObjectRequest.builder().bucket(object.bucket()).key(object.key()).build();
    try (InputStream body = api.stream(request, InputStream.nullInputStream()).body()) {
      byte[] read = body == null ? new byte[0] : body.readNBytes(MOST_CHARACTERS + 1);
      return new String(read, StandardCharsets.UTF_8);
    } catch (AwsFailure e) {
      throw AwsFailure.invalidRequest(
          "The job document cannot be read from " + source + ": " + e.code() + " " + e.message());
    } catch (IOException e) {
      throw new AwsFailure("InternalFailureException", 500, e.toString());
    }
  }

  /// Whether devices can be given the document under these conditions.
  void check(String document, boolean hasRole) {
    if (document.isEmpty() || document.length() > MOST_CHARACTERS) {
      throw AwsFailure.invalidRequest(
          "expected a job document of 1 to "
              + MOST_CHARACTERS
              + " characters, got "
              + document.length());
    }
    Matcher placeholder = PLACEHOLDER.matcher(document);
    while (placeholder.find()) {
      S3Object.of(placeholder.group(1));
      if (!hasRole) {
        throw AwsFailure.invalidRequest(
            "The job document has presigned URLs, but there is no presignedUrlConfig.roleArn");
      }
    }
    if (document.replaceAll(PLACEHOLDER.pattern(), "").contains("${aws:iot:")) {
      throw AwsFailure.invalidRequest(
          "This local stack knows no placeholder in a job document but"
              + " ${aws:iot:s3-presigned-url:URL}");
    }
  }

  /// The document as a device gets it.
  String forDevice(Job job, String jobArn) {
    String document = job.order().document();
    Job.Presigning presigning = job.order().presigning();
    Matcher placeholders = PLACEHOLDER.matcher(document);
    if (presigning == null || !placeholders.find()) {
      return document;
    }
    Credentials credentials =
        OnBehalf.credentials(api, info, presigning.roleArn(), "IoTJobs", jobArn);
    try (var signer = signer(credentials)) {
      return placeholders.replaceAll(m ->
          Matcher.quoteReplacement(url(signer, S3Object.of(m.group(1)), presigning.seconds())));
    }
  }

  private S3Presigner signer(Credentials credentials) {
    return S3Presigner.builder()
        .endpointOverride(info.endpoint().get())
        .region(Region.of(info.region()))
        .serviceConfiguration(S3Configuration.builder().pathStyleAccessEnabled(true).build())
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsSessionCredentials.create(
                    credentials.accessKeyId(),
                    credentials.secretAccessKey(),
                    credentials.sessionToken())))
        .build();
  }

  private static String url(S3Presigner signer, S3Object object, long seconds) {
    return signer
        .presignGetObject(p ->
            p.signatureDuration(Duration.ofSeconds(seconds))
                .getObjectRequest(g -> g.bucket(object.bucket()).key(object.key())))
        .url()
        .toString();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.jobs;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Sends the end of the agent's log by PUT, as a presigned URL of S3 takes it. Sending it a second
/// time does no harm, so after a restart it is sent again.
final class UploadLogsJob implements JobHandler<JobDocument.UploadLogs> {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Optional<Path> log;
  private final List<String> hosts;
  private final WebServers servers;

  /// @param log empty if the agent's log is not in a file
  UploadLogsJob(Optional<Path> log, List<String> hosts, WebServers servers) {
    this.servers = servers;
    this.log = log;
    this.hosts = List.copyOf(hosts);
  }

  @Override
  public Optional<JobOutcome> carryOut(
      JobDocument.UploadLogs job, Progress progress, boolean resumed)
      throws JobException, IOException, InterruptedException {
    Path file =
        log.orElseThrow(() ->
            new JobException("log.file is not configured: the log is where the agent's output is"));
    URI url = job.url();
    if (hosts.stream().noneMatch(host -> matches(host, url.getHost()))) {
      throw new JobException("url: a host of jobs.uploadHosts expected, got " + url.getHost());
    }
    WebServers.check(url);
    byte[] end = end(file, job.maxBytes());
    try (HttpClient http = servers.client()) {
      HttpRequest request =
          HttpRequest.newBuilder(url)
              .timeout(LIMIT)
              .PUT(HttpRequest.BodyPublishers.ofByteArray(end))
              .build();
      int status = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      if (status / 100 != 2) {
        throw new JobException("the server answered " + status + " to PUT");
      }
    }
    return Optional.of(JobOutcome.succeeded(Map.of("bytes", String.valueOf(end.length))));
  }

  private static boolean matches(String pattern, String host) {
    String quoted = Pattern.quote(pattern).replace("*", "\\E.*\\Q");
    return host.matches("(?i)" + quoted);
  }

  /// The last bytes of the log, with those of the file before it where that is short.
  private static byte[] end(Path file, long most) throws IOException {
    var bytes = new ByteArrayOutputStream();
    Path before = file.resolveSibling(file.getFileName() + ".1");
    long size = Files.exists(file) ? Files.size(file) : 0;
    if (size < most && Files.exists(before)) {
      copyEnd(before, most - size, bytes);
    }
    if (size > 0) {
      copyEnd(file, most - Math.min(bytes.size(), most), bytes);
    }
    return bytes.toByteArray();
  }

  private static void copyEnd(Path file, long most, ByteArrayOutputStream to) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      channel.position(Math.max(0, channel.size() - most));
      to.writeBytes(Channels.newInputStream(channel).readNBytes((int) most));
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.doctor;

import io.fieldline.agent.doctor.Findings.Advice;
import io.fieldline.agent.doctor.IdentityChecks.Identity;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/// How far this machine's clock is from the endpoint's, by the `Date` of an HTTPS answer. No secret
/// is sent, so the server need not be trusted for it.
///
/// Source: AWS IoT Core Developer Guide, "Device communication protocols": HTTPS with client
/// certificates on port 8443.
final class ClockCheck {
  private static final Duration SMALL = Duration.ofMinutes(1);
  private static final Pattern DATE = Pattern.compile("(?im)^date:\\s*(.+?)\\s*$");

  private final String host;
  private final int port;
  private final Way way;
  private final Clock clock;
  private final Findings findings;

  ClockCheck(String host, int port, Way way, Clock clock, Findings findings) {
    this.host = host;
    this.port = port;
    this.way = way;
    this.clock = clock;
    this.findings = findings;
  }

  void check(Identity identity) {
    String where = host + ":" + port;
    String tried = "compare the clock with the Date of " + where;
    try {
      Optional<Instant> there = date(identity);
      if (there.isEmpty()) {
        findings.skipped("clock", "the answer of " + where + " has no Date");
        return;
      }
      Duration off = Duration.between(there.get(), clock.instant());
      String came =
          "this machine is "
              + off.abs().toSeconds()
              + " s "
              + (off.isNegative() ? "behind" : "ahead");
      if (off.abs().compareTo(SMALL) <= 0) {
        findings.ok("clock", tried, came);
      } else {
        findings.failed(
            "clock",
            tried,
            came,
            new Advice(
                "readings get a wrong time, and certificates seem to be out of theirs",
                "set the clock (timedatectl), see that a time service runs and reaches its server"));
      }
    } catch (IOException e) {
      findings.skipped("clock", "no answer from " + where + ": " + e.getMessage());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private Optional<Instant> date(Identity identity) throws IOException, GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        new KeyManager[] {new OneIdentity(identity)},
        new TrustManager[] {new CapturedChain()},
        null);
    try (Socket tcp = way.open(host, port);
        Socket tls = context.getSocketFactory().createSocket(tcp, host, port, true)) {
      String request = "GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
      tls.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return parsed(Way.head(tls.getInputStream()));
    }
  }

  private static Optional<Instant> parsed(String head) {
    Matcher date = DATE.matcher(head);
    if (!date.find()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          ZonedDateTime.parse(date.group(1), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}

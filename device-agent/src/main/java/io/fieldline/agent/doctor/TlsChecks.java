// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.doctor;

import io.fieldline.agent.config.AgentConfig;
import io.fieldline.agent.doctor.Findings.Advice;
import io.fieldline.agent.doctor.IdentityChecks.Identity;
import io.fieldline.agent.identity.DeviceCertificate;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/// The TLS handshake as the agent makes it, and then the server's certificate, looked at for each
/// thing that can be wrong with it.
final class TlsChecks {
  /// Where distributions keep the roots that the operating system trusts.
  private static final List<Path> SYSTEM_ROOTS =
      List.of(
          Path.of("/etc/ssl/certs/ca-certificates.crt"),
          Path.of("/etc/pki/tls/certs/ca-bundle.crt"));

  private final AgentConfig.Cloud cloud;
  private final Duration patience;
  private final Findings findings;

  TlsChecks(AgentConfig.Cloud cloud, Duration patience, Findings findings) {
    this.cloud = cloud;
    this.patience = patience;
    this.findings = findings;
  }

  /// The connection after its handshake, if the server is the one that is meant.
  Optional<SSLSocket> check(Socket tcp, Identity identity, String protocol, Instant now) {
    var captured = new CapturedChain();
    try {
      SSLSocket tls = overTls(tcp, identity, protocol, captured);
      findings.ok("tls", "shake hands as " + protocol, shakeHands(tls, captured));
      return judged(captured.certificates(), now) ? Optional.of(tls) : closed(tls);
    } catch (IOException e) {
      findings.failed("tls", "shake hands as " + protocol, e.toString(), handshakeAdvice(e));
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Optional<SSLSocket> closed(SSLSocket tls) throws IOException {
    tls.close();
    return Optional.empty();
  }

  /// A server that does not want our certificate may end the connection before or after our side of
  /// the handshake is through. It did speak TLS; what it says to MQTT tells the rest.
  private static String shakeHands(SSLSocket tls, CapturedChain captured) throws IOException {
    try {
      tls.startHandshake();
      return tls.getSession().getProtocol() + " with the server";
    } catch (SocketException e) {
      if (captured.certificates().isEmpty()) {
        throw e;
      }
      return "the server showed its certificate, and ended the connection at ours";
    }
  }

  private SSLSocket overTls(Socket tcp, Identity identity, String protocol, CapturedChain captured)
      throws IOException, GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(new KeyManager[] {new OneIdentity(identity)}, new TrustManager[] {captured}, null);
    tcp.setSoTimeout((int) patience.toMillis());
    var tls =
        (SSLSocket) context.getSocketFactory().createSocket(tcp, cloud.host(), cloud.port(), true);
    SSLParameters parameters = tls.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {protocol});
    tls.setSSLParameters(parameters);
    return tls;
  }

  private static Advice handshakeAdvice(IOException failure) {
    if (failure instanceof SocketTimeoutException) {
      return new Advice(
          "somebody took the connection and does not speak TLS, or the way stands still",
          "make sure that cloud.endpoint is AWS IoT Core; try another network");
    }
    String message = String.valueOf(failure.getMessage());
    if (message.contains("certificate") || message.contains("alert")) {
      return new Advice(
          "the server refuses the client certificate in TLS",
          "register the certificate in this account and region, and activate it");
    }
    return new Advice(
        "whoever answers does not speak TLS as AWS IoT Core does",
        "make sure that cloud.endpoint is AWS IoT Core and no proxy stands between");
  }

  // --- the server's certificate ----------------------------------------------------------------

  private boolean judged(List<X509Certificate> chain, Instant now)
      throws IOException, GeneralSecurityException {
    boolean good = named(chain.getFirst());
    good &= inTime(chain, now);
    good &= trusted(chain, now);
    return good;
  }

  private boolean named(X509Certificate server) throws CertificateException {
    String tried = "compare the server's name with its certificate";
    List<String> names = names(server);
    boolean fits = names.stream().anyMatch(name -> fits(name, cloud.host()));
    if (fits) {
      findings.ok("server name", tried, cloud.host() + " is in it");
    } else {
      findings.failed(
          "server name",
          tried,
          cloud.host() + " is not among " + names,
          new Advice(
              "this is another server: a wrong endpoint, or somebody in between",
              "compare cloud.endpoint with aws iot describe-endpoint --endpoint-type iot:Data-ATS"));
    }
    return fits;
  }

  private static List<String> names(X509Certificate server) throws CertificateException {
    List<String> names = new ArrayList<>();
    var alternatives = server.getSubjectAlternativeNames();
    if (alternatives != null) {
      alternatives.forEach(each -> names.add(String.valueOf(each.get(1))));
    }
    return names;
  }

  /// Source: RFC 6125, 6.4.3: a star stands for the whole leftmost label.
  private static boolean fits(String pattern, String host) {
    if (pattern.startsWith("*.")) {
      int dot = host.indexOf('.');
      return dot > 0 && host.substring(dot).equalsIgnoreCase(pattern.substring(1));
    }
    return pattern.equalsIgnoreCase(host);
  }

  private boolean inTime(List<X509Certificate> chain, Instant now) {
    String tried = "compare the server's certificates with this machine's clock, " + now;
    for (X509Certificate each : chain) {
      Instant from = each.getNotBefore().toInstant();
      Instant to = each.getNotAfter().toInstant();
      if (now.isBefore(from) || now.isAfter(to)) {
        findings.failed(
            "server time",
            tried,
            name(each) + " is valid from " + from + " to " + to,
            new Advice(
                now.isBefore(from)
                    ? "this machine's clock is behind: the server uses its certificate already"
                    : "this machine's clock is ahead, or the server's certificate has expired",
                "set the clock (timedatectl), see that a time service runs"));
        return false;
      }
    }
    findings.ok("server time", tried, "valid");
    return true;
  }

  private boolean trusted(List<X509Certificate> chain, Instant now)
      throws IOException, GeneralSecurityException {
    Path from = cloud.ca().or(TlsChecks::systemRoots).orElse(SYSTEM_ROOTS.getFirst());
    String tried = "look for the server's authority in " + from;
    List<X509Certificate> roots;
    try {
      roots = DeviceCertificate.readAll(from);
    } catch (IOException e) {
      findings.failed(
          "authority",
          tried,
          String.valueOf(e.getMessage()),
          new Advice("no root certificate is there", "put AmazonRootCA1.pem there (cloud.ca)"));
      return false;
    }
    try {
      validate(chain, roots, now);
      findings.ok("authority", tried, "found: " + chain.getLast().getIssuerX500Principal());
      return true;
    } catch (CertPathValidatorException e) {
      findings.failed("authority", tried, String.valueOf(e.getMessage()), missing(chain, roots));
      return false;
    }
  }

  private static Optional<Path> systemRoots() {
    return SYSTEM_ROOTS.stream().filter(Files::isReadable).findFirst();
  }

  private static void validate(
      List<X509Certificate> chain, List<X509Certificate> roots, Instant now)
      throws GeneralSecurityException {
    Set<TrustAnchor> anchors = new HashSet<>();
    roots.forEach(root -> anchors.add(new TrustAnchor(root, null)));
    PKIXParameters parameters = new PKIXParameters(anchors);
    parameters.setRevocationEnabled(false);
    parameters.setDate(Date.from(now));
    // A chain may end with its root, which is then the anchor itself.
    List<X509Certificate> path = chain.stream().filter(each -> !roots.contains(each)).toList();
    if (path.isEmpty()) {
      return;
    }
    CertPathValidator.getInstance("PKIX")
        .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
  }

  private static Advice missing(List<X509Certificate> chain, List<X509Certificate> roots) {
    String wanted = name(chain.getLast().getIssuerX500Principal().getName());
    String there =
        roots.stream()
            .limit(5)
            .map(TlsChecks::name)
            .collect(Collectors.joining(", ", "", roots.size() > 5 ? ", …" : ""));
    return new Advice(
        "the server's chain ends at " + wanted + ", which is not trusted; trusted here: " + there,
        wanted.contains("Amazon") || wanted.contains("Starfield")
            ? "put that root there: https://www.amazontrust.com/repository/"
            : "if "
                + wanted
                + " is a proxy of this network that opens TLS, ask for an exception for"
                + " the endpoint; else put the right root into cloud.ca");
  }

  private static String name(X509Certificate certificate) {
    return name(certificate.getSubjectX500Principal().getName());
  }

  private static String name(String principal) {
    return "'" + principal + "'";
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.field;

import com.sun.net.httpserver.HttpServer;
import io.fieldline.acceptance.pipeline.Await;
import io.fieldline.acceptance.pipeline.Checkout;
import io.fieldline.agent.update.UpdateKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.services.iot.model.JobExecution;
import software.amazon.awssdk.services.iot.model.JobExecutionStatus;

/// A device with the package's launcher, whose images are small: their program is the agent on this
/// test's own Java. With a web server for archives, a key to sign them, and the jobs that bring
/// them.
final class UpdateRig implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Path PACKAGE = Checkout.root().resolve("device-agent/src/main/package");

  final Path folder;
  final String thing;
  private final FieldCloud cloud;
  private final KeyPair keys;
  private final HttpServer server;
  private final Map<String, byte[]> archives = new ConcurrentHashMap<>();

  UpdateRig(FieldCloud cloud, String thing, Path folder) throws Exception {
    this.cloud = cloud;
    this.thing = thing;
    this.folder = folder;
    this.keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    cloud.thing(thing, folder);
    Files.writeString(
        folder.resolve("update.pub.pem"),
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getEncoder().encodeToString(keys.getPublic().getEncoded())
            + "\n-----END PUBLIC KEY-----\n");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] archive = archives.getOrDefault(exchange.getRequestURI().getPath(), new byte[0]);
          exchange.sendResponseHeaders(200, archive.length);
          exchange.getResponseBody().write(archive);
          exchange.close();
        });
    server.start();
    base();
  }

  private void base() throws IOException {
    Path base = folder.resolve("base");
    Files.createDirectories(base.resolve("libexec"));
    Files.copy(PACKAGE.resolve("slots"), base.resolve("libexec/slots"));
    Files.writeString(base.resolve("version"), "1.0\n");
    String launcher =
        Files.readString(PACKAGE.resolve("launcher"))
            .replace("@CLASS_PATH@", System.getProperty("java.class.path"))
            .replace("@FLAGS@", FLAGS);
    program(base.resolve("bin/fieldline-agent"), launcher);
    program(base.resolve("runtime/bin/java"), "#!/bin/sh\nexec " + JAVA + " \"$@\"\n");
  }

  private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
  private static final String FLAGS =
      "-XX:+UseSerialGC -Xmx48m -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED";

  /// What an image's program does that is an agent as good as the package's own.
  static String agent() {
    return "exec %s %s -cp '%s' io.fieldline.agent.Main \"$@\""
        .formatted(JAVA, FLAGS, System.getProperty("java.class.path"));
  }

  /// The same, on a configuration that is changed so. The check before the switch sees the right
  /// one.
  static String agentWith(String sed) {
    return """
    case "$*" in *--check) ;; *)
      sed -e '%s' "$2" >"${2%%.yaml}.changed.yaml"
      set -- --config "${2%%.yaml}.changed.yaml" ;;
    esac
    """
            .formatted(sed)
        + agent();
  }

  /// What an image's program does that passes the check and then does that.
  static String checkedAndThen(String does) {
    return "case \"$*\" in *--check) exit 0 ;; esac\n" + does;
  }

  private static void program(Path file, String text) throws IOException {
    Path parent = file.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /// The device's configuration.
  Path config(int healthTimeoutSeconds, String more) throws IOException {
    return cloud.config(
        folder,
        """
        thing: %s
        trustMachineClock: true
        batch: {windowMs: 200}
        jobs:
          enabled: true
          update: {keys: [update.pub.pem], healthTimeoutSeconds: %d}
        """
                .formatted(thing, healthTimeoutSeconds)
            + more);
  }

  /// Starts what the service manager would start.
  Service service(Path config) throws IOException {
    return new Service(
        List.of(folder.resolve("base/bin/fieldline-agent").toString(), "--config", config + ""),
        Map.of("FIELDLINE_AGENT_SLOTS", slots().toString()));
  }

  Path slots() {
    return folder.resolve("slots");
  }

  /// The slot that the next start takes.
  String current() throws IOException {
    Path current = slots().resolve("current");
    return Files.isSymbolicLink(current) ? Files.readSymbolicLink(current).toString() : "base";
  }

  /// Of the image in a slot.
  String version(String slot) throws IOException {
    return Files.readString(slots().resolve(slot).resolve("version")).strip();
  }

  /// Has the device replaced by an image whose program does that; the document of the job.
  String update(String id, String version, String does) throws Exception {
    byte[] archive = archive(id, version, does);
    archives.put("/" + id, archive);
    String document = document(id, version, archive);
    job(id, document);
    return document;
  }

  /// The same with an archive that is not the signed one.
  void corrupted(String id, String version, String does) throws Exception {
    byte[] archive = archive(id, version, does);
    byte[] other = archive.clone();
    other[other.length / 2]++;
    archives.put("/" + id, other);
    job(id, document(id, version, archive));
  }

  /// The same with a signature of nobody.
  void unsigned(String id, String version, String does) throws Exception {
    byte[] archive = archive(id, version, does);
    archives.put("/" + id, archive);
    job(id, document(id, version, archive).replaceAll("(signature\":\").{8}", "$1AAAAAAAA"));
  }

  private byte[] archive(String id, String version, String does) throws Exception {
    Path image = Files.createDirectories(folder.resolve("images/" + id));
    Files.writeString(image.resolve("version"), version + "\n");
    program(image.resolve("bin/fieldline-agent"), "#!/bin/sh\n" + does + "\n");
    Path file = folder.resolve("images/" + id + ".tar.gz");
    List<String> tar =
        List.of("tar", "-czf", file.toString(), "-C", image.toString(), "version", "bin");
    if (new ProcessBuilder(tar).inheritIO().start().waitFor() != 0) {
      throw new IOException("tar failed");
    }
    return Files.readAllBytes(file);
  }

  private String document(String id, String version, byte[] archive)
      throws GeneralSecurityException {
    String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(archive));
    Signature signature = Signature.getInstance("Ed25519");
    signature.initSign(keys.getPrivate());
    signature.update(UpdateKey.signed(sha256));
    return ("{\"fieldline\":{\"type\":\"update\",\"version\":\"%s\",\"url\":\"http://127.0.0.1:%d/%s\","
            + "\"bytes\":%d,\"unpackedBytes\":%d,\"sha256\":\"%s\",\"signature\":\"%s\"}}")
        .formatted(
            version,
            server.getAddress().getPort(),
            id,
            archive.length,
            1_000_000,
            sha256,
            Base64.getEncoder().encodeToString(signature.sign()));
  }

  private void job(String id, String document) {
    cloud.iot.createJob(create ->
        create
            .jobId(thing + "-" + id)
            .targets("arn:aws:iot:us-east-1:000000000000:thing/" + thing)
            .document(document));
  }

  JobExecution execution(String id) {
    return cloud
        .iot
        .describeJobExecution(asked -> asked.jobId(thing + "-" + id).thingName(thing))
        .execution();
  }

  /// How the job ended.
  JobExecution ended(Service service, String id) {
    try {
      return Await.until(
          "end of job " + id,
          LIMIT,
          () -> execution(id),
          asked ->
              asked.status() != JobExecutionStatus.QUEUED
                  && asked.status() != JobExecutionStatus.IN_PROGRESS);
    } catch (AssertionError late) {
      throw new AssertionError(late.getMessage() + "\nthe device said:\n" + service, late);
    }
  }

  /// Why the job failed, which it must have.
  String failure(Service service, String id) {
    JobExecution execution = ended(service, id);
    if (execution.status() != JobExecutionStatus.FAILED) {
      throw new AssertionError("FAILED expected, got " + execution + "\n" + service);
    }
    return execution.statusDetails().detailsMap().getOrDefault("reason", "");
  }

  @Override
  public void close() {
    server.stop(0);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.iot.IotClient;
import software.amazon.awssdk.services.iot.model.CertificateStatus;
import software.amazon.awssdk.services.iot.model.ResourceNotFoundException;

/// `fieldline agent fleet create|remove`: things with a certificate each, for simulated devices.
///
/// Takes account, region and endpoint as every AWS program does (AWS_ENDPOINT_URL for the local
/// stack). Keys are made here and never leave; AWS sees signing requests only. What exists already
/// is left, so a run that was broken off is run again.
public final class FleetThings {
  private static final String USAGE =
      """
      usage: fieldline agent fleet create --devices N --out DIR [--prefix P] [--stage S] [--policies A,B]
             fieldline agent fleet remove --out DIR
        create     things P-0001 … of the type fieldline-<stage>-gateway, each with a certificate in DIR/<thing>;
                   P is sim and S is dev by default, the policies are those that the stage gives its devices
        remove     takes away the things of DIR, their certificates and the folder
      Credentials and region as for the aws command; for the local stack:
        export AWS_ENDPOINT_URL=http://127.0.0.1:4566 AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_REGION=us-east-1
      """;

  /// AWS takes some 10 to 15 calls a second of each kind. Source: AWS IoT Core endpoints and
  /// quotas, control plane.
  private static final int AT_ONCE = 4;

  private static final int ATTEMPTS = 12;

  private final IotClient iot;
  private final Path out;

  private FleetThings(IotClient iot, Path out) {
    this.iot = iot;
    this.out = out;
  }

  public static void main(String[] args) throws Exception {
    String action = args.length == 0 ? "" : args[0];
    if (action.equals("--help")) {
      System.out.print(USAGE);
      return;
    }
    int devices = 0;
    String prefix = "sim";
    String stage = "dev";
    String out = "";
    List<String> policies = List.of();
    for (int i = 1; i < args.length; i += 2) {
      String value = i + 1 < args.length ? args[i + 1] : "";
      switch (args[i]) {
        case "--devices" -> devices = value.matches("[1-9]\\d{0,4}") ? Integer.parseInt(value) : -1;
        case "--prefix" -> prefix = value;
        case "--stage" -> stage = value;
        case "--policies" -> policies = List.of(value.split(","));
        case "--out" -> out = value;
        default -> refuse("no such option: " + args[i]);
      }
    }
    boolean create = action.equals("create");
    if (!create && !action.equals("remove")) {
      refuse("create or remove expected, got '" + action + "'");
    }
    if (out.isEmpty()) {
      refuse("--out: a folder expected");
    }
    if (create && devices <= 0) {
      refuse("--devices: a number from 1 to 99999 expected");
    }
    if (!prefix.matches("[a-zA-Z0-9:_-]{1,100}")) {
      refuse("--prefix: letters, digits, ':', '_' and '-' expected, got '" + prefix + "'");
    }
    try (IotClient iot = client()) {
      var things = new FleetThings(iot, Path.of(out));
      if (create) {
        String of = stage;
        List<String> those =
            policies.isEmpty()
                ? Stream.of("data", "shadow", "jobs")
                    .map(part -> "fieldline-" + of + "-device-" + part)
                    .toList()
                : policies;
        things.create(devices, prefix, "fieldline-" + stage + "-gateway", those);
      } else {
        things.remove();
      }
    }
  }

  private static void refuse(String why) {
    System.err.println("fleet: " + why);
    System.err.print(USAGE);
    System.exit(2);
  }

  private static IotClient client() {
    return IotClient.builder()
        .httpClient(UrlConnectionHttpClient.create())
        .overrideConfiguration(override ->
            override.retryStrategy(
                AwsRetryStrategy.standardRetryStrategy().toBuilder().maxAttempts(ATTEMPTS).build()))
        .build();
  }

  private void create(int devices, String prefix, String type, List<String> policies)
      throws Exception {
    iot.describeThingType(describe -> describe.thingTypeName(type));
    List<String> names = new ArrayList<>();
    int digits = Math.max(4, String.valueOf(devices).length());
    for (int i = 1; i <= devices; i++) {
      names.add(String.format(Locale.ROOT, "%s-%0" + digits + "d", prefix, i));
    }
    each(names, "made", name -> create(name, type, policies));
    System.out.println(
        devices + " things in " + out + "; next: ./fieldline agent sim --fleet " + out);
  }

  private void create(String thing, String type, List<String> policies) throws Exception {
    Path folder = out.resolve(thing);
    Path arn = folder.resolve("certificate.arn");
    if (Files.exists(arn)) {
      return;
    }
    iot.createThing(create -> create.thingName(thing).thingTypeName(type));
    KeyPair keys = keys();
    var made =
        iot.createCertificateFromCsr(
            create -> create.certificateSigningRequest(request(thing, keys)).setAsActive(true));
    for (String policy : policies) {
      iot.attachPolicy(attach -> attach.policyName(policy).target(made.certificateArn()));
    }
    iot.attachThingPrincipal(attach -> attach.thingName(thing).principal(made.certificateArn()));
    Files.createDirectories(folder);
    Path key = folder.resolve("private.pem.key");
    Files.deleteIfExists(key);
    Files.createFile(
        key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(key, pem(new JcaPKCS8Generator(keys.getPrivate(), null)));
    Files.writeString(folder.resolve("device.pem.crt"), made.certificatePem());
    // The last: a thing that has it is whole.
    Files.writeString(arn, made.certificateArn());
  }

  private static KeyPair keys() throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static String request(String thing, KeyPair keys) {
    try {
      return pem(
          new JcaPKCS10CertificationRequestBuilder(
                  new X500Principal("CN=" + thing), keys.getPublic())
              .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
    } catch (OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(Object object) {
    var text = new StringWriter();
    try (var pem = new JcaPEMWriter(text)) {
      pem.writeObject(object);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private void remove() throws Exception {
    List<String> names;
    try (var folders = Files.list(out)) {
      names =
          folders
              .filter(folder -> Files.exists(folder.resolve("certificate.arn")))
              .map(folder -> folder.getFileName().toString())
              .sorted()
              .toList();
    }
    each(names, "removed", this::remove);
    System.out.println(names.size() + " things of " + out + " removed");
  }

  private void remove(String thing) throws Exception {
    Path folder = out.resolve(thing);
    String arn = Files.readString(folder.resolve("certificate.arn"));
    String id = arn.substring(arn.lastIndexOf('/') + 1);
    try {
      iot.detachThingPrincipal(detach -> detach.thingName(thing).principal(arn));
      iot.updateCertificate(
          update -> update.certificateId(id).newStatus(CertificateStatus.INACTIVE));
      iot.deleteCertificate(delete -> delete.certificateId(id).forceDelete(true));
    } catch (ResourceNotFoundException goneAlready) {
      System.out.println(thing + ": " + goneAlready.awsErrorDetails().errorMessage());
    }
    iot.deleteThing(delete -> delete.thingName(thing));
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private interface Step {
    void of(String thing) throws Exception;
  }

  /// Some at a time; the first failure ends it.
  private static void each(List<String> names, String verb, Step step) throws Exception {
    var done = new AtomicInteger();
    List<Callable<Integer>> tasks = new ArrayList<>();
    for (String name : names) {
      tasks.add(() -> {
        step.of(name);
        int so = done.incrementAndGet();
        if (so % 100 == 0) {
          System.out.println(so + " of " + names.size() + " " + verb);
        }
        return so;
      });
    }
    try (ExecutorService some = Executors.newFixedThreadPool(AT_ONCE)) {
      List<Future<Integer>> running = new ArrayList<>();
      tasks.forEach(task -> running.add(some.submit(task)));
      for (Future<Integer> one : running) {
        try {
          one.get();
        } catch (ExecutionException e) {
          some.shutdownNow();
          System.err.println("fleet: " + e.getMessage());
          System.exit(1);
        }
      }
    }
  }
}

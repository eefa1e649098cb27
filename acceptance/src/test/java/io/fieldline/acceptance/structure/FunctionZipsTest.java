// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.structure;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.fieldline.acceptance.pipeline.Checkout;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.ContainerCredentialsProvider;
import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.utilslite.SdkInternalThreadLocal;

/// The functions' zips as they are deployed: small, and everything in them fits together.
class FunctionZipsTest {
  private static final long LARGEST_BYTES = 6_000_000;

  private static final int FUNCTIONS_AT_LEAST = 15;

  private static List<Path> zips() throws IOException {
    return files(Checkout.root().resolve("lambdas/target/functions"), ".zip");
  }

  private static List<Path> files(Path folder, String ending) throws IOException {
    try (var files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }

  @Test
  void noneIsLargerThanItsBudget() throws IOException {
    var tooLarge = new TreeMap<String, String>();
    for (Path zip : zips()) {
      if (Files.size(zip) > LARGEST_BYTES) {
        tooLarge.put(
            zip.getFileName().toString(), Files.size(zip) + " bytes, at most " + LARGEST_BYTES);
      }
    }

    assertThat(zips()).hasSizeGreaterThanOrEqualTo(FUNCTIONS_AT_LEAST);
    assertThat(tooLarge).isEmpty();
  }

  /// Java verifies a class when it is asked for its methods: code that was cut wrongly is found.
  /// What is missing may only be of a library that no function has, such as AWS's native one.
  @Test
  void everyClassOfTheirLibrariesLinks() throws IOException {
    var jars = files(Checkout.root().resolve("lambdas/target/shrunk"), ".jar");
    var names = classes(jars);
    var packages = names.stream().map(FunctionZipsTest::packageOf).collect(Collectors.toSet());
    var wrong = new TreeMap<String, String>();
    try (var loader = new URLClassLoader(urls(jars), ClassLoader.getPlatformClassLoader())) {
      for (String name : names) {
        try {
          Class.forName(name, false, loader).getDeclaredMethods();
        } catch (NoClassDefFoundError e) {
          String missing = String.valueOf(e.getMessage()).replace('/', '.');
          if (packages.contains(packageOf(missing))) {
            wrong.put(name, e.toString());
          }
        } catch (ClassNotFoundException | LinkageError e) {
          wrong.put(name, e.toString());
        }
      }
    }

    assertThat(names).hasSizeGreaterThan(1_000);
    assertThat(wrong).isEmpty();
  }

  /// Lambda's runtime puts the trace of an event there and takes it away. Where that failed, the
  /// function answered, and its process ended: each event had a new one.
  @Test
  void whatTheRuntimeCallsIsWhole() throws Exception {
    var jars = files(Checkout.root().resolve("lambdas/target/shrunk"), ".jar");
    try (var loader = new URLClassLoader(urls(jars), ClassLoader.getPlatformClassLoader())) {
      var ours = loader.loadClass(SdkInternalThreadLocal.class.getName());

      assertThat(signatures(ours))
          .containsExactlyInAnyOrderElementsOf(signatures(SdkInternalThreadLocal.class));
    }
  }

  /// Nothing of a run here asks for credentials so.
  ///
  /// Source: AWS Lambda Developer Guide, "Lambda SnapStart" compatibility: functions that start
  /// from a snapshot have them from a local address (`AWS_CONTAINER_CREDENTIALS_FULL_URI`), not
  /// from variables.
  @Test
  void aFunctionFromASnapshotFindsItsCredentials() throws Exception {
    var jars = files(Checkout.root().resolve("lambdas/target/shrunk"), ".jar");
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] answer =
              """
              {"AccessKeyId":"of-the-snapshot","SecretAccessKey":"s","Token":"t",
              "Expiration":"2999-01-01T00:00:00Z"}
              """
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          try (var body = exchange.getResponseBody()) {
            body.write(answer);
          }
        });
    server.start();
    String property = SdkSystemSetting.AWS_CONTAINER_CREDENTIALS_FULL_URI.property();
    System.setProperty(property, "http://127.0.0.1:" + server.getAddress().getPort() + "/");
    try (var loader = new URLClassLoader(urls(jars), ClassLoader.getPlatformClassLoader())) {
      var type = loader.loadClass(ContainerCredentialsProvider.class.getName());
      Object builder = type.getMethod("builder").invoke(null);
      var build = builder.getClass().getDeclaredMethod("build");
      build.setAccessible(true);
      Object credentials = type.getMethod("resolveCredentials").invoke(build.invoke(builder));

      assertThat(credentials.toString()).contains("of-the-snapshot");
    } finally {
      System.clearProperty(property);
      server.stop(0);
    }
  }

  private static List<String> signatures(Class<?> type) {
    return Stream.of(type.getDeclaredMethods()).map(method -> method.toString()).toList();
  }

  private static String packageOf(String name) {
    return name.substring(0, Math.max(0, name.lastIndexOf('.')));
  }

  private static URL[] urls(List<Path> jars) throws IOException {
    var urls = new ArrayList<URL>();
    for (Path jar : jars) {
      urls.add(jar.toUri().toURL());
    }
    return urls.toArray(URL[]::new);
  }

  private static List<String> classes(List<Path> jars) throws IOException {
    var names = new ArrayList<String>();
    for (Path jar : jars) {
      try (var zip = new ZipFile(jar.toFile())) {
        zip.stream()
            .map(entry -> entry.getName())
            .filter(name -> name.endsWith(".class"))
            .filter(name -> !name.startsWith("META-INF/") && !name.endsWith("-info.class"))
            .forEach(name -> names.add(name.replace(".class", "").replace('/', '.')));
      }
    }
    return names;
  }
}

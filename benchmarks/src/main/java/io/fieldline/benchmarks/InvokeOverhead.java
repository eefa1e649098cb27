// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.sts.StsClient;

final class InvokeOverhead implements Question {
  private static final int CALLS = 500;
  private static final String TRUST =
      """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
       "Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}
      """;

  private final Samples overhead = new Samples();
  private final Samples inside = new Samples();
  private final Samples plain = new Samples();

  @Override
  public String name() {
    return "invoke";
  }

  @Override
  public String text() {
    return "How much does a warm Lambda invocation add to the time inside the function?";
  }

  @Override
  public String how() {
    return """
    A function of one class runs in its child JVM by AWS's runtime interface client and tells the time
    that passed inside it. The SDK invokes it, one call after the other; the overhead is the time that
    the caller waited minus the time inside. Signed calls that only pass the endpoint (STS
    GetCallerIdentity) alternate with it, for the ratio. A round is 500 of each; the first round does
    not count. Goals are compared with the median of all calls.
    """;
  }

  @Override
  public void measure(Workplace at, Report report) throws Exception {
    int rounds = at.rounds(5);
    var medians = new Samples();
    try (var stack = new Stack(at, Optional.of(at.folder().resolve("data")))) {
      LambdaClient lambda = stack.client(LambdaClient.builder());
      StsClient sts = stack.client(StsClient.builder());
      function(stack, lambda);
      round(lambda, sts, new Samples(), new Samples(), new Samples());
      for (int i = 0; i < rounds; i++) {
        report.yardstick().lay();
        var ofRound = new Samples();
        round(lambda, sts, ofRound, inside, plain);
        ofRound.all().forEach(overhead::add);
        medians.add(ofRound.median());
      }
    }
    report.atMost("overhead of a warm invocation, median", overhead.median(), 5, "ms");
    report.ratio("invocation / call without a function", overhead.median() / plain.median());
    report.figure("overhead, all calls", "ms", overhead);
    report.figure("overhead, 99 of 100 calls at most", "ms", overhead.at(0.99));
    report.figure("overhead, medians of rounds", "ms", medians);
    report.figure("inside the function", "ms", inside);
    report.figure("a call without a function", "ms", plain);
  }

  private static void round(
      LambdaClient lambda, StsClient sts, Samples overhead, Samples inside, Samples plain) {
    SdkBytes event = SdkBytes.fromUtf8String("{\"hello\":\"there\"}");
    for (int i = 0; i < CALLS; i++) {
      long start = System.nanoTime();
      var answer = lambda.invoke(call -> call.functionName("trivial").payload(event));
      double waited = (System.nanoTime() - start) / 1e6;
      if (answer.functionError() != null) {
        throw new IllegalStateException(answer.payload().asUtf8String());
      }
      double ran = Long.parseLong(answer.payload().asUtf8String()) / 1e6;
      inside.add(ran);
      overhead.add(waited - ran);
      long before = System.nanoTime();
      sts.getCallerIdentity();
      plain.add((System.nanoTime() - before) / 1e6);
    }
  }

  private static void function(Stack stack, LambdaClient lambda) throws IOException {
    String role =
        stack
            .client(IamClient.builder())
            .createRole(create -> create.roleName("trivial").assumeRolePolicyDocument(TRUST))
            .role()
            .arn();
    SdkBytes code = SdkBytes.fromByteArray(zip());
    lambda.createFunction(create ->
        create
            .functionName("trivial")
            .runtime("java25")
            .handler(TrivialFunction.class.getName() + "::handle")
            .role(role)
            .memorySize(256)
            .code(zip -> zip.zipFile(code)));
  }

  private static byte[] zip() throws IOException {
    String name = TrivialFunction.class.getName().replace('.', '/') + ".class";
    var bytes = new ByteArrayOutputStream();
    try (InputStream in = InvokeOverhead.class.getResourceAsStream("/" + name);
        var zip = new ZipOutputStream(bytes)) {
      if (in == null) {
        throw new IOException("expected the class file " + name);
      }
      zip.putNextEntry(new ZipEntry(name));
      in.transferTo(zip);
      zip.closeEntry();
    }
    return bytes.toByteArray();
  }
}

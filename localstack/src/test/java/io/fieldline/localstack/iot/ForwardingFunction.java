// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Sends each message of its queue to the queue `out`, with the trace header of its invocation, as
/// AWS's SDK sends it. One that says so ends the process, the first time that it comes.
public final class ForwardingFunction implements RequestStreamHandler {
  private static final Pattern RECORD =
      Pattern.compile(
          "\"body\":\"((?:[^\"\\\\]|\\\\.)*)\".*?\"ApproximateReceiveCount\":\"(\\d+)\"");

  @Override
  public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
    String event = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    Matcher record = RECORD.matcher(event);
    while (record.find()) {
      if (record.group(1).contains("die") && record.group(2).equals("1")) {
        Runtime.getRuntime().halt(137);
      }
      send(record.group(1));
    }
    out.write("{\"batchItemFailures\":[]}".getBytes(StandardCharsets.UTF_8));
  }

  private static void send(String body) throws IOException {
    String endpoint = System.getenv("AWS_ENDPOINT_URL");
    var connection = (HttpURLConnection) URI.create(endpoint).toURL().openConnection();
    connection.setDoOutput(true);
    connection.setRequestProperty("Content-Type", "application/x-amz-json-1.0");
    connection.setRequestProperty("X-Amz-Target", "AmazonSQS.SendMessage");
    connection.setRequestProperty(
        "X-Amzn-Trace-Id", System.getProperty("com.amazonaws.xray.traceHeader", ""));
    String request =
        "{\"QueueUrl\":\"" + endpoint + "/000000000000/out\",\"MessageBody\":\"" + body + "\"}";
    connection.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
    if (connection.getResponseCode() != 200) {
      InputStream error = connection.getErrorStream();
      throw new IOException(
          error == null ? "no answer" : new String(error.readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A pre-provisioning hook that knows one serial number, and gives back what it was told.
public final class HookFunction implements RequestStreamHandler {
  @Override
  public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
    String event = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    if (event.contains("\"Serial\":\"broken\"")) {
      throw new IllegalStateException("no register of devices");
    }
    if (event.contains("\"Serial\":\"slow\"")) {
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(8));
    }
    String answer =
        event.contains("\"Serial\":\"known\"")
            ? "{\"allowProvisioning\":true,\"parameterOverrides\":{\"Told\":\""
                + event.replace("\\", "\\\\").replace("\"", "\\\"")
                + "\"}}"
            : "{\"allowProvisioning\":false}";
    out.write(answer.getBytes(StandardCharsets.UTF_8));
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.util.concurrent.CountDownLatch;

/// A program that does nothing: what any program costs on this machine.
public final class Idle {
  private Idle() {}

  public static void main(String[] args) throws InterruptedException {
    System.out.println("ready");
    new CountDownLatch(1).await();
  }
}

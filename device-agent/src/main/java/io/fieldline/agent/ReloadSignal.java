// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent;

import io.fieldline.agent.config.ConfigException;
import io.fieldline.agent.reload.Reconfiguration;
import io.fieldline.agent.reload.ReloadException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.Proxy;

/// SIGHUP has the configuration file read again, as it does with most daemons. Without this a JVM
/// ends by it.
///
/// By names, because javac warns of each use of `sun.misc.Signal` (module jdk.unsupported) and
/// nothing switches that off; Java has no other way to hear of a signal.
final class ReloadSignal {
  private static final Logger LOG = System.getLogger(ReloadSignal.class.getName());

  private ReloadSignal() {}

  static void take(Reconfiguration configuration) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object reloading =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (_, method, _) -> {
                if (method.getName().equals("handle")) {
                  Thread.ofVirtual().name("reload").start(() -> reload(configuration));
                }
                return null;
              });
      Object hangup = signal.getConstructor(String.class).newInstance("HUP");
      Object _ = signal.getMethod("handle", signal, handler).invoke(null, hangup, reloading);
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.log(Level.WARNING, "SIGHUP does not reload here, agentctl config reload does", e);
    }
  }

  private static void reload(Reconfiguration configuration) {
    try {
      configuration.reload();
    } catch (ConfigException | ReloadException e) {
      LOG.log(Level.WARNING, "configuration file not taken: {0}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.control;

import io.fieldline.agent.json.JsonSyntaxException;
import io.fieldline.agent.json.JsonText;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Answers agentctl at a Unix socket that its owner and its group may use.
///
/// A request is one line, `{"command":"queue ls","arguments":{…}}`. The answer is lines: any number
/// of `{"item":{…}}`, then `{"done":{…}}` or `{"error":"…"}`. One request a connection.
public final class ControlServer implements AutoCloseable {
  private static final Logger LOG = System.getLogger(ControlServer.class.getName());
  private static final int MAX_CONNECTIONS = 8;
  private static final int MAX_REQUEST_BYTES = 64 * 1024;
  private static final Duration REQUEST_WITHIN = Duration.ofSeconds(5);

  private final Path socket;
  private final Map<Subcommand, Operation> operations;
  private final ServerSocketChannel server;
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

  /// Listens there, in the place of a socket that an agent left behind when it was killed.
  ///
  /// @throws IOException if another agent listens there, or nothing can be made there
  public ControlServer(Path socket, Map<Subcommand, Operation> operations) throws IOException {
    this.socket = socket;
    this.operations = Map.copyOf(operations);
    try {
      this.server = bound(socket);
    } catch (IOException e) {
      throw new IOException("control.socket: " + socket + ": " + e.getMessage(), e);
    }
    Thread.ofVirtual().name("control").start(this::accept);
  }

  /// Bound in a folder that only we may enter, so that nobody calls before the mode is right.
  private static ServerSocketChannel bound(Path socket) throws IOException {
    if (isAnswered(socket)) {
      throw new IOException("another agent listens there");
    }
    // A name no longer than the socket's: the operating system takes about 100 bytes for all.
    String name = ".c" + Long.toString(ProcessHandle.current().pid(), Character.MAX_RADIX);
    Path own = socket.toAbsolutePath().resolveSibling(name);
    Files.deleteIfExists(own.resolve("s"));
    Files.deleteIfExists(own);
    Files.createDirectory(
        own, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      Path draft = own.resolve("s");
      server.bind(UnixDomainSocketAddress.of(draft), MAX_CONNECTIONS);
      Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rw-rw----"));
      Files.move(
          draft, socket, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return server;
    } catch (IOException | RuntimeException e) {
      server.close();
      Files.deleteIfExists(own.resolve("s"));
      throw e instanceof IOException known ? known : new IOException(e);
    } finally {
      Files.delete(own);
    }
  }

  private static boolean isAnswered(Path socket) {
    if (!Files.exists(socket)) {
      return false;
    }
    try (SocketChannel other = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      return other.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        SocketChannel caller = server.accept();
        if (open.size() >= MAX_CONNECTIONS) {
          refuse(caller);
        } else {
          open.add(caller);
          Thread.ofVirtual().name("control-call").start(() -> serve(caller));
        }
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        LOG.log(Level.WARNING, "call of agentctl not taken: cause={0}", e.toString());
      }
    }
  }

  private static void refuse(SocketChannel caller) throws IOException {
    try (caller) {
      String error = "at most " + MAX_CONNECTIONS + " calls at once: end one, or try again later";
      write(Channels.newOutputStream(caller), Map.of("error", error));
    }
  }

  private void serve(SocketChannel caller) {
    try (caller) {
      OutputStream out = Channels.newOutputStream(caller);
      try {
        answer(request(caller), out);
      } catch (ControlException e) {
        write(out, Map.of("error", String.valueOf(e.getMessage())));
      }
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "agentctl went before its answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(caller);
    }
  }

  private void answer(String request, OutputStream out)
      throws ControlException, IOException, InterruptedException {
    Map<String, Object> members;
    try {
      members = JsonText.parseObject(request);
    } catch (JsonSyntaxException e) {
      throw new ControlException("a request in JSON expected: " + e.getMessage());
    }
    Subcommand subcommand =
        Optional.ofNullable(members.get("command"))
            .map(String::valueOf)
            .flatMap(Subcommand::of)
            .orElseThrow(() -> new ControlException("unknown command: " + members.get("command")));
    Operation operation = operations.get(subcommand);
    if (operation == null) {
      throw new ControlException("'" + subcommand.words() + "' is not supported by this agent");
    }
    Map<String, Object> sent = JsonText.object(members.get("arguments")).orElse(Map.of());
    Arguments arguments = Arguments.of(subcommand, sent);
    Map<String, Object> done;
    try {
      done = operation.run(arguments, item -> write(out, Map.of("item", item)));
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "agentctl could not be answered: command={0}", subcommand.words(), e);
      throw new ControlException("the agent failed at it: " + e + " (its log has more)");
    }
    write(out, Map.of("done", done));
  }

  /// One line, within a few seconds.
  private String request(SocketChannel caller) throws ControlException, IOException {
    Thread timeout = Thread.ofVirtual().start(() -> closeLater(caller));
    try {
      ByteBuffer bytes = ByteBuffer.allocate(MAX_REQUEST_BYTES);
      while (bytes.hasRemaining()) {
        if (caller.read(bytes) < 0) {
          throw new ControlException("one line with a request expected, got its end first");
        }
        if (bytes.get(bytes.position() - 1) == '\n') {
          return StandardCharsets.UTF_8.decode(bytes.flip()).toString();
        }
      }
      throw new ControlException("a request of at most " + MAX_REQUEST_BYTES + " bytes expected");
    } finally {
      timeout.interrupt();
    }
  }

  private static void closeLater(SocketChannel caller) {
    try {
      Thread.sleep(REQUEST_WITHIN);
      closeQuietly(caller);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void closeQuietly(SocketChannel caller) {
    try {
      caller.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "call not closed", e);
    }
  }

  private static void write(OutputStream out, Map<String, Object> line) throws IOException {
    out.write((JsonText.write(line) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /// Ends all calls and removes the socket.
  @Override
  public void close() throws IOException {
    Files.deleteIfExists(socket);
    server.close();
    open.forEach(ControlServer::closeQuietly);
  }
}

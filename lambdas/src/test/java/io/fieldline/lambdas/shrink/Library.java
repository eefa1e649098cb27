// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.shrink;

import java.util.Iterator;
import java.util.List;
import java.util.function.Function;

/// Made as the SDK is: a client with an operation that is used and one that is not, requests that
/// all have the same methods, things found by name, by Java itself, and by lambdas only.
final class Library {
  private Library() {}

  interface Client {
    static Client create() {
      return new DefaultClient();
    }

    String get(GetRequest request);

    default String put(PutRequest request) {
      throw new UnsupportedOperationException();
    }
  }

  static final class DefaultClient implements Client {
    @Override
    public String get(GetRequest request) {
      return request.copy().text() + Kind.valueOf("SECOND").name();
    }

    @Override
    public String put(PutRequest request) {
      return request.copy().text();
    }
  }

  abstract static class Request {
    abstract Request copy();

    abstract String text();
  }

  static final class GetRequest extends Request {
    @Override
    Request copy() {
      return new GetRequest();
    }

    @Override
    String text() {
      return "get ";
    }
  }

  static final class PutRequest extends Request {
    @Override
    Request copy() {
      return new PutRequest();
    }

    @Override
    String text() {
      return new OfPut().toString();
    }
  }

  static final class OfPut {}

  enum Kind {
    FIRST,
    SECOND
  }

  /// Java calls `iterator`, nobody else does.
  static final class Walk implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("a", "b").iterator();
    }
  }

  interface Step extends Function<String, String> {
    default String twice(String text) {
      return apply(apply(text));
    }
  }

  static Step step() {
    return text -> text + "!";
  }

  static final class ByName {
    @Override
    public String toString() {
      return "by name";
    }
  }

  static String load() throws ReflectiveOperationException {
    return Class.forName("io.fieldline.lambdas.shrink.Library$ByName")
        .getDeclaredConstructor()
        .newInstance()
        .toString();
  }

  static final class Unheard extends RuntimeException {
    private static final long serialVersionUID = 1;
  }
}

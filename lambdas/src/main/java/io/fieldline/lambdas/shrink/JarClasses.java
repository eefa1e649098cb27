// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.shrink;

import java.lang.classfile.ClassFile;
import java.lang.classfile.MethodModel;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// All classes of all jars, and how they are related to each other and to Java's own.
final class JarClasses {
  private final Map<String, JarClass> classes = new HashMap<>();
  private final Map<String, Set<String>> ofPlatform = new HashMap<>();

  /// A method where it is declared.
  record Found(JarClass declaring, MethodModel method) {}

  /// The first of several with one name counts, as on a class path.
  void add(byte[] bytes, boolean isWhole) {
    var added = JarClass.of(ClassFile.of().parse(bytes), isWhole);
    classes.putIfAbsent(added.name(), added);
  }

  Collection<JarClass> all() {
    return classes.values();
  }

  @Nullable JarClass get(String name) {
    return classes.get(name);
  }

  boolean has(String name) {
    return classes.containsKey(name);
  }

  /// The class itself and all that it extends and implements, of the jars and of Java.
  Set<String> withAncestors(String name) {
    var found = new LinkedHashSet<String>();
    collect(name, found);
    return found;
  }

  private void collect(String name, Set<String> found) {
    if (found.add(name)) {
      var type = get(name);
      if (type != null) {
        type.parents().forEach(parent -> collect(parent, found));
      }
    }
  }

  /// The method that a call of `owner` means: in the class, those above it, their interfaces.
  ///
  /// Source: The Java Virtual Machine Specification, 5.4.3.3 and 5.4.3.4.
  Optional<Found> resolve(String owner, String signature) {
    return withAncestors(owner).stream()
        .flatMap(name -> Stream.ofNullable(get(name)))
        .flatMap(type ->
            Stream.ofNullable(type.methods().get(signature)).map(method -> new Found(type, method)))
        .findFirst();
  }

  /// Signatures of the methods of Java's own class that others may override: Java may call them.
  Set<String> overridable(String name) {
    return ofPlatform.computeIfAbsent(name, JarClasses::signaturesOf);
  }

  private static Set<String> signaturesOf(String name) {
    var signatures = new LinkedHashSet<String>();
    try {
      var loader = ClassLoader.getPlatformClassLoader();
      for (Class<?> type = Class.forName(name.replace('/', '.'), false, loader);
          type != null;
          type = type.getSuperclass()) {
        Stream.concat(Stream.of(type.getDeclaredMethods()), Stream.of(type.getMethods()))
            .filter(method -> !Modifier.isPrivate(method.getModifiers()))
            .filter(method -> !Modifier.isStatic(method.getModifiers()))
            .forEach(method -> signatures.add(signature(method)));
      }
    } catch (ClassNotFoundException e) {
      // Of an optional library that no function has: nothing of it can call anything.
      return Set.of();
    }
    return signatures;
  }

  private static String signature(Method method) {
    var type = MethodType.methodType(method.getReturnType(), method.getParameterTypes());
    return method.getName() + type.toMethodDescriptorString();
  }
}

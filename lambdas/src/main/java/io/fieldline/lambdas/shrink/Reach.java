// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.shrink;

import java.lang.classfile.ClassFile;
import java.lang.classfile.MethodModel;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// Which classes and methods can be reached from those that are taken whole. It errs only by
/// finding too much: a method that is called on anything counts as called on each object that there
/// can be, whatever its type.
final class Reach {
  private final JarClasses classes;
  private final Set<String> mentioned = new HashSet<>();
  private final Set<String> initialized = new HashSet<>();
  private final Set<String> instantiated = new HashSet<>();

  /// Types of which there can be an object.
  private final Set<String> live = new HashSet<>();

  private final Set<String> called = new HashSet<>();
  private final Map<String, Set<String>> liveBySignature = new HashMap<>();
  private final Map<String, Set<String>> methods = new HashMap<>();
  private final Deque<JarClasses.Found> unread = new ArrayDeque<>();

  Reach(JarClasses classes) {
    this.classes = classes;
    classes.all().stream()
        .filter(JarClass::isWhole)
        .map(JarClass::name)
        .sorted()
        .forEach(this::whole);
    var body = new MethodBody(this);
    while (!unread.isEmpty()) {
      body.read(unread.pop().method());
    }
  }

  boolean isMentioned(String name) {
    return mentioned.contains(name);
  }

  boolean isInitialized(String name) {
    return initialized.contains(name);
  }

  boolean has(String owner, MethodModel method) {
    return methods.getOrDefault(owner, Set.of()).contains(JarClass.signature(method));
  }

  /// Its name is somewhere; nothing is done with it.
  void mention(ClassDesc type) {
    var element = type;
    while (element.isArray()) {
      element = element.componentType();
    }
    if (element.isClassOrInterface()) {
      mention(internalName(element));
    }
  }

  void mention(MethodTypeDesc type) {
    mention(type.returnType());
    type.parameterList().forEach(this::mention);
  }

  void mention(String name) {
    var type = classes.get(name);
    if (type != null && mentioned.add(name)) {
      type.parents().forEach(this::mention);
    }
  }

  /// Its static part is used.
  void initialize(String name) {
    mention(name);
    var type = classes.get(name);
    if (type == null || !initialized.add(name)) {
      return;
    }
    type.parents().forEach(this::initialize);
    type.model().fields().forEach(field -> mention(field.fieldTypeSymbol()));
    method(type, "<clinit>()V");
    if (type.isEnum()) {
      // Java finds the constants of an enum by this method.
      method(type, "values()[L" + name + ";");
      method(type, "valueOf(Ljava/lang/String;)L" + name + ";");
      instantiate(name);
    }
  }

  /// There can be an object of it.
  void instantiate(String name) {
    initialize(name);
    if (!classes.has(name) || !instantiated.add(name)) {
      return;
    }
    var platform = new LinkedHashSet<String>();
    var ancestors = classes.withAncestors(name);
    for (String one : ancestors) {
      if (!classes.has(one)) {
        platform.addAll(classes.overridable(one));
      }
    }
    for (String one : ancestors) {
      var type = classes.get(one);
      if (type != null) {
        enliven(type);
        platform.forEach(signature -> method(type, signature));
      }
    }
  }

  private void enliven(JarClass type) {
    if (!live.add(type.name())) {
      return;
    }
    for (String signature : type.methods().keySet()) {
      liveBySignature.computeIfAbsent(signature, none -> new LinkedHashSet<>()).add(type.name());
      if (called.contains(signature)) {
        method(type, signature);
      }
    }
  }

  /// A method of an object is called; which one, its class says.
  void callVirtual(String signature) {
    if (called.add(signature)) {
      for (String name : Set.copyOf(liveBySignature.getOrDefault(signature, Set.of()))) {
        var type = classes.get(name);
        if (type != null) {
          method(type, signature);
        }
      }
    }
  }

  /// This very method is called, or the one that it stands for in a class above.
  void callExactly(String owner, String signature) {
    initialize(owner);
    classes.resolve(owner, signature).ifPresent(found -> method(found.declaring(), signature));
  }

  /// What is found by its name can do anything.
  void whole(String name) {
    instantiate(name);
    var type = classes.get(name);
    if (type != null) {
      type.methods().keySet().forEach(signature -> method(type, signature));
    }
  }

  /// The class of this name, if there is one: it may be looked up by it.
  void named(String text) {
    String name = text.replace('.', '/');
    if (classes.has(name)) {
      whole(name);
    }
  }

  private void method(JarClass type, String signature) {
    var method = type.methods().get(signature);
    if (method != null
        && methods.computeIfAbsent(type.name(), none -> new HashSet<>()).add(signature)) {
      initialize(type.name());
      mention(method.methodTypeSymbol());
      if ((method.flags().flagsMask() & ClassFile.ACC_ABSTRACT) == 0) {
        unread.push(new JarClasses.Found(type, method));
      }
    }
  }

  static String internalName(ClassDesc type) {
    String descriptor = type.descriptorString();
    return type.isClassOrInterface()
        ? descriptor.substring(1, descriptor.length() - 1)
        : descriptor;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.shrink;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A class of a jar, its methods by name and descriptor.
///
/// @param isWhole whether it is taken as it is, with all its methods
record JarClass(ClassModel model, boolean isWhole, Map<String, MethodModel> methods) {
  static JarClass of(ClassModel model, boolean isWhole) {
    var methods = new LinkedHashMap<String, MethodModel>();
    model.methods().forEach(method -> methods.put(signature(method), method));
    return new JarClass(model, isWhole, methods);
  }

  static String signature(MethodModel method) {
    return method.methodName().stringValue() + method.methodType().stringValue();
  }

  /// With slashes, as class files have it.
  String name() {
    return model.thisClass().asInternalName();
  }

  @Nullable String superName() {
    return model.superclass().map(ClassEntry::asInternalName).orElse(null);
  }

  /// Superclass and interfaces.
  List<String> parents() {
    return Stream.concat(
            Stream.ofNullable(superName()),
            model.interfaces().stream().map(ClassEntry::asInternalName))
        .filter(Objects::nonNull)
        .toList();
  }

  boolean isInterface() {
    return (model.flags().flagsMask() & ClassFile.ACC_INTERFACE) != 0;
  }

  boolean isEnum() {
    return "java/lang/Enum".equals(superName());
  }
}

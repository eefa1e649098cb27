// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.shrink;

import java.lang.classfile.Attribute;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassHierarchyResolver.ClassHierarchyInfo;
import java.lang.classfile.CodeModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.SourceFileAttribute;
import java.lang.constant.ClassDesc;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Writes a class with what of it can be reached. Names of files and lines stay, for stack traces.
final class ShrunkClass {
  private final JarClasses classes;
  private final Reach reach;
  private final ClassFile writer;

  ShrunkClass(JarClasses classes, Reach reach) {
    this.classes = classes;
    this.reach = reach;
    this.writer =
        ClassFile.of(
            ClassFile.ConstantPoolSharingOption.NEW_POOL,
            ClassFile.DebugElementsOption.DROP_DEBUG,
            ClassFile.LineNumbersOption.PASS_LINE_NUMBERS,
            ClassFile.ClassHierarchyResolverOption.of(
                ((ClassHierarchyResolver) this::relations)
                    .orElse(ClassHierarchyResolver.defaultResolver())));
  }

  /// Nothing, if nobody names the class.
  Optional<byte[]> bytes(JarClass type) {
    String name = type.name();
    if (!reach.isMentioned(name)) {
      return Optional.empty();
    }
    boolean isUsed = reach.isInitialized(name);
    return Optional.of(
        writer.transformClass(
            type.model(),
            (builder, element) -> {
              switch (element) {
                case MethodModel method -> {
                  if (reach.has(name, method)) {
                    builder.withMethod(
                        method.methodName(),
                        method.methodType(),
                        method.flags().flagsMask(),
                        body -> method.code().ifPresent((CodeModel code) -> body.with(code)));
                  }
                }
                case FieldModel field -> {
                  if (isUsed) {
                    builder.with(field);
                  }
                }
                case SourceFileAttribute file -> builder.with(file);
                case ClassElement other -> {
                  if (!(other instanceof Attribute<?>)) {
                    builder.with(other);
                  }
                }
              }
            }));
  }

  private @Nullable ClassHierarchyInfo relations(ClassDesc type) {
    var known = classes.get(Reach.internalName(type));
    if (known == null) {
      return null;
    }
    String above = known.superName();
    return known.isInterface() || above == null
        ? ClassHierarchyInfo.ofInterface()
        : ClassHierarchyInfo.ofClass(ClassDesc.ofInternalName(above));
  }
}

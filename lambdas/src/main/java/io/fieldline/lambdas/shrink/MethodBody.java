// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.shrink;

import java.lang.classfile.Attributes;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.attribute.StackMapFrameInfo.ObjectVerificationTypeInfo;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.NewMultiArrayInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.NewReferenceArrayInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.stream.Stream;

/// Reads a method's code for what it uses.
final class MethodBody {
  private final Reach reach;

  MethodBody(Reach reach) {
    this.reach = reach;
  }

  void read(MethodModel method) {
    method.code().ifPresent(this::read);
  }

  private void read(CodeModel code) {
    for (var element : code) {
      switch (element) {
        case InvokeInstruction call -> call(call);
        case InvokeDynamicInstruction call -> call(call);
        case FieldInstruction field -> field(field);
        case NewObjectInstruction made -> reach.instantiate(made.className().asInternalName());
        case NewReferenceArrayInstruction made -> mention(made.componentType());
        case NewMultiArrayInstruction made -> mention(made.arrayType());
        case TypeCheckInstruction check -> mention(check.type());
        case ExceptionCatch handler -> handler.catchType().ifPresent(this::mention);
        case ConstantInstruction.LoadConstantInstruction load -> constant(load.constantValue());
        default -> {}
      }
    }
    // The verifier loads what the frames name.
    code.findAttribute(Attributes.stackMapTable()).stream()
        .flatMap(table -> table.entries().stream())
        .flatMap(frame -> Stream.concat(frame.locals().stream(), frame.stack().stream()))
        .forEach(type -> {
          if (type instanceof ObjectVerificationTypeInfo object) {
            mention(object.className());
          }
        });
  }

  private void mention(ClassEntry entry) {
    reach.mention(entry.asSymbol());
  }

  private void call(InvokeInstruction call) {
    mention(call.owner());
    reach.mention(call.typeSymbol());
    String signature = call.name().stringValue() + call.type().stringValue();
    if (call.opcode() == Opcode.INVOKESTATIC || call.opcode() == Opcode.INVOKESPECIAL) {
      reach.callExactly(call.owner().asInternalName(), signature);
    } else {
      reach.callVirtual(signature);
    }
  }

  private void call(InvokeDynamicInstruction call) {
    reach.mention(call.typeSymbol());
    // A lambda is an object of this type.
    reach.instantiate(Reach.internalName(call.typeSymbol().returnType()));
    call.bootstrapArgs().forEach(this::constant);
  }

  private void field(FieldInstruction field) {
    mention(field.owner());
    reach.mention(field.typeSymbol());
    if (field.opcode() == Opcode.GETSTATIC || field.opcode() == Opcode.PUTSTATIC) {
      reach.initialize(field.owner().asInternalName());
    }
  }

  private void constant(ConstantDesc constant) {
    switch (constant) {
      case String text -> reach.named(text);
      case ClassDesc type -> {
        reach.mention(type);
        if (type.isClassOrInterface()) {
          reach.initialize(Reach.internalName(type));
        }
      }
      case MethodTypeDesc type -> reach.mention(type);
      case DirectMethodHandleDesc handle -> handle(handle);
      default -> {}
    }
  }

  private void handle(DirectMethodHandleDesc handle) {
    String owner = Reach.internalName(handle.owner());
    reach.mention(handle.owner());
    reach.mention(handle.invocationType());
    switch (handle.kind()) {
      case CONSTRUCTOR -> {
        reach.instantiate(owner);
        reach.callExactly(owner, "<init>" + handle.lookupDescriptor());
      }
      case STATIC, INTERFACE_STATIC, SPECIAL, INTERFACE_SPECIAL ->
          reach.callExactly(owner, handle.methodName() + handle.lookupDescriptor());
      case VIRTUAL, INTERFACE_VIRTUAL -> {
        // Private methods of lambdas are called this way, too.
        reach.callExactly(owner, handle.methodName() + handle.lookupDescriptor());
        reach.callVirtual(handle.methodName() + handle.lookupDescriptor());
      }
      case GETTER, SETTER, STATIC_GETTER, STATIC_SETTER -> reach.initialize(owner);
    }
  }
}

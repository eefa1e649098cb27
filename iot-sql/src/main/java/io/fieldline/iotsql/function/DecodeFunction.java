// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.function;

import io.fieldline.iotsql.LookupFailure;
import io.fieldline.iotsql.SqlVersion;
import io.fieldline.iotsql.protobuf.DescriptorSet;
import io.fieldline.iotsql.protobuf.MalformedProtobuf;
import io.fieldline.iotsql.protobuf.MessageDecoder;
import io.fieldline.iotsql.value.Json;
import io.fieldline.iotsql.value.Value;
import io.fieldline.iotsql.value.Value.Raw;
import io.fieldline.iotsql.value.Value.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// `decode`. Source: AWS IoT developer guide, "Functions", decode; "Working with binary payloads".
final class DecodeFunction {
  private static final int MAX_DESCRIPTOR_BYTES = 32 * 1024;

  private DecodeFunction() {}

  /// `decode(text, 'base64')` or `decode(data, 'proto', bucket, key, proto, message)`.
  static Value decode(Arguments in, CallScope scope) {
    var scheme = in.text(1).orElse("");
    return switch (scheme) {
      case "base64" -> in.count() == 2 ? base64(in, scope.version()) : Value.UNDEFINED;
      case "proto" -> protobuf(in, scope);
      default -> Value.UNDEFINED;
    };
  }

  /// A JSON document becomes its value, other text a String; what cannot be decoded is Null.
  private static Value base64(Arguments in, SqlVersion version) {
    var text = in.text(0);
    if (text.isEmpty()) {
      return Value.UNDEFINED;
    }
    try {
      return jsonOrText(Base64.getDecoder().decode(text.get()), version);
    } catch (IllegalArgumentException notBase64) {
      return Value.NULL;
    }
  }

  private static Value jsonOrText(byte[] bytes, SqlVersion version) {
    try {
      return Json.read(bytes, version);
    } catch (IOException notJson) {
      return utf8(bytes);
    }
  }

  private static Value utf8(byte[] bytes) {
    try {
      var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return new Text(text.toString());
    } catch (CharacterCodingException notText) {
      return Value.NULL;
    }
  }

  /// The payload's bytes or base64 text by a descriptor in S3; what goes wrong fails the rule, as
  /// with the other functions that ask a service.
  private static Value protobuf(Arguments in, CallScope scope) {
    var bucket = in.text(2);
    var key = in.text(3);
    var proto = in.text(4);
    var message = in.text(5);
    if (bucket.isEmpty() || key.isEmpty() || proto.isEmpty() || message.isEmpty()) {
      return Value.UNDEFINED;
    }
    var descriptor = scope.lookups().protobufDescriptor(bucket.get(), key.get());
    if (descriptor.length > MAX_DESCRIPTOR_BYTES) {
      throw new LookupFailure(
          "decode: the descriptor has " + descriptor.length + " bytes, at most 32768 are taken");
    }
    try {
      var type = DescriptorSet.parse(descriptor).message(proto.get(), message.get());
      return MessageDecoder.decode(type, bytes(in), scope.version());
    } catch (MalformedProtobuf e) {
      throw new LookupFailure("decode: " + e.getMessage());
    }
  }

  private static byte[] bytes(Arguments in) {
    if (in.at(0) instanceof Raw(var bytes)) {
      return bytes;
    }
    try {
      return Base64.getDecoder().decode(in.text(0).orElse("!"));
    } catch (IllegalArgumentException e) {
      throw new LookupFailure("decode: expected protobuf data as base64 text or the payload by *");
    }
  }
}

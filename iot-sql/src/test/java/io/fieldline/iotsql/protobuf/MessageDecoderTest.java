// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.protobuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.util.JsonFormat;
import io.fieldline.iotsql.SqlVersion;
import io.fieldline.iotsql.value.Json;
import io.fieldline.iotsql.value.Value;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What is read here is what Google's own library prints, for messages of every kind of field.
class MessageDecoderTest {
  private static final Path FOLDER = Path.of("src/test/resources/protobuf");
  private static final int MESSAGES = 2000;

  @Test
  void randomMessagesReadAsGooglesLibraryPrintsThem() throws Exception {
    compare("everything", "fieldline.test.Everything", new Random(1));
    compare("legacy", "fieldline.test.Legacy", new Random(2));
  }

  @Test
  void brokenMessagesAreRefusedOrReadAndNothingElse() throws Exception {
    var type = DescriptorSet.parse(descriptor("everything")).message("everything", "Everything");
    var random = new Random(3);
    var google = google("everything", "fieldline.test.Everything");
    int refused = 0;
    for (int i = 0; i < MESSAGES; i++) {
      var bytes = new RandomMessage(random).next(google, 0).toByteArray();
      for (int change = 0; bytes.length > 0 && change < 3; change++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        assertThat(MessageDecoder.decode(type, bytes, SqlVersion.V2016_03_23)).isNotNull();
      } catch (MalformedProtobuf e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void brokenDescriptorsAreRefusedOrReadAndNothingElse() throws Exception {
    var random = new Random(4);
    var sound = descriptor("everything");
    for (int i = 0; i < MESSAGES; i++) {
      var bytes = sound.clone();
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      try {
        MessageDecoder.decode(
            DescriptorSet.parse(bytes).message("everything", "Everything"),
            new byte[] {8, 1},
            SqlVersion.V2016_03_23);
      } catch (MalformedProtobuf expected) {
        assertThat(expected.getMessage()).isNotBlank();
      }
    }
  }

  @Test
  void messagesAreFoundByTheirNames() throws Exception {
    var set = DescriptorSet.parse(descriptor("everything"));

    assertThat(set.message("everything", "Everything").fields()).hasSize(42);
    assertThat(set.message("everything.proto", "fieldline.test.Everything").fields()).hasSize(42);
    assertThat(set.message("everything", "Everything.Nested").fields()).hasSize(3);
    assertThatExceptionOfType(MalformedProtobuf.class)
        .isThrownBy(() -> set.message("other", "Everything"))
        .withMessageContaining("no file other.proto, it has duration, everything");
    assertThatExceptionOfType(MalformedProtobuf.class)
        .isThrownBy(() -> set.message("everything", "Nothing"))
        .withMessageContaining("no message type Nothing");
  }

  private static void compare(String file, String message, Random random) throws Exception {
    var google = google(file, message);
    var type = DescriptorSet.parse(descriptor(file)).message(file, message);
    var messages = new RandomMessage(random);
    for (int i = 0; i < MESSAGES; i++) {
      var sent = messages.next(google, 0);
      var expected = Json.read(JsonFormat.printer().print(sent), SqlVersion.V2016_03_23);

      var read = MessageDecoder.decode(type, sent.toByteArray(), SqlVersion.V2016_03_23);

      assertThat(sorted(read)).as(sent.toString()).isEqualTo(sorted(expected));
    }
  }

  /// The order of members does not count.
  private static Object sorted(Value value) {
    return switch (value) {
      case Value.Obj(var members) -> {
        Map<String, Object> all = new HashMap<>();
        members.forEach((name, member) -> all.put(name, sorted(member)));
        yield all;
      }
      case Value.Array(var elements) -> elements.stream().map(MessageDecoderTest::sorted).toList();
      case Value.Decimal(var decimal) -> decimal.stripTrailingZeros();
      default -> value;
    };
  }

  private static byte[] descriptor(String file) throws Exception {
    return Files.readAllBytes(FOLDER.resolve(file + ".desc"));
  }

  private static Descriptor google(String file, String message) throws Exception {
    List<FileDescriptor> known = new ArrayList<>();
    for (FileDescriptorProto one : FileDescriptorSet.parseFrom(descriptor(file)).getFileList()) {
      var needed =
          known.stream().filter(k -> one.getDependencyList().contains(k.getName())).toList();
      known.add(FileDescriptor.buildFrom(one, needed.toArray(new FileDescriptor[0])));
    }
    var simple = message.substring(message.lastIndexOf('.') + 1);
    return known.getLast().findMessageTypeByName(simple);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.pkcs11;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.fieldline.agent.pkcs11.TokenException.Reason;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Stream;

/// The functions of a PKCS #11 library that the agent needs. The library stays loaded and is never
/// finalized: the client library that speaks TLS uses it in the same process.
///
/// Source: OASIS PKCS #11 Cryptographic Token Interface Base Specification 2.40, and its header
/// files: a CK_ULONG is an `unsigned long`, 8 bytes on Linux on x86-64 and on arm64.
final class Cryptoki {
  private static final long OS_LOCKING_OK = 2;
  private static final long ALREADY_INITIALIZED = 0x191;
  private static final int MOST_FUNCTIONS = 68;

  /// A function by its place in CK_FUNCTION_LIST, with its parameters.
  enum Function {
    INITIALIZE(0, ADDRESS),
    GET_SLOT_LIST(4, JAVA_BYTE, ADDRESS, ADDRESS),
    GET_TOKEN_INFO(6, JAVA_LONG, ADDRESS),
    OPEN_SESSION(12, JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS, ADDRESS),
    CLOSE_SESSION(13, JAVA_LONG),
    LOGIN(18, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG),
    GET_ATTRIBUTE_VALUE(24, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG),
    FIND_OBJECTS_INIT(26, JAVA_LONG, ADDRESS, JAVA_LONG),
    FIND_OBJECTS(27, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS),
    FIND_OBJECTS_FINAL(28, JAVA_LONG),
    SIGN_INIT(42, JAVA_LONG, ADDRESS, JAVA_LONG),
    SIGN(43, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS),
    GENERATE_KEY_PAIR(
        59, JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS);

    private final int index;
    private final FunctionDescriptor descriptor;

    Function(int index, MemoryLayout... parameters) {
      this.index = index;
      this.descriptor = FunctionDescriptor.of(JAVA_LONG, parameters);
    }
  }

  private final Path library;
  private final Map<Function, MethodHandle> functions = new EnumMap<>(Function.class);

  private Cryptoki(Path library) {
    this.library = library;
  }

  /// The library, loaded and ready for several threads.
  @SuppressWarnings("restricted")
  static Cryptoki load(Path library) throws TokenException {
    if (!Files.isRegularFile(library)) {
      throw new TokenException(
          Reason.LIBRARY, library + ": a PKCS #11 library expected, no file is there");
    }
    SymbolLookup symbols;
    try {
      symbols = SymbolLookup.libraryLookup(library, Arena.global());
    } catch (IllegalArgumentException e) {
      throw new TokenException(
          Reason.LIBRARY,
          library
              + ": a PKCS #11 library of this machine expected, it cannot be loaded: it is for"
              + " another processor, or a library that it needs is missing (ldd shows which)");
    }
    MemorySegment list =
        symbols
            .find("C_GetFunctionList")
            .orElseThrow(() ->
                new TokenException(
                    Reason.LIBRARY,
                    library + ": a PKCS #11 library expected, it has no C_GetFunctionList"));
    var cryptoki = new Cryptoki(library);
    cryptoki.link(list);
    cryptoki.initialize();
    return cryptoki;
  }

  @SuppressWarnings("restricted")
  private void link(MemorySegment getFunctionList) throws TokenException {
    Linker linker = Linker.nativeLinker();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment place = arena.allocate(ADDRESS);
      MethodHandle get =
          linker.downcallHandle(getFunctionList, FunctionDescriptor.of(JAVA_LONG, ADDRESS));
      check("C_GetFunctionList", (long) get.invokeWithArguments(place));
      // A CK_VERSION, filled up to 8 bytes, and one address after the other.
      MemorySegment list = place.get(ADDRESS, 0).reinterpret(8L + 8L * MOST_FUNCTIONS);
      for (Function function : Function.values()) {
        MemorySegment address = list.get(ADDRESS, 8L + 8L * function.index);
        functions.put(function, linker.downcallHandle(address, function.descriptor));
      }
    } catch (TokenException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private void initialize() throws TokenException {
    try (Arena arena = Arena.ofConfined()) {
      // Four callbacks that it does not get, flags, and a reserved pointer.
      MemorySegment arguments = arena.allocate(48, 8);
      arguments.set(JAVA_LONG, 32, OS_LOCKING_OK);
      long result = call(Function.INITIALIZE, arguments);
      if (result != ALREADY_INITIALIZED) {
        check("C_Initialize", result);
      }
    }
  }

  Path library() {
    return library;
  }

  /// Calls a function; its CK_RV.
  long call(Function function, Object... arguments) {
    try {
      MethodHandle handle = functions.get(function);
      if (handle == null) {
        throw new IllegalStateException("every function is linked: " + function);
      }
      return (long) handle.invokeWithArguments(arguments);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /// Calls a function that must succeed.
  void must(Function function, Object... arguments) throws TokenException {
    check(name(function), call(function, arguments));
  }

  private static String name(Function function) {
    String[] words = function.name().split("_");
    var name = new StringBuilder("C_");
    for (String word : words) {
      name.append(word.charAt(0)).append(word.substring(1).toLowerCase(java.util.Locale.ROOT));
    }
    return name.toString();
  }

  private void check(String function, long result) throws TokenException {
    if (result != 0) {
      throw new TokenException(
          Reason.DEVICE, library + ": " + function + " answers " + error(result));
    }
  }

  /// A CK_RV as the specification calls it.
  static String error(long result) {
    return Stream.of(Known.values())
        .filter(known -> known.code == result)
        .map(known -> "CKR_" + known.name())
        .findFirst()
        .orElse("0x" + Long.toHexString(result));
  }

  private enum Known {
    HOST_MEMORY(2),
    SLOT_ID_INVALID(3),
    GENERAL_ERROR(5),
    FUNCTION_FAILED(6),
    CANT_LOCK(0xa),
    DEVICE_ERROR(0x30),
    DEVICE_MEMORY(0x31),
    DEVICE_REMOVED(0x32),
    FUNCTION_NOT_SUPPORTED(0x54),
    KEY_TYPE_INCONSISTENT(0x63),
    KEY_FUNCTION_NOT_PERMITTED(0x68),
    MECHANISM_INVALID(0x70),
    PIN_INCORRECT(0xa0),
    PIN_INVALID(0xa1),
    PIN_LEN_RANGE(0xa2),
    PIN_EXPIRED(0xa3),
    PIN_LOCKED(0xa4),
    SESSION_COUNT(0xb1),
    SESSION_HANDLE_INVALID(0xb3),
    TEMPLATE_INCONSISTENT(0xd1),
    TOKEN_NOT_PRESENT(0xe0),
    TOKEN_NOT_RECOGNIZED(0xe1),
    TOKEN_WRITE_PROTECTED(0xe2),
    USER_NOT_LOGGED_IN(0x101),
    USER_PIN_NOT_INITIALIZED(0x102);

    private final long code;

    Known(long code) {
      this.code = code;
    }
  }

  /// A CK_ATTRIBUTE array.
  record Attribute(long type, byte[] value) {
    static Attribute of(long type, long value) {
      byte[] bytes = new byte[8];
      MemorySegment.ofArray(bytes).set(JAVA_LONG.withByteAlignment(1), 0, value);
      return new Attribute(type, bytes);
    }

    static Attribute of(long type, boolean value) {
      return new Attribute(type, new byte[] {(byte) (value ? 1 : 0)});
    }

    static MemorySegment array(Arena arena, Attribute... attributes) {
      MemorySegment array = arena.allocate(24L * Math.max(1, attributes.length), 8);
      for (int i = 0; i < attributes.length; i++) {
        byte[] value = attributes[i].value;
        array.set(JAVA_LONG, 24L * i, attributes[i].type);
        array.set(ADDRESS, 24L * i + 8, arena.allocateFrom(JAVA_BYTE, value));
        array.set(JAVA_LONG, 24L * i + 16, value.length);
      }
      return array;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Attribute that
          && type == that.type
          && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
      return Long.hashCode(type) + Arrays.hashCode(value);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.pkcs11;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.fieldline.agent.pkcs11.Cryptoki.Attribute;
import io.fieldline.agent.pkcs11.Cryptoki.Function;
import io.fieldline.agent.pkcs11.TokenException.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Security;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A token that is logged in to. What it is asked for, it is asked for by label.
///
/// Source: OASIS PKCS #11 Base Specification 2.40 and Current Mechanisms 2.40 (2.3.1: the point of
/// an elliptic curve key is a DER octet string; 2.3.6: a signature is r and s one after the other).
public final class Token implements AutoCloseable {
  private static final long CKA_CLASS = 0;
  private static final long CKA_TOKEN = 1;
  private static final long CKA_PRIVATE = 2;
  private static final long CKA_LABEL = 3;
  private static final long CKA_VALUE = 0x11;
  private static final long CKA_KEY_TYPE = 0x100;
  private static final long CKA_ID = 0x102;
  private static final long CKA_SENSITIVE = 0x103;
  private static final long CKA_SIGN = 0x108;
  private static final long CKA_VERIFY = 0x10a;
  private static final long CKA_MODULUS = 0x120;
  private static final long CKA_PUBLIC_EXPONENT = 0x122;
  private static final long CKA_EXTRACTABLE = 0x162;
  private static final long CKA_EC_PARAMS = 0x180;
  private static final long CKA_EC_POINT = 0x181;
  private static final long CERTIFICATE = 1;
  private static final long PUBLIC_KEY = 2;
  private static final long PRIVATE_KEY = 3;
  private static final long RSA = 0;
  private static final long EC = 3;
  private static final long USER = 1;
  private static final long SERIAL_AND_WRITABLE = 4 | 2;
  private static final long SERIAL = 4;
  private static final long ALREADY_LOGGED_IN = 0x100;
  private static final long WRITE_PROTECTED = 0xe2;
  private static final long PIN_LOCKED = 0xa4;
  private static final long FLAG_INITIALIZED = 0x400;
  private static final long FLAG_FINAL_TRY = 0x20000;
  private static final long FLAG_LOCKED = 0x40000;
  private static final long EC_KEY_PAIR_GEN = 0x1040;
  private static final int TOKEN_INFO_BYTES = 256;
  private static final int FLAGS_AT = 96;
  private static final int LONGEST_VALUE = 16_384;
  private static final int MOST_OBJECTS = 256;

  /// OID 1.2.840.10045.3.1.7, which is also called P-256.
  private static final byte[] SECP256R1 = {
    6, 8, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 3, 1, 7
  };

  /// OID 1.2.840.10045.2.1.
  private static final byte[] EC_PUBLIC_KEY = {
    6, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1
  };

  /// How a token signs.
  ///
  /// @param type its CK_MECHANISM_TYPE
  /// @param parameters three numbers, or none
  record Mechanism(long type, List<Long> parameters) {
    static final Mechanism ECDSA = new Mechanism(0x1041, List.of());
    static final Mechanism RSA_PKCS = new Mechanism(1, List.of());

    static Mechanism pss(long hash, long mask, long saltBytes) {
      return new Mechanism(0xd, List.of(hash, mask, saltBytes));
    }
  }

  private final Cryptoki cryptoki;
  private final String label;
  private final long session;

  private Token(Cryptoki cryptoki, String label, long session) {
    this.cryptoki = cryptoki;
    this.label = label;
    this.session = session;
  }

  /// The PIN of a file: its first line.
  ///
  /// @throws IOException if there is none, not saying what is there
  public static String pin(Path file) throws IOException {
    try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
      return lines
          .findFirst()
          .map(String::strip)
          .filter(pin -> !pin.isEmpty())
          .orElseThrow(
              () -> new IOException(file + ": a PIN in its first line expected, got none"));
    } catch (UncheckedIOException e) {
      throw new IOException(file + ": a PIN in UTF-8 expected", e);
    }
  }

  /// The token of that label, logged in to. A PIN of which one try is left is not tried.
  ///
  /// @throws TokenException saying what of this is not so
  public static Token open(Path library, String label, String pin) throws TokenException {
    Cryptoki cryptoki = Cryptoki.load(library);
    long slot = slot(cryptoki, label);
    var token = new Token(cryptoki, label, session(cryptoki, slot));
    boolean open = false;
    try {
      token.login(slot, pin);
      open = true;
      if (Security.getProvider(TokenSignatures.NAME) == null) {
        Security.addProvider(new TokenSignatures());
      }
      return token;
    } finally {
      if (!open) {
        token.close();
      }
    }
  }

  private static long slot(Cryptoki cryptoki, String label) throws TokenException {
    Map<String, Long> slots = new LinkedHashMap<>();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocate(JAVA_LONG);
      cryptoki.must(Function.GET_SLOT_LIST, (byte) 1, MemorySegment.NULL, count);
      MemorySegment ids = arena.allocate(JAVA_LONG, Math.max(1, count.get(JAVA_LONG, 0)));
      cryptoki.must(Function.GET_SLOT_LIST, (byte) 1, ids, count);
      for (long i = 0; i < count.get(JAVA_LONG, 0); i++) {
        long id = ids.getAtIndex(JAVA_LONG, i);
        MemorySegment info = info(cryptoki, arena, id);
        if ((info.get(JAVA_LONG, FLAGS_AT) & FLAG_INITIALIZED) != 0
            && slots.put(label(info), id) != null
            && label(info).equals(label)) {
          throw new TokenException(
              Reason.TOKEN,
              cryptoki.library() + ": one token '" + label + "' expected, there are several");
        }
      }
    }
    Long slot = slots.get(label);
    if (slot == null) {
      throw new TokenException(
          Reason.TOKEN,
          cryptoki.library() + ": a token '" + label + "' expected, there are " + shown(slots));
    }
    return slot;
  }

  private static String shown(Map<String, ?> names) {
    return names.isEmpty() ? "none" : "'" + String.join("', '", names.keySet()) + "'";
  }

  private static MemorySegment info(Cryptoki cryptoki, Arena arena, long slot)
      throws TokenException {
    MemorySegment info = arena.allocate(TOKEN_INFO_BYTES, 8);
    cryptoki.must(Function.GET_TOKEN_INFO, slot, info);
    return info;
  }

  /// 32 bytes, filled up with spaces.
  private static String label(MemorySegment info) {
    byte[] bytes = info.asSlice(0, 32).toArray(JAVA_BYTE);
    return new String(bytes, StandardCharsets.UTF_8).stripTrailing();
  }

  /// One in which keys can be made, if the token can be written to.
  private static long session(Cryptoki cryptoki, long slot) throws TokenException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment handle = arena.allocate(JAVA_LONG);
      MemorySegment none = MemorySegment.NULL;
      long result =
          cryptoki.call(Function.OPEN_SESSION, slot, SERIAL_AND_WRITABLE, none, none, handle);
      if (result == WRITE_PROTECTED) {
        cryptoki.must(Function.OPEN_SESSION, slot, SERIAL, none, none, handle);
      } else if (result != 0) {
        throw new TokenException(
            Reason.DEVICE,
            cryptoki.library() + ": C_OpenSession answers " + Cryptoki.error(result));
      }
      return handle.get(JAVA_LONG, 0);
    }
  }

  private void login(long slot, String pin) throws TokenException {
    try (Arena arena = Arena.ofConfined()) {
      long flags = info(cryptoki, arena, slot).get(JAVA_LONG, FLAGS_AT);
      if ((flags & FLAG_LOCKED) != 0) {
        throw locked();
      }
      if ((flags & FLAG_FINAL_TRY) != 0) {
        throw new TokenException(
            Reason.PIN,
            "token '"
                + label
                + "': one try of the PIN is left before it locks; the agent does not take it: log in"
                + " once by hand with the right one");
      }
      byte[] bytes = pin.getBytes(StandardCharsets.UTF_8);
      MemorySegment secret = arena.allocateFrom(JAVA_BYTE, bytes);
      long result = cryptoki.call(Function.LOGIN, session, USER, secret, (long) bytes.length);
      secret.fill((byte) 0);
      if (result == PIN_LOCKED) {
        throw locked();
      }
      if (result != 0 && result != ALREADY_LOGGED_IN) {
        throw new TokenException(
            Reason.PIN,
            "token '"
                + label
                + "' does not take the PIN: C_Login answers "
                + Cryptoki.error(result));
      }
    }
  }

  private TokenException locked() {
    return new TokenException(
        Reason.PIN,
        "token '" + label + "' is locked after wrong PINs: its security officer can set a new one");
  }

  /// Whether there is a private key of that label.
  public synchronized boolean hasKey(String keyLabel) throws TokenException {
    return !find(of(PRIVATE_KEY, keyLabel)).isEmpty();
  }

  /// The private key of that label, with its public half.
  public synchronized TokenKey key(String keyLabel) throws TokenException {
    List<Long> found = find(of(PRIVATE_KEY, keyLabel));
    if (found.isEmpty()) {
      throw missing("private key", PRIVATE_KEY, keyLabel);
    }
    if (found.size() > 1) {
      throw new TokenException(
          Reason.OBJECT,
          "token '" + label + "': one private key '" + keyLabel + "' expected, there are several");
    }
    long handle = found.getFirst();
    return new TokenKey(this, handle, publicHalf(handle, keyLabel));
  }

  private TokenException missing(String what, long kind, String wanted) throws TokenException {
    Map<String, Boolean> there = new LinkedHashMap<>();
    for (long each : find(Attribute.of(CKA_CLASS, kind))) {
      value(each, CKA_LABEL)
          .ifPresent(name -> there.put(new String(name, StandardCharsets.UTF_8), true));
    }
    return new TokenException(
        Reason.OBJECT,
        "token '"
            + label
            + "': a "
            + what
            + " '"
            + wanted
            + "' expected, there are "
            + shown(there));
  }

  private PublicKey publicHalf(long privateKey, String keyLabel) throws TokenException {
    long type = number(value(privateKey, CKA_KEY_TYPE).orElse(new byte[0]));
    try {
      if (type == RSA) {
        return KeyFactory.getInstance("RSA")
            .generatePublic(
                new RSAPublicKeySpec(
                    new BigInteger(1, half(privateKey, keyLabel, CKA_MODULUS)),
                    new BigInteger(1, half(privateKey, keyLabel, CKA_PUBLIC_EXPONENT))));
      }
      if (type == EC) {
        byte[] point = Der.octets(half(privateKey, keyLabel, CKA_EC_POINT));
        byte[] curve = half(privateKey, keyLabel, CKA_EC_PARAMS);
        byte[] algorithm = Der.element(Der.SEQUENCE, EC_PUBLIC_KEY, curve);
        byte[] bits = Der.element(Der.BIT_STRING, new byte[] {0}, point);
        return KeyFactory.getInstance("EC")
            .generatePublic(new X509EncodedKeySpec(Der.element(Der.SEQUENCE, algorithm, bits)));
      }
    } catch (GeneralSecurityException e) {
      throw new TokenException(
          Reason.OBJECT, "token '" + label + "': public key '" + keyLabel + "': " + e.getMessage());
    }
    throw new TokenException(
        Reason.OBJECT,
        "token '" + label + "': an RSA or EC key '" + keyLabel + "' expected, its type is " + type);
  }

  /// Of the key itself, or of the public key with its id or label beside it.
  private byte[] half(long privateKey, String keyLabel, long attribute) throws TokenException {
    Optional<byte[]> own = value(privateKey, attribute).filter(value -> value.length > 0);
    if (own.isPresent()) {
      return own.get();
    }
    List<Long> beside = new ArrayList<>();
    Optional<byte[]> id = value(privateKey, CKA_ID).filter(value -> value.length > 0);
    if (id.isPresent()) {
      beside.addAll(find(Attribute.of(CKA_CLASS, PUBLIC_KEY), new Attribute(CKA_ID, id.get())));
    }
    beside.addAll(find(of(PUBLIC_KEY, keyLabel)));
    for (long each : beside) {
      Optional<byte[]> value = value(each, attribute).filter(found -> found.length > 0);
      if (value.isPresent()) {
        return value.get();
      }
    }
    throw missing("public key (beside the private one)", PUBLIC_KEY, keyLabel);
  }

  /// Makes an elliptic curve key (P-256) that cannot leave the token.
  public synchronized TokenKey makeKey(String keyLabel) throws TokenException {
    if (hasKey(keyLabel)) {
      throw new TokenException(
          Reason.OBJECT,
          "token '" + label + "': no private key '" + keyLabel + "' expected yet, there is one");
    }
    byte[] name = keyLabel.getBytes(StandardCharsets.UTF_8);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment forPublic =
          Attribute.array(
              arena,
              Attribute.of(CKA_TOKEN, true),
              Attribute.of(CKA_VERIFY, true),
              new Attribute(CKA_EC_PARAMS, SECP256R1),
              new Attribute(CKA_LABEL, name),
              new Attribute(CKA_ID, name));
      MemorySegment forPrivate =
          Attribute.array(
              arena,
              Attribute.of(CKA_TOKEN, true),
              Attribute.of(CKA_PRIVATE, true),
              Attribute.of(CKA_SENSITIVE, true),
              Attribute.of(CKA_EXTRACTABLE, false),
              Attribute.of(CKA_SIGN, true),
              new Attribute(CKA_LABEL, name),
              new Attribute(CKA_ID, name));
      MemorySegment handles = arena.allocate(JAVA_LONG, 2);
      cryptoki.must(
          Function.GENERATE_KEY_PAIR,
          session,
          mechanism(arena, new Mechanism(EC_KEY_PAIR_GEN, List.of())),
          forPublic,
          5L,
          forPrivate,
          7L,
          handles,
          handles.asSlice(8));
    }
    return key(keyLabel);
  }

  /// The certificate of that label, DER.
  public synchronized byte[] certificate(String certificateLabel) throws TokenException {
    List<Long> found = find(of(CERTIFICATE, certificateLabel));
    if (found.isEmpty()) {
      throw missing("certificate", CERTIFICATE, certificateLabel);
    }
    return value(found.getFirst(), CKA_VALUE).orElse(new byte[0]);
  }

  private static Attribute[] of(long kind, String name) {
    return new Attribute[] {
      Attribute.of(CKA_CLASS, kind), new Attribute(CKA_LABEL, name.getBytes(StandardCharsets.UTF_8))
    };
  }

  private List<Long> find(Attribute... template) throws TokenException {
    try (Arena arena = Arena.ofConfined()) {
      cryptoki.must(
          Function.FIND_OBJECTS_INIT,
          session,
          Attribute.array(arena, template),
          (long) template.length);
      MemorySegment found = arena.allocate(JAVA_LONG, MOST_OBJECTS);
      MemorySegment count = arena.allocate(JAVA_LONG);
      cryptoki.must(Function.FIND_OBJECTS, session, found, (long) MOST_OBJECTS, count);
      cryptoki.must(Function.FIND_OBJECTS_FINAL, session);
      List<Long> handles = new ArrayList<>();
      for (long i = 0; i < count.get(JAVA_LONG, 0); i++) {
        handles.add(found.getAtIndex(JAVA_LONG, i));
      }
      return handles;
    }
  }

  /// Empty if the object has none, or does not show it.
  private Optional<byte[]> value(long object, long type) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(LONGEST_VALUE);
      MemorySegment attribute = arena.allocate(24, 8);
      attribute.set(JAVA_LONG, 0, type);
      attribute.set(ADDRESS, 8, value);
      attribute.set(JAVA_LONG, 16, LONGEST_VALUE);
      long result = cryptoki.call(Function.GET_ATTRIBUTE_VALUE, session, object, attribute, 1L);
      long length = attribute.get(JAVA_LONG, 16);
      return result == 0 && length >= 0 && length <= LONGEST_VALUE
          ? Optional.of(value.asSlice(0, length).toArray(JAVA_BYTE))
          : Optional.empty();
    }
  }

  private static long number(byte[] value) {
    return value.length == 8
        ? MemorySegment.ofArray(value).get(JAVA_LONG.withByteAlignment(1), 0)
        : -1;
  }

  synchronized byte[] sign(long key, Mechanism mechanism, byte[] data) throws TokenException {
    try (Arena arena = Arena.ofConfined()) {
      cryptoki.must(Function.SIGN_INIT, session, mechanism(arena, mechanism), key);
      MemorySegment signature = arena.allocate(LONGEST_VALUE);
      MemorySegment length = arena.allocateFrom(JAVA_LONG, (long) LONGEST_VALUE);
      MemorySegment input = arena.allocateFrom(JAVA_BYTE, data);
      cryptoki.must(Function.SIGN, session, input, (long) data.length, signature, length);
      return signature.asSlice(0, length.get(JAVA_LONG, 0)).toArray(JAVA_BYTE);
    }
  }

  private static MemorySegment mechanism(Arena arena, Mechanism mechanism) {
    MemorySegment built = arena.allocate(24, 8);
    built.set(JAVA_LONG, 0, mechanism.type);
    if (!mechanism.parameters.isEmpty()) {
      long[] numbers = mechanism.parameters.stream().mapToLong(Long::longValue).toArray();
      built.set(ADDRESS, 8, arena.allocateFrom(JAVA_LONG, numbers));
      built.set(JAVA_LONG, 16, 8L * numbers.length);
    }
    return built;
  }

  /// Ends the session. The token stays logged in to as long as the client library has one.
  @Override
  public synchronized void close() {
    long _ = cryptoki.call(Function.CLOSE_SESSION, session);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.pkcs11;

import java.io.ByteArrayOutputStream;

/// Elements of DER, in which keys, signatures and requests are written. Source: X.690.
public final class Der {
  /// Tag of a SEQUENCE.
  public static final int SEQUENCE = 0x30;

  /// Tag of a SET.
  public static final int SET = 0x31;

  /// Tag of an INTEGER.
  public static final int INTEGER = 2;

  /// Tag of a BIT STRING.
  public static final int BIT_STRING = 3;

  /// Tag of a UTF8String.
  public static final int UTF8_STRING = 0x0c;

  private static final int OCTET_STRING = 4;

  private Der() {}

  /// An element with that content.
  public static byte[] element(int tag, byte[]... parts) {
    var content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    var element = new ByteArrayOutputStream();
    element.write(tag);
    int length = content.size();
    if (length < 0x80) {
      element.write(length);
    } else if (length < 0x100) {
      element.write(0x81);
      element.write(length);
    } else {
      element.write(0x82);
      element.write(length >> 8);
      element.write(length);
    }
    element.writeBytes(content.toByteArray());
    return element.toByteArray();
  }

  /// The content of an OCTET STRING; what is none is given back as it is, as some tokens leave the
  /// wrapping out.
  static byte[] octets(byte[] der) {
    if (der.length < 3 || der[0] != OCTET_STRING) {
      return der;
    }
    int head = (der[1] & 0x80) == 0 ? 2 : 2 + (der[1] & 0x7f);
    byte[] content = new byte[Math.max(0, der.length - head)];
    System.arraycopy(der, Math.min(head, der.length), content, 0, content.length);
    return content;
  }
}

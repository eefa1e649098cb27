// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.pkcs11;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Signatures by keys in tokens for whoever signs through the JDK: signing requests, and doctor's
/// TLS. It takes such keys only, so that nothing else changes where it is installed.
final class TokenSignatures extends Provider {
  static final String NAME = "FieldlineToken";
  private static final long serialVersionUID = 1L;
  private static final Map<String, String> FOR_TOKEN_KEYS =
      Map.of("SupportedKeyClasses", TokenKey.class.getName());

  TokenSignatures() {
    super(NAME, "1", "signatures by keys in PKCS #11 tokens");
    for (Hash hash : Hash.values()) {
      put(hash.name() + "withECDSA", hash, Scheme.ECDSA);
      put(hash.name() + "withRSA", hash, Scheme.RSA);
    }
    put("RSASSA-PSS", Hash.SHA256, Scheme.PSS);
  }

  private void put(String algorithm, Hash hash, Scheme scheme) {
    putService(
        new Service(this, "Signature", algorithm, Signer.class.getName(), null, FOR_TOKEN_KEYS) {
          @Override
          public Object newInstance(@Nullable Object parameter) {
            return new Signer(hash, scheme);
          }
        });
  }

  private enum Scheme {
    ECDSA,
    RSA,
    PSS
  }

  /// @see <a href="https://www.rfc-editor.org/rfc/rfc8017">RFC 8017, 9.2, note 1</a>
  private enum Hash {
    SHA256("SHA-256", "3031300d060960864801650304020105000420", 0x250, 2),
    SHA384("SHA-384", "3041300d060960864801650304020205000430", 0x260, 3),
    SHA512("SHA-512", "3051300d060960864801650304020305000440", 0x270, 4);

    private final String algorithm;
    private final byte[] digestInfo;
    private final long mechanism;
    private final long mask;

    Hash(String algorithm, String digestInfo, long mechanism, long mask) {
      this.algorithm = algorithm;
      this.digestInfo = HexFormat.of().parseHex(digestInfo);
      this.mechanism = mechanism;
      this.mask = mask;
    }
  }

  private static final class Signer extends SignatureSpi {
    private final Scheme scheme;
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private Hash hash;
    private int saltBytes = 32;
    private @Nullable TokenKey key;

    Signer(Hash hash, Scheme scheme) {
      this.hash = hash;
      this.scheme = scheme;
    }

    @Override
    protected void engineInitSign(PrivateKey privateKey) throws InvalidKeyException {
      boolean isRsa = scheme != Scheme.ECDSA;
      if (!(privateKey instanceof TokenKey ofToken)
          || ofToken.getAlgorithm().equals("RSA") != isRsa) {
        throw new InvalidKeyException(
            (isRsa ? "an RSA" : "an EC") + " key in a token expected, got another");
      }
      key = ofToken;
      text.reset();
    }

    @Override
    protected void engineInitVerify(PublicKey publicKey) throws InvalidKeyException {
      throw new InvalidKeyException("a token's private key expected: it verifies nothing");
    }

    @Override
    protected void engineUpdate(byte b) {
      text.write(b);
    }

    @Override
    protected void engineUpdate(byte[] bytes, int offset, int length) {
      text.write(bytes, offset, length);
    }

    @Override
    protected byte[] engineSign() throws SignatureException {
      TokenKey signer = key;
      if (signer == null) {
        throw new SignatureException("a key expected before the signature");
      }
      try {
        byte[] digest = MessageDigest.getInstance(hash.algorithm).digest(text.toByteArray());
        text.reset();
        return switch (scheme) {
          case ECDSA -> sequence(signer.sign(Token.Mechanism.ECDSA, digest));
          case RSA -> signer.sign(Token.Mechanism.RSA_PKCS, joined(hash.digestInfo, digest));
          case PSS ->
              signer.sign(Token.Mechanism.pss(hash.mechanism, hash.mask, saltBytes), digest);
        };
      } catch (TokenException e) {
        throw new SignatureException(e.getMessage(), e);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }

    private static byte[] joined(byte[] one, byte[] other) {
      byte[] both = Arrays.copyOf(one, one.length + other.length);
      System.arraycopy(other, 0, both, one.length, other.length);
      return both;
    }

    /// Source: RFC 3279, 2.2.3, Ecdsa-Sig-Value.
    private static byte[] sequence(byte[] rAndS) {
      int half = rAndS.length / 2;
      return Der.element(
          Der.SEQUENCE,
          integer(Arrays.copyOf(rAndS, half)),
          integer(Arrays.copyOfRange(rAndS, half, rAndS.length)));
    }

    private static byte[] integer(byte[] magnitude) {
      return Der.element(Der.INTEGER, new BigInteger(1, magnitude).toByteArray());
    }

    @Override
    protected boolean engineVerify(byte[] signature) throws SignatureException {
      throw new SignatureException("a token's private key verifies nothing");
    }

    @Override
    protected void engineSetParameter(@Nullable AlgorithmParameterSpec parameters)
        throws InvalidAlgorithmParameterException {
      if (parameters instanceof PSSParameterSpec pss) {
        hash =
            Arrays.stream(Hash.values())
                .filter(each -> each.algorithm.equals(pss.getDigestAlgorithm()))
                .findFirst()
                .orElseThrow(() ->
                    new InvalidAlgorithmParameterException(
                        "SHA-256, SHA-384 or SHA-512 expected, got " + pss.getDigestAlgorithm()));
        saltBytes = pss.getSaltLength();
      } else if (parameters != null) {
        throw new InvalidAlgorithmParameterException("parameters of PSS expected");
      }
    }

    @Override
    protected @Nullable AlgorithmParameters engineGetParameters() {
      return null;
    }

    @Override
    @Deprecated
    protected void engineSetParameter(String name, Object value) {
      throw new UnsupportedOperationException(name);
    }

    @Override
    @Deprecated
    protected Object engineGetParameter(String name) {
      throw new UnsupportedOperationException(name);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.store.Store;
import java.io.IOException;
import java.io.StringReader;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.h2.mvstore.MVMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iot.model.CertificateDescription;
import software.amazon.awssdk.services.iot.model.CertificateValidity;
import software.amazon.awssdk.services.iot.model.CreateCertificateFromCsrRequest;
import software.amazon.awssdk.services.iot.model.CreateCertificateFromCsrResponse;
import software.amazon.awssdk.services.iot.model.CreateKeysAndCertificateRequest;
import software.amazon.awssdk.services.iot.model.CreateKeysAndCertificateResponse;
import software.amazon.awssdk.services.iot.model.DeleteCertificateRequest;
import software.amazon.awssdk.services.iot.model.DeleteCertificateResponse;
import software.amazon.awssdk.services.iot.model.DescribeCertificateRequest;
import software.amazon.awssdk.services.iot.model.DescribeCertificateResponse;
import software.amazon.awssdk.services.iot.model.ListCertificatesRequest;
import software.amazon.awssdk.services.iot.model.ListCertificatesResponse;
import software.amazon.awssdk.services.iot.model.RegisterCertificateWithoutCaRequest;
import software.amazon.awssdk.services.iot.model.RegisterCertificateWithoutCaResponse;
import software.amazon.awssdk.services.iot.model.UpdateCertificateRequest;
import software.amazon.awssdk.services.iot.model.UpdateCertificateResponse;

/// Device certificates, made by the stack's own authority or registered as they are.
///
/// Source: AWS IoT Core Developer Guide, "X.509 client certificates".
public final class Certificates {
  private static final Set<String> SETTABLE = Set.of("ACTIVE", "INACTIVE", "REVOKED");
  private static final String PENDING = "PENDING_ACTIVATION";
  private static final X500Name DEVICE = new X500Name("CN=AWS IoT Certificate");

  private final MVMap<String, Certificate> certificates;
  private final CertificateAuthority authority;
  private final Links things;
  private final Links policies;
  private final ProvisioningClaims claims;
  private final StackInfo info;
  private final StackClock clock;
  private final Supplier<String> ids;
  private volatile Consumer<String> deactivated = _ -> {};

  /// @param things thing to principal
  /// @param policies policy to target
  Certificates(
      Store store,
      CertificateAuthority authority,
      Links things,
      Links policies,
      ProvisioningClaims claims,
      StackInfo info,
      StackClock clock,
      Supplier<String> ids) {
    this.certificates = store.map("iot/certificates", Certificate.class);
    this.authority = authority;
    this.things = things;
    this.policies = policies;
    this.claims = claims;
    this.info = info;
    this.clock = clock;
    this.ids = ids;
  }

  void register(Api api) {
    api.on(CreateKeysAndCertificateRequest.class, this::createKeysAndCertificate);
    api.on(CreateCertificateFromCsrRequest.class, this::createCertificateFromCsr);
    api.on(RegisterCertificateWithoutCaRequest.class, this::registerCertificateWithoutCa)
        .resource("iot:RegisterCertificateWithoutCA", _ -> "*");
    api.on(DescribeCertificateRequest.class, this::describeCertificate)
        .resource(r -> arn(r.certificateId()));
    api.on(UpdateCertificateRequest.class, this::updateCertificate)
        .resource(r -> arn(r.certificateId()));
    api.on(DeleteCertificateRequest.class, this::deleteCertificate)
        .resource(r -> arn(r.certificateId()));
    api.on(ListCertificatesRequest.class, this::listCertificates);
  }

  /// Called with the id of a certificate that stops being active.
  void whenDeactivated(Consumer<String> listener) {
    deactivated = listener;
  }

  public String arn(String id) {
    return info.arn("iot", "cert/" + id);
  }

  boolean existsArn(String arn) {
    int id = arn.indexOf(":cert/");
    return id < 0 || certificates.containsKey(arn.substring(id + ":cert/".length()));
  }

  /// The id under which a presented certificate is registered and active, or a claim that lives.
  public Optional<String> activeId(X509Certificate presented) {
    String id = fingerprint(presented);
    Certificate certificate = certificates.get(id);
    boolean counts = certificate == null ? claims.isLive(id) : certificate.isActive();
    return counts ? Optional.of(id) : Optional.empty();
  }

  /// The text of a registered certificate.
  public Optional<String> pem(String id) {
    return Optional.ofNullable(certificates.get(id)).map(Certificate::pem);
  }

  public Optional<X509Certificate> find(String id) {
    return pem(id).map(Pem::certificate);
  }

  /// A certificate and the key that was made with it, if one was.
  public record Issued(String id, String pem, Optional<String> privateKey) {}

  /// A key and a certificate that is not in force before a device is registered with it.
  public Issued createPending() {
    KeyPair pair = authority.deviceKeyPair();
    X509Certificate x509 = authority.issueDevice(DEVICE, pair.getPublic());
    Certificate certificate = keep(x509, PENDING, "DEFAULT");
    String key = Pem.of(pair.getPrivate());
    return new Issued(certificate.id(), certificate.pem(), Optional.of(key));
  }

  /// As above, for the key that signed the request.
  public Issued createPending(String signingRequest) {
    Certificate certificate = fromCsr(signingRequest, PENDING);
    return new Issued(certificate.id(), certificate.pem(), Optional.empty());
  }

  /// Removes a certificate that was never put in force, nor attached to anything.
  public void discardPending(String id) {
    Certificate certificate = certificates.get(id);
    if (certificate != null
        && certificate.status().equals(PENDING)
        && things.leftsOf(arn(id)).isEmpty()
        && policies.leftsOf(arn(id)).isEmpty()) {
      certificates.remove(id);
    }
  }

  static String fingerprint(X509Certificate certificate) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
      return HexFormat.of().formatHex(digest);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a certificate without SHA-256", e);
    }
  }

  private Certificate get(String id) {
    Certificate certificate = certificates.get(id);
    if (certificate == null) {
      throw AwsFailure.notFound("The certificate " + id + " does not exist.");
    }
    return certificate;
  }

  private Certificate keep(X509Certificate x509, String status, String mode) {
    String id = fingerprint(x509);
    if (certificates.containsKey(id)) {
      throw new AwsFailure(
          "ResourceAlreadyExistsException",
          409,
          "The certificate is already provisioned or registered",
          java.util.Map.of("resourceId", id, "resourceArn", arn(id)));
    }
    var now = clock.instant();
    var certificate =
        new Certificate(
            id,
            Pem.of(x509),
            status,
            mode,
            now,
            now,
            1,
            ids.get(),
            x509.getNotBefore().toInstant(),
            x509.getNotAfter().toInstant());
    certificates.put(id, certificate);
    return certificate;
  }

  private static String status(@Nullable Boolean setAsActive) {
    return Boolean.TRUE.equals(setAsActive) ? "ACTIVE" : "INACTIVE";
  }

  private CreateKeysAndCertificateResponse createKeysAndCertificate(
      CreateKeysAndCertificateRequest request) {
    KeyPair pair = authority.deviceKeyPair();
    X509Certificate x509 = authority.issueDevice(DEVICE, pair.getPublic());
    Certificate certificate = keep(x509, status(request.setAsActive()), "DEFAULT");
    return CreateKeysAndCertificateResponse.builder()
        .certificateArn(arn(certificate.id()))
        .certificateId(certificate.id())
        .certificatePem(certificate.pem())
        .keyPair(k -> k.publicKey(Pem.of(pair.getPublic())).privateKey(Pem.of(pair.getPrivate())))
        .build();
  }

  private CreateCertificateFromCsrResponse createCertificateFromCsr(
      CreateCertificateFromCsrRequest request) {
    Certificate certificate =
        fromCsr(request.certificateSigningRequest(), status(request.setAsActive()));
    return CreateCertificateFromCsrResponse.builder()
        .certificateArn(arn(certificate.id()))
        .certificateId(certificate.id())
        .certificatePem(certificate.pem())
        .build();
  }

  private Certificate fromCsr(String pem, String status) {
    var csr = csr(pem);
    try {
      var proof = new JcaContentVerifierProviderBuilder().build(csr.getPublicKey());
      if (!csr.isSignatureValid(proof)) {
        throw AwsFailure.invalidRequest("The CSR is not signed by the key that it holds");
      }
      X509Certificate x509 = authority.issueDevice(csr.getSubject(), csr.getPublicKey());
      return keep(x509, status, "DEFAULT");
    } catch (GeneralSecurityException | OperatorCreationException | PKCSException e) {
      throw AwsFailure.invalidRequest("The CSR holds no usable public key: " + e.getMessage());
    }
  }

  private static JcaPKCS10CertificationRequest csr(String pem) {
    try (var parser = new PEMParser(new StringReader(pem))) {
      if (parser.readObject() instanceof PKCS10CertificationRequest request) {
        return new JcaPKCS10CertificationRequest(request);
      }
    } catch (IOException e) {
      throw AwsFailure.invalidRequest("The CSR cannot be read: " + e.getMessage());
    }
    throw AwsFailure.invalidRequest("A certificate signing request in PEM form was expected");
  }

  private RegisterCertificateWithoutCaResponse registerCertificateWithoutCa(
      RegisterCertificateWithoutCaRequest request) {
    X509Certificate x509;
    try {
      x509 = Pem.certificate(request.certificatePem());
    } catch (IllegalArgumentException e) {
      throw new AwsFailure(
          "CertificateValidationException", 400, "The certificate is invalid: " + e.getMessage());
    }
    String status = request.statusAsString() == null ? "INACTIVE" : request.statusAsString();
    Certificate certificate = keep(x509, status, "SNI_ONLY");
    return RegisterCertificateWithoutCaResponse.builder()
        .certificateArn(arn(certificate.id()))
        .certificateId(certificate.id())
        .build();
  }

  private DescribeCertificateResponse describeCertificate(DescribeCertificateRequest request) {
    Certificate c = get(request.certificateId());
    return DescribeCertificateResponse.builder()
        .certificateDescription(
            CertificateDescription.builder()
                .certificateArn(arn(c.id()))
                .certificateId(c.id())
                .status(c.status())
                .certificatePem(c.pem())
                .ownedBy(info.accountId())
                .creationDate(c.createdAt())
                .lastModifiedDate(c.modifiedAt())
                .customerVersion(c.customerVersion())
                .generationId(c.generationId())
                .certificateMode(c.mode())
                .validity(
                    CertificateValidity.builder()
                        .notBefore(c.notBefore())
                        .notAfter(c.notAfter())
                        .build())
                .build())
        .build();
  }

  private UpdateCertificateResponse updateCertificate(UpdateCertificateRequest request) {
    Certificate certificate = get(request.certificateId());
    String status = request.newStatusAsString();
    if (!SETTABLE.contains(status)) {
      throw AwsFailure.invalidRequest("A certificate cannot be set to " + status);
    }
    certificates.put(certificate.id(), certificate.withStatus(status, clock.instant()));
    if (!status.equals("ACTIVE")) {
      deactivated.accept(certificate.id());
    }
    return UpdateCertificateResponse.builder().build();
  }

  private DeleteCertificateResponse deleteCertificate(DeleteCertificateRequest request) {
    Certificate certificate = get(request.certificateId());
    String arn = arn(certificate.id());
    if (certificate.isActive()) {
      throw IotFailures.certificateState(
          "Certificate must be deactivated (not ACTIVE) before deletion.");
    }
    if (!things.leftsOf(arn).isEmpty()) {
      throw IotFailures.deleteConflict(
          "Things must be detached before deletion (arn: " + arn + ")");
    }
    if (!policies.leftsOf(arn).isEmpty() && !Boolean.TRUE.equals(request.forceDelete())) {
      throw IotFailures.deleteConflict(
          "Certificate policies must be detached before deletion (arn: " + arn + ")");
    }
    policies.leftsOf(arn).forEach(policy -> policies.remove(policy, arn));
    certificates.remove(certificate.id());
    return DeleteCertificateResponse.builder().build();
  }

  private ListCertificatesResponse listCertificates(ListCertificatesRequest request) {
    var page =
        Page.of(certificates.values(), Certificate::id, request.pageSize(), request.marker());
    return ListCertificatesResponse.builder()
        .certificates(
            page.items().stream()
                .map(c ->
                    software.amazon.awssdk.services.iot.model.Certificate.builder()
                        .certificateArn(arn(c.id()))
                        .certificateId(c.id())
                        .status(c.status())
                        .certificateMode(c.mode())
                        .creationDate(c.createdAt())
                        .build())
                .toList())
        .nextMarker(page.next())
        .build();
  }
}

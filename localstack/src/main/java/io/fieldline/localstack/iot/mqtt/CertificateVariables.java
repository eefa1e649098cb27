// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.mqtt;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;

/// Policy variables from a certificate: {@code iot:Certificate.Subject.CommonName} and the like.
///
/// Source: AWS IoT Core Developer Guide, "X.509 Certificate AWS IoT Core policy variables".
final class CertificateVariables {
  private static final Map<String, String> OIDS =
      Map.ofEntries(
          Map.entry("2.5.4.46", "DistinguishedNameQualifier"),
          Map.entry("2.5.4.5", "SerialNumber"),
          Map.entry("2.5.4.12", "Title"),
          Map.entry("2.5.4.4", "Surname"),
          Map.entry("2.5.4.42", "GivenName"),
          Map.entry("2.5.4.43", "Initials"),
          Map.entry("2.5.4.65", "Pseudonym"),
          Map.entry("2.5.4.44", "GenerationQualifier"));
  private static final Map<String, String> NAMES =
      Map.of(
          "C", "Country",
          "O", "Organization",
          "OU", "OrganizationalUnit",
          "ST", "State",
          "CN", "CommonName");

  private CertificateVariables() {}

  static void add(X509Certificate certificate, Map<String, List<String>> context) {
    add("iot:Certificate.Subject.", certificate.getSubjectX500Principal(), context);
    add("iot:Certificate.Issuer.", certificate.getIssuerX500Principal(), context);
    context.put(
        "iot:Certificate.SerialNumber",
        List.of(certificate.getSerialNumber().toString(16).toUpperCase(java.util.Locale.ROOT)));
  }

  private static void add(String prefix, X500Principal name, Map<String, List<String>> context) {
    var values = new HashMap<String, List<String>>();
    try {
      for (Rdn rdn : new LdapName(name.getName(X500Principal.RFC2253, OIDS)).getRdns()) {
        String attribute = NAMES.getOrDefault(rdn.getType(), rdn.getType());
        values
            .computeIfAbsent(attribute, _ -> new ArrayList<>())
            .add(String.valueOf(rdn.getValue()));
      }
    } catch (InvalidNameException e) {
      throw new IllegalStateException("a certificate's name cannot be read: " + name, e);
    }
    values.forEach((attribute, found) -> {
      for (int i = 0; i < found.size(); i++) {
        if (isSubstituted(found.get(i))) {
          context.put(prefix + attribute + (i == 0 ? "" : "." + i), List.of(found.get(i)));
        }
      }
      context.put(prefix + attribute + ".List", found);
    });
  }

  private static boolean isSubstituted(String value) {
    return value.length() <= 1024 && value.chars().noneMatch(c -> "*$+?#".indexOf(c) >= 0);
  }
}

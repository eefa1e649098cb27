// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.gateway;

import io.fieldline.agent.config.ChildrenConfig;
import io.fieldline.agent.config.ChildrenConfig.Child;
import io.fieldline.agent.config.ChildrenConfig.Terms;
import io.fieldline.agent.config.ChildrenConfig.Unknown;
import io.fieldline.agent.gateway.Refusal.Kind;
import io.fieldline.messages.Reading;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/// Who may send readings of which device, and how many. May be called from any thread.
///
/// A child with a token or a certificate is spoken for by who shows it, and by nobody else; who has
/// shown it speaks for that child only. All readings of a message are admitted, or none.
public final class Children {
  private static final int MAX_UNLISTED = 10_000;
  private static final int MAX_DEVICES = 2000;

  private final String thing;
  private final ChildrenConfig config;
  private final LongSupplier nanos;
  private final boolean isOpen;
  private final Map<String, Child> byName = new HashMap<>();
  private final Set<String> unlisted = new HashSet<>();
  private final Map<String, Quota> quotas =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Quota> eldest) {
          return size() > MAX_UNLISTED;
        }
      };

  /// The children of that thing.
  ///
  /// @param nanos a clock that only goes forward, such as [System#nanoTime]
  public Children(String thing, ChildrenConfig config, LongSupplier nanos) {
    this.thing = thing;
    this.config = config;
    this.nanos = nanos;
    this.isOpen =
        config.unknown() == Unknown.ACCEPT
            && config.devices().isEmpty()
            && config.byDefault().readingsPerSecond() == 0;
    config.devices().forEach(child -> byName.put(child.device(), child));
  }

  /// Who shows that token.
  public Optional<Sender> byToken(String token) {
    byte[] shown = token.getBytes(StandardCharsets.UTF_8);
    Optional<Sender> found = Optional.empty();
    for (Child child : config.devices()) {
      // All are compared, each in constant time, so that the time taken tells nothing.
      boolean same =
          child.token().isPresent()
              && MessageDigest.isEqual(shown, child.token().get().getBytes(StandardCharsets.UTF_8));
      if (same) {
        found = Optional.of(Sender.of(child.device()));
      }
    }
    return found;
  }

  /// Who shows that certificate.
  public Optional<Sender> byCertificate(X509Certificate certificate) {
    String shown = fingerprint(certificate);
    return config.devices().stream()
        .filter(child -> child.certificate().filter(shown::equals).isPresent())
        .map(child -> Sender.of(child.device()))
        .findFirst();
  }

  /// The SHA-256 of a certificate in lower-case hexadecimal.
  static String fingerprint(X509Certificate certificate) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Why that sender may not speak for a device, if it may not.
  public Optional<Refusal> mayName(Sender sender, String device) {
    if (sender.device().isPresent()) {
      return sender.device().get().equals(device)
          ? Optional.empty()
          : refused(
              Kind.IDENTITY,
              "readings of '"
                  + sender.device().get()
                  + "' expected, who has shown its token or certificate; got one of '"
                  + device
                  + "'");
    }
    Child child = byName.get(device);
    if (child != null && child.hasIdentity()) {
      return refused(
          Kind.IDENTITY,
          "the token or certificate of '" + device + "' expected before its readings");
    }
    if (child == null && config.unknown() == Unknown.REFUSE && !device.equals(thing)) {
      return refused(
          Kind.UNKNOWN_DEVICE,
          "a device that 'children.devices' lists expected, got '" + device + "'");
    }
    return Optional.empty();
  }

  /// Counts the readings against what was agreed.
  ///
  /// @return why they are not taken; then none is counted
  public Optional<Refusal> admit(Sender sender, List<Reading> readings) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    readings.forEach(reading -> counts.merge(reading.device(), 1, Integer::sum));
    Optional<Refusal> oneTooMany = oneDeviceTooMany(counts.keySet());
    if (isOpen || oneTooMany.isPresent()) {
      return oneTooMany;
    }
    for (String device : counts.keySet()) {
      Optional<Refusal> refusal = mayName(sender, device);
      if (refusal.isPresent()) {
        return refusal;
      }
    }
    return overQuota(counts);
  }

  /// Every name costs memory for good, and a sender can make up names.
  private synchronized Optional<Refusal> oneDeviceTooMany(Set<String> devices) {
    for (String device : devices) {
      if (!byName.containsKey(device) && !unlisted.contains(device)) {
        if (unlisted.size() >= MAX_DEVICES) {
          return refused(
              Kind.UNKNOWN_DEVICE,
              "at most "
                  + MAX_DEVICES
                  + " devices expected that 'children.devices' does not list, '"
                  + device
                  + "' is one more");
        }
        unlisted.add(device);
      }
    }
    return Optional.empty();
  }

  private synchronized Optional<Refusal> overQuota(Map<String, Integer> counts) {
    Map<Quota, Integer> taken = new LinkedHashMap<>();
    for (Map.Entry<String, Integer> entry : counts.entrySet()) {
      Optional<Quota> quota = quota(entry.getKey());
      if (quota.isEmpty()) {
        continue;
      }
      Optional<Refusal> refusal = over(quota.get(), entry.getKey(), entry.getValue());
      if (refusal.isPresent()) {
        return refusal;
      }
      taken.put(quota.get(), entry.getValue());
    }
    taken.forEach(Quota::take);
    return Optional.empty();
  }

  private Optional<Refusal> over(Quota quota, String device, int readings) {
    if (readings > quota.burst()) {
      return refused(
          Kind.QUOTA,
          "at most "
              + quota.burst()
              + " readings of '"
              + device
              + "' at once expected (burst), got "
              + readings);
    }
    Duration wait = quota.waitFor(readings, nanos.getAsLong());
    return wait.isZero()
        ? Optional.empty()
        : Optional.of(
            new Refusal(
                Kind.QUOTA,
                "at most "
                    + quota.perSecond()
                    + " readings a second of '"
                    + device
                    + "' expected, try again in "
                    + wait.plusMillis(1).toMillis()
                    + " ms",
                wait));
  }

  private Optional<Quota> quota(String device) {
    Terms terms = terms(device);
    return device.equals(thing) || terms.readingsPerSecond() == 0
        ? Optional.empty()
        : Optional.of(
            quotas.computeIfAbsent(
                device,
                _ -> new Quota(terms.readingsPerSecond(), terms.burst(), nanos.getAsLong())));
  }

  private Terms terms(String device) {
    Child child = byName.get(device);
    return child == null ? config.byDefault() : child.terms();
  }

  private static Optional<Refusal> refused(Kind kind, String message) {
    return Optional.of(new Refusal(kind, message, Duration.ZERO));
  }
}

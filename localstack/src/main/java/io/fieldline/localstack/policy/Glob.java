// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.policy;

import java.util.List;

/// A pattern of a policy: {@code *} is any text, {@code ?} one character, <code>${key}</code> the
/// value of a policy variable, taken literally.
///
/// Source: IAM User Guide, "IAM policy elements: Variables and tags".
final class Glob {
  private static final char ANY = '\uE000';
  private static final char ONE = '\uE001';

  private Glob() {}

  /// Whether {@code text} fits; false where a variable of the pattern has no single value.
  static boolean matches(String pattern, String text, PolicyRequest request) {
    if (pattern.indexOf("${") < 0) {
      return fits(pattern, '*', '?', text, false);
    }
    String expanded = expand(pattern, request);
    return expanded != null && fits(expanded, ANY, ONE, text, false);
  }

  static boolean matchesIgnoreCase(String pattern, String text) {
    return fits(pattern, '*', '?', text, true);
  }

  private static String marked(String pattern) {
    return pattern.replace('*', ANY).replace('?', ONE);
  }

  private static @org.jspecify.annotations.Nullable String expand(
      String pattern, PolicyRequest request) {
    int dollar = pattern.indexOf("${");
    var out = new StringBuilder();
    int from = 0;
    while (dollar >= 0) {
      int end = pattern.indexOf('}', dollar);
      if (end < 0) {
        break;
      }
      out.append(marked(pattern.substring(from, dollar)));
      String name = pattern.substring(dollar + 2, end);
      String value = variable(name, request);
      if (value == null) {
        return null;
      }
      out.append(value);
      from = end + 1;
      dollar = pattern.indexOf("${", from);
    }
    return out.append(marked(pattern.substring(from))).toString();
  }

  private static @org.jspecify.annotations.Nullable String variable(
      String name, PolicyRequest request) {
    if (name.equals("*") || name.equals("?") || name.equals("$")) {
      return name;
    }
    int comma = name.indexOf(',');
    List<String> values = request.values((comma < 0 ? name : name.substring(0, comma)).strip());
    if (values.size() == 1) {
      return values.getFirst();
    }
    if (comma < 0) {
      return null;
    }
    return name.substring(comma + 1).strip().replace("'", "");
  }

  /// The usual two-finger walk: linear where there is no backtracking, never exponential.
  private static boolean fits(
      String pattern, char any, char one, String text, boolean ignoringCase) {
    int p = 0;
    int t = 0;
    int star = -1;
    int resume = 0;
    while (t < text.length()) {
      char c = p < pattern.length() ? pattern.charAt(p) : '\0';
      if (p < pattern.length() && c == any) {
        star = p++;
        resume = t;
      } else if (p < pattern.length() && (c == one || same(c, text.charAt(t), ignoringCase))) {
        p++;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++resume;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == any) {
      p++;
    }
    return p == pattern.length();
  }

  private static boolean same(char a, char b, boolean ignoringCase) {
    return a == b || (ignoringCase && Character.toLowerCase(a) == Character.toLowerCase(b));
  }
}

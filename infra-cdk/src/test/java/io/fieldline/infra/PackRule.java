// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.function.Function;

/// One rule of our own pack.
///
/// @param id its name in findings
/// @param why what goes wrong in operation where it does not hold
/// @param breaks the logical identifiers of the resources that do not hold it
record PackRule(String id, String why, Function<Template, Set<String>> breaks) {

  /// A rule that looks at each resource of one type by itself, at its properties.
  static PackRule each(String id, String type, String why, BiPredicate<Template, JsonNode> wrong) {
    return new PackRule(
        id,
        why,
        template -> {
          var found = new TreeSet<String>();
          template
              .resources(type)
              .forEach((name, resource) -> {
                if (wrong.test(template, resource.path("Properties"))) {
                  found.add(name);
                }
              });
          return found;
        });
  }

  List<Finding> findings(Template template) {
    return breaks.apply(template).stream().map(name -> new Finding(id, name)).toList();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import java.nio.file.Path;

/// Where the built parts are that the stack publishes.
///
/// @param functions the folder with one zip a function, named after it
/// @param site the built web app
public record Artifacts(Path functions, Path site) {

  /// The zip of one function. A missing one is an error that says how to build it.
  String zipOf(PipelineFunction function) {
    var zip = functions.resolve(function.label() + ".zip");
    if (!zip.toFile().isFile()) {
      throw new IllegalStateException(
          "expected the function's zip at %s; build it with: mvn -Dquick package -pl lambdas -am"
              .formatted(zip));
    }
    return zip.toString();
  }

  /// The folder of the built web app. A missing one is an error that says how to build it.
  String siteFolder() {
    if (!site.resolve("index.html").toFile().isFile()) {
      throw new IllegalStateException(
          "expected the built web app at %s; build it with: npm ci && npm run build in web"
              .formatted(site));
    }
    return site.toString();
  }
}

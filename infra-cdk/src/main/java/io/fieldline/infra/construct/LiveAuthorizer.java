// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.services.iot.CfnAuthorizer;
import software.constructs.Construct;

/// Lets a signed-in browser subscribe to live values over MQTT: AWS IoT asks the authorizer
/// function, which reads the token from the MQTT password.
final class LiveAuthorizer extends Construct {
  private final CfnAuthorizer authorizer;
  private final LiveFunction function;

  LiveAuthorizer(Construct scope, String id, Deployment deployment, SignIn signIn) {
    super(scope, id);
    this.function =
        new LiveFunction(
            this,
            PipelineFunction.AUTHORIZER,
            deployment,
            FunctionProps.of(
                Map.of("ISSUER", signIn.issuer(), "CLIENT_ID", signIn.clientId()), List.of()));
    this.authorizer =
        CfnAuthorizer.Builder.create(this, "Authorizer")
            .authorizerName(deployment.names().of("live"))
            .authorizerFunctionArn(function.arn())
            .signingDisabled(true)
            .status("ACTIVE")
            .build();
    function.allow("AllowIot", "iot.amazonaws.com", authorizer.getAttrArn());
  }

  String authorizerName() {
    return authorizer.getRef();
  }

  LiveFunction function() {
    return function;
  }
}

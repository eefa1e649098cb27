// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation.types;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.cloudformation.ResourceType.Made;
import io.fieldline.localstack.cloudformation.ResourceTypes;
import java.util.Map;

/// Every type that this stack can make.
public final class AllTypes {
  private AllTypes() {}

  public static ResourceTypes of(Api api, StackInfo stack, CustomResourceAnswers answers) {
    var types = new ResourceTypes();
    new IamTypes(api).addTo(types);
    new DataTypes(api).addTo(types);
    new MessagingTypes(api, stack.arn("logs", "log-group:")).addTo(types);
    new SnsTypes(api).addTo(types);
    new StreamTypes(api).addTo(types);
    new FirehoseTypes(api).addTo(types);
    new S3Types(api, stack.region()).addTo(types);
    new LambdaTypes(api).addTo(types);
    new CodeDeployTypes(api).addTo(types);
    new IotTypes(api, stack.arn("iot", "")).addTo(types);
    new ProvisioningTypes(api, stack.arn("iot", "")).addTo(types);
    new ApiTypes(api).addTo(types);
    new CognitoTypes(api, stack).addTo(types);
    new CloudFrontTypes(api).addTo(types);
    new SchedulerTypes(api).addTo(types);
    new OpsTypes(api, stack.arn("cloudwatch", "alarm:")).addTo(types);
    types.add("AWS::CloudFormation::CustomResource", new CustomResource(api, answers));
    // Only for AWS's statistics: there is nothing to make.
    types.add(
        "AWS::CDK::Metadata",
        CallType.of(
            w -> new Made(w.uniqueName(), Map.of()),
            (_, id, _) -> new Made(id, Map.of()),
            (_, _) -> {}));
    return types;
  }
}

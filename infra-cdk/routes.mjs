// SPDX-License-Identifier: Apache-2.0
// Routes of the HTTP API asked by invoking their function: what the command lines of it share.
import { randomUUID } from 'node:crypto';

// The event of a route, as API Gateway makes it for whom IAM has let in.
export const event = (by, route, path, rest) =>
  JSON.stringify({
    version: '2.0',
    routeKey: route,
    pathParameters: path,
    ...rest,
    requestContext: { requestId: randomUUID(), timeEpoch: Date.now(), authorizer: { iam: { userArn: by } } },
  });

// Tells why there is no answer.
export const refused = (command, status, body) => {
  process.stderr.write(`fieldline: ${command}: ${body.detail ?? body.message ?? `status ${status}`}\n`);
  process.exitCode = 1;
};

// The body of the answer, or undefined after it was told why there is none.
export const answered = (command, text) => {
  const answer = JSON.parse(text);
  const body = answer.body ? JSON.parse(answer.body) : {};
  if (answer.statusCode >= 200 && answer.statusCode < 300) return body;
  refused(command, answer.statusCode ?? answer.errorMessage, body);
  return undefined;
};

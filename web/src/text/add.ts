// SPDX-License-Identifier: Apache-2.0
import { plural } from './plural';

// Devices to come.

export const add = {
  title: 'Add devices',
  allow: '1. Allow their serial numbers',
  allowHint: 'Who comes with another number gets no certificate. The serial number is the device’s name.',
  serials: 'Serial numbers',
  serialsHint: 'One a line: letters, digits, _ or -. Or a CSV file with the header serial,type,groups.',
  allowButton: 'Allow',
  done: (added: number, there: number) =>
    `${plural(added, 'serial number')} allowed${there > 0 ? `, ${there} had been before` : ''}.`,
  claim: '2. Make a claim, once for a batch of devices',
  claimHint: 'A certificate that lets whoever has it become a device, and do nothing else. In a terminal, as whoever may make certificates:',
  claimCommands: (stage: string) => [
    'aws iot create-keys-and-certificate --set-as-active --certificate-pem-outfile claim.pem.crt --private-key-outfile claim.pem.key',
    `aws iot attach-policy --policy-name fieldline-${stage}-claim --target ARN`,
  ],
  start: '3. Start the agent on each device',
  startHint: 'With the claim beside it and this in agent.yaml. It gets a certificate of its own, and appears among the devices with its first value.',
  /** The local stack has an authority of its own. */
  configuration: (stage: string, endpoint: string) =>
    [
      'provisioning:',
      '  certificate: claim.pem.crt',
      '  key: claim.pem.key',
      `  template: fieldline-${stage}-devices`,
      '  parameters: ["SerialNumber=@/etc/machine-id"]',
      'cloud:',
      `  endpoint: ${endpoint}`,
      '  certificate: data/identity/device.pem.crt',
      '  key: data/identity/private.pem.key',
      ...(endpoint.endsWith('amazonaws.com') ? [] : [`  ca: ca.pem   # curl http://${endpoint}/_local/ca.pem`]),
    ].join('\n'),
  list: 'Allowed serial numbers',
  none: 'No serial number is allowed yet',
  columns: { serial: 'Serial number', state: 'State', added: 'Allowed' },
  waiting: 'has not come yet',
  provisioned: (when: string) => `provisioned ${when}`,
  again: 'Allow again',
  remove: 'Remove',
  removeSure: 'Take this serial number from the list? A device that has its certificate keeps that.',
};

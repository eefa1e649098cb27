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
    'arn=$(aws iot create-keys-and-certificate --set-as-active --certificate-pem-outfile claim.pem.crt --private-key-outfile claim.pem.key --query certificateArn --output text)',
    `aws iot attach-policy --policy-name fieldline-${stage}-claim --target "$arn"`,
  ],
  start: '3. Start the agent on each device',
  startHint: 'With the claim beside it and this in agent.yaml. It gets a certificate of its own, and appears among the devices with its first value.',
  everyFile: 'One file for all: SerialNumber=@/etc/machine-id takes the number from a file of each device.',
  /** The local stack has an authority of its own. */
  authorityCommand: (endpoint: string) => `curl -o ca.pem http://${endpoint}/_local/ca.pem`,
  configuration: (stage: string, endpoint: string, isLocal: boolean, serial: string) =>
    [
      'provisioning:',
      '  certificate: claim.pem.crt',
      '  key: claim.pem.key',
      `  template: fieldline-${stage}-devices`,
      `  parameters: ["SerialNumber=${serial}"]`,
      'cloud:',
      `  endpoint: ${endpoint}`,
      '  certificate: data/identity/device.pem.crt',
      '  key: data/identity/private.pem.key',
      ...(isLocal ? ['  ca: ca.pem'] : []),
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

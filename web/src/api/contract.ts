// SPDX-License-Identifier: Apache-2.0
// Generated from the JSON Schemas of module messages by ContractTypesTest; do not edit.

export interface TelemetryColumn {
  /** The sensor's name within the device. */
  readonly name: string;
  /** As the sensor named it; absent if it named none. */
  readonly unit?: string;
  /** Milliseconds since the row before (since t0 for the first), and the value. */
  readonly rows: readonly (readonly [number, number])[];
}

/** Readings of one device, a column per sensor; on the stored path and on the live path. */
export interface TelemetryBatch {
  /** Version of the format. */
  readonly v: 1;
  /** A thing, or <thing>:<device> for a device behind a gateway. */
  readonly device: string;
  /** Tells the sequence numbers of one spool from those of an earlier one. */
  readonly epoch: number;
  /** The agent's priority of these readings; 0 where absent. */
  readonly lane?: number;
  /** Sequence number of the first reading. */
  readonly firstSeq: number;
  /** Epoch milliseconds from which the first row of every column counts. */
  readonly t0: number;
  readonly sensors: readonly TelemetryColumn[];
}

export interface Command {
  /** Tells it from every other command of the thing. */
  readonly id: string;
  /** What the actuator is to be set to. */
  readonly value: boolean | number | string;
  /** Epoch milliseconds after which it must not be carried out. */
  readonly expiresAtMs: number;
}

/** Desired state of the named shadow commands, by actuator. */
export type Commands = Readonly<Record<string, Command>>;

export interface CommandOutcome {
  /** The command's, verbatim. */
  readonly id: string;
  /** The command's, verbatim. */
  readonly value: boolean | number | string;
  /** The command's, verbatim. */
  readonly expiresAtMs: number;
  readonly status: 'PENDING' | 'ACCEPTED' | 'SUCCEEDED' | 'FAILED' | 'REJECTED' | 'EXPIRED' | 'SUPERSEDED';
  /** Epoch milliseconds by the device's clock. */
  readonly atMs: number;
  /** Why, for people. */
  readonly detail?: string;
}

/** Reported state of the named shadow commands, by actuator. */
export type CommandOutcomes = Readonly<Record<string, CommandOutcome>>;

/** Desired state of the named shadow live: send live values until then. */
export interface LiveRequest {
  /** Epoch milliseconds. */
  readonly untilMs: number;
}

export interface AlarmReaction {
  /** Whose actuator; `@device` for that of the device on which the alarm is, as of each of a group. */
  readonly thing: string;
  readonly actuator: string;
  readonly value: boolean | number | string;
  /** How long it may be carried out after it was issued. */
  readonly validForMs: number;
}

/** What is an alarm on a device, and what is then commanded. */
export interface AlarmRule {
  readonly name: string;
  /** Whose readings; in its place `group` or `type` for those of several devices, each judged by itself. */
  readonly device?: string;
  /** The devices that are in this group. */
  readonly group?: string;
  /** The devices that are of this type. */
  readonly type?: string;
  /** What the alarm is about: a sensor's value (where absent), how fast it changes, that nothing is measured, or other rules of the device. */
  readonly kind?: 'THRESHOLD' | 'RATE' | 'ABSENCE' | 'COMPOSITE';
  /** Which sensor; of an absence any, where absent. */
  readonly sensor?: string;
  /** On which side of the threshold or rate the alarm is. */
  readonly side?: 'ABOVE' | 'BELOW';
  /** A value beyond it is an alarm, the value itself is not. */
  readonly threshold?: number;
  /** Change a second; a rate beyond it is an alarm. Falling values have negative rates. */
  readonly perSecond?: number;
  /** Change a minute, in place of perSecond. */
  readonly perMinute?: number;
  /** Over how long a rate is counted; 60 where absent. */
  readonly overSeconds?: number;
  /** How far back the value or rate must come to clear the alarm; 0 where absent. */
  readonly hysteresis?: number;
  /** For how long values must be beyond the limit before it is an alarm; 0 where absent. */
  readonly holdSeconds?: number;
  /** After how long without a reading absence is an alarm. */
  readonly afterSeconds?: number;
  /** How many of the rules of a composite must be raised. */
  readonly of?: 'ALL' | 'ANY';
  /** The rules of a composite. */
  readonly rules?: readonly string[];
  readonly command?: AlarmReaction;
}

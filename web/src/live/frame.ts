// SPDX-License-Identifier: Apache-2.0

import type { TelemetryBatch } from '../api/contract';

/** One value of the live path. */
export interface LiveValue {
  readonly device: string;
  readonly sensor: string;
  readonly unit: string;
  readonly atMs: number;
  readonly value: number;
}

/** Reads a live message, a telemetry batch. */
export function decodeFrame(payload: Uint8Array): LiveValue[] {
  const batch = JSON.parse(new TextDecoder().decode(payload)) as TelemetryBatch;
  return batch.sensors.flatMap((sensor) => {
    let atMs = batch.t0;
    return sensor.rows.map(([deltaMs, value]) => {
      atMs += deltaMs;
      return { device: batch.device, sensor: sensor.name, unit: sensor.unit ?? '', atMs, value };
    });
  });
}

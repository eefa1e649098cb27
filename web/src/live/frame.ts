// SPDX-License-Identifier: Apache-2.0

/** One value of the live path. */
export interface LiveValue {
  readonly device: string;
  readonly sensor: string;
  readonly unit: string;
  readonly atMs: number;
  readonly value: number;
}

/** Reads a live message, a telemetry batch; what is no number has no place in a chart. */
export function decodeFrame(payload: Uint8Array): LiveValue[] {
  const batch = JSON.parse(new TextDecoder().decode(payload)) as {
    device: string;
    t0: number;
    sensors: { name: string; unit?: string; rows: [number, unknown][] }[];
  };
  return batch.sensors.flatMap((sensor) => {
    let atMs = batch.t0;
    return sensor.rows.flatMap(([deltaMs, value]) => {
      atMs += deltaMs;
      return typeof value === 'number'
        ? [{ device: batch.device, sensor: sensor.name, unit: sensor.unit ?? '', atMs, value }]
        : [];
    });
  });
}

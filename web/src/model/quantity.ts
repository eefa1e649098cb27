// SPDX-License-Identifier: Apache-2.0

/** In what a value is shown: divided by `per`, with `unit` behind it. */
export interface Scale {
  readonly per: number;
  readonly unit: string;
}

/** Senders spell units in their own way. Source: RFC 8428, 12.1, and what sensors in the field send. */
const SPELLED: Readonly<Record<string, string>> = {
  Cel: '°C',
  degC: '°C',
  C: '°C',
  degF: '°F',
  Far: '°F',
  '%RH': '%',
  '%EL': '%',
  Ohm: 'Ω',
  'm/s2': 'm/s²',
  m2: 'm²',
  m3: 'm³',
  'W/m2': 'W/m²',
  deg: '°',
  lat: '°',
  lon: '°',
  '/': '',
  count: '',
};

type Step = readonly [per: number, prefix: string];

const LARGE: readonly Step[] = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
  [1, ''],
];
const SMALL: readonly Step[] = [
  [1e-3, 'm'],
  [1e-6, 'µ'],
];
const TIME: readonly Step[] = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
  [1, 's'],
  [1e-3, 'ms'],
];
/** What no one has parts of takes large prefixes only. */
const WHOLE = new Set(['B', 'B/s', 'bit', 'bit/s', 'Hz', 'g', 'Wh', 'J']);
const PARTED = new Set(['W', 'V', 'A', 'VA', 'var', 'Pa', 'Ω', 'm', 'F', 'H', 'N']);

/** How values up to this large are shown: bytes as GB, seconds as hours, Cel as °C. */
export function scaleOf(unit: string, magnitude: number): Scale {
  const spelled = SPELLED[unit] ?? unit;
  const size = Math.abs(magnitude);
  if (size === 0 || !Number.isFinite(size)) {
    return { per: 1, unit: spelled };
  }
  if (spelled === 's') {
    // Below two hours it is minutes: 90 min is easier than 1.5 h.
    const [per, name] = TIME.find(([step]) => size >= (step > 1 ? 2 * step : step)) ?? TIME.at(-1)!;
    return { per, unit: name };
  }
  if (WHOLE.has(spelled) || PARTED.has(spelled)) {
    const steps = PARTED.has(spelled) ? [...LARGE, ...SMALL] : LARGE;
    const [per, prefix] = steps.find(([step]) => size >= step) ?? steps.at(-1)!;
    return { per, unit: prefix + spelled };
  }
  return { per: 1, unit: spelled };
}

/** A number with the figures that matter: 61.0312345 is 61.03, 0.0123456 is 0.0123. */
export function figures(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e15)) {
    return value.toPrecision(3).replace(/\.?0*(e|$)/, '$1').replace('e+', 'e');
  }
  const decimals =
    size >= 1e5 ? 0 : size >= 1e3 ? 1 : size >= 1 || size === 0 ? 2 : 2 - Math.floor(Math.log10(size));
  return grouped(String(Number(value.toFixed(decimals))));
}

/** With a narrow space between thousands from ten thousand on, and a minus sign as wide as a plus. */
function grouped(text: string): string {
  const [whole = '', part] = text.replace('-', '\u2212').split('.');
  const spaced = /\d{5}/.test(whole) ? whole.replace(/\B(?=(\d{3})+$)/g, '\u202f') : whole;
  return part === undefined ? spaced : `${spaced}.${part}`;
}

/** The labels of an axis: as many decimals as tell one from the next. */
export function steps(values: readonly number[]): string[] {
  const step = Math.abs((values[1] ?? 0) - (values[0] ?? 0));
  if (step === 0 || step < 1e-6) {
    return values.map(figures);
  }
  const decimals = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9) + (isRound(step) ? 0 : 1));
  return values.map((value) => grouped((Math.abs(value) < step / 2 ? 0 : value).toFixed(decimals)));
}

/** Is it 1, 2 or 5 with zeros? */
function isRound(step: number): boolean {
  const mantissa = step / 10 ** Math.floor(Math.log10(step) + 1e-9);
  return Math.abs(mantissa - Math.round(mantissa)) < 1e-6;
}

/** A reading in two parts, the number and what stands behind it. */
export function quantity(value: unknown, unit: string): { readonly number: string; readonly unit: string } {
  if (typeof value !== 'number') {
    return { number: String(value), unit };
  }
  const scale = scaleOf(unit, value);
  return { number: figures(value / scale.per), unit: scale.unit };
}

/** A reading in one text. */
export function quantityText(value: unknown, unit: string): string {
  const { number, unit: behind } = quantity(value, unit);
  return behind === '' ? number : `${number} ${behind}`;
}

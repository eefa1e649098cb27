// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { figures, quantityText, scaleOf, steps } from '../src/model/quantity';

const THIN = '\u202f';
const MINUS = '\u2212';

describe('a reading as a person reads it', () => {
  test.each([
    [63_876_543_210, 'B', '63.88 GB'],
    [999, 'B', '999 B'],
    [0.5, 'B', '0.5 B'],
    [21.3, 'Cel', '21.3 °C'],
    [-0.001, 'Cel', `${MINUS}0.001 °C`],
    [1013.25, 'hPa', '1013.3 hPa'],
    [101_325, 'Pa', '101.33 kPa'],
    [48.04, '%RH', '48.04 %'],
    [0.0042, 'A', '4.2 mA'],
    [2_412_000_000, 'Hz', '2.41 GHz'],
    [0.25, 's', '250 ms'],
    [90, 's', '90 s'],
    [5400, 's', '90 min'],
    [93_784, 's', '26.05 h'],
    [400_000, 's', '4.63 d'],
    [1, '', '1'],
    [7, '/', '7'],
    [12, 'rpm', '12 rpm'],
    [0, 'B', '0 B'],
    [true, '', 'true'],
  ])('%s %s is %s', (value, unit, shown) => {
    expect(quantityText(value, unit)).toBe(shown);
  });

  test.each([
    [61.0312345, '61.03'],
    [21.300000000001, '21.3'],
    [1_234_567.8, `1${THIN}234${THIN}568`],
    [12_345.67, `12${THIN}345.7`],
    [0.0123456, '0.0123'],
    [0.1, '0.1'],
    [-7.25, `${MINUS}7.25`],
    [1.5e-9, '1.5e-9'],
    [2e20, '2e20'],
    [0, '0'],
  ])('%s in figures is %s', (value, shown) => {
    expect(figures(value)).toBe(shown);
  });

  test('one scale for a chart: as its largest value needs it', () => {
    expect(scaleOf('B', 8e9)).toEqual({ per: 1e9, unit: 'GB' });
    expect(scaleOf('W', -2500)).toEqual({ per: 1000, unit: 'kW' });
    expect(scaleOf('furlong', 1e9)).toEqual({ per: 1, unit: 'furlong' });
  });

  test('the labels of an axis differ from one another', () => {
    expect(steps([63.876, 63.8765, 63.877])).toEqual(['63.8760', '63.8765', '63.8770']);
    expect(steps([0, 0.25, 0.5])).toEqual(['0.00', '0.25', '0.50']);
    expect(steps([-1000, 0, 1000])).toEqual([`${MINUS}1000`, '0', '1000']);
    expect(steps([0, 20_000])).toEqual(['0', `20${THIN}000`]);
    expect(steps([-2.5, 0, 2.5])).toEqual([`${MINUS}2.5`, '0.0', '2.5']);
    expect(steps([5])).toEqual(['5']);
  });
});

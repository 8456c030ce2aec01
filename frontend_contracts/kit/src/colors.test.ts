import { describe, expect, it } from 'vitest';
import { contrast, darkened, lightened, mixed } from './colors';
import { chartColors, themeOf } from './theme';

const BRANDS = ['#0f9d58', '#f4b400', '#1677ff', '#ffffff', '#000000', '#ffff00', '#8c4a2f'];

describe('colours of a brand', () => {
  it('measures contrast as WCAG does', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
    expect(contrast('#1677ff', '#1677ff')).toBe(1);
  });

  it.each(BRANDS)('keeps %s readable, whatever it is', (color) => {
    expect(contrast(darkened(color, '#ffffff'), '#ffffff')).toBeGreaterThanOrEqual(4.5);
    expect(contrast(lightened(color, '#171b21'), '#171b21')).toBeGreaterThanOrEqual(4.5);
    for (const appearance of ['light', 'dark'] as const) {
      const { token } = themeOf({ primaryColor: color, accentColor: color }, appearance);
      expect(contrast(token?.colorPrimary ?? '', '#ffffff')).toBeGreaterThanOrEqual(4.5);
      expect(contrast(token?.colorTextSecondary ?? '', token?.colorBgLayout ?? '')).toBeGreaterThanOrEqual(4.5);
      for (const part of chartColors({ primaryColor: color, accentColor: color }, appearance)) {
        expect(contrast(part, token?.colorBgContainer ?? '')).toBeGreaterThanOrEqual(3);
      }
    }
  });

  it('leaves a colour alone that is readable already', () => {
    expect(darkened('#8c4a2f', '#ffffff')).toBe('#8c4a2f');
    expect(mixed('#000000', '#ffffff', 1)).toBe('#000000');
  });
});

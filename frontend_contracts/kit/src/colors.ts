/** Colours of a brand made legible: contrast by WCAG 2, kept by lightness alone. */

type Rgb = [number, number, number];

function rgbOf(hex: string): Rgb {
  const digits = /^#[0-9a-f]{6}$/i.test(hex) ? hex.slice(1) : '1677ff';
  return [0, 2, 4].map((at) => parseInt(digits.slice(at, at + 2), 16)) as Rgb;
}

function hexOf(rgb: Rgb): string {
  return `#${rgb.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;
}

function luminance(rgb: Rgb): number {
  const [red, green, blue] = rgb.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** WCAG contrast of two colours (#rrggbb), from 1 to 21. */
export function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(rgbOf(one)), luminance(rgbOf(other))].sort((a, b) => b - a) as [
    number,
    number,
  ];
  return (light + 0.05) / (dark + 0.05);
}

/** `color` moved towards `pole` until it has at least `least` contrast against `ground`. */
function moved(color: string, ground: string, pole: Rgb, least: number): string {
  let rgb = rgbOf(color);
  for (let step = 0; step < 40 && contrast(hexOf(rgb), ground) < least; step += 1) {
    rgb = rgb.map((part, index) => part + ((pole[index] as number) - part) * 0.06) as Rgb;
  }
  return hexOf(rgb);
}

/** `color` dark enough to be read on, or under, `ground` (a light colour). */
export const darkened = (color: string, ground: string, least = 4.6): string =>
  moved(color, ground, [0, 0, 0], least);

/** `color` light enough to be read on `ground` (a dark colour). */
export const lightened = (color: string, ground: string, least = 4.6): string =>
  moved(color, ground, [255, 255, 255], least);

/** `color` thinned over `ground`: `share` of it remains. */
export function mixed(color: string, ground: string, share: number): string {
  const [above, below] = [rgbOf(color), rgbOf(ground)];
  return hexOf(
    above.map((part, index) => part * share + (below[index] as number) * (1 - share)) as Rgb,
  );
}

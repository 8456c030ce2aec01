/** The operator's logo, or its first letter on its colour. */

import { useState } from 'react';
import { textIn, type Brand } from './boot';
import { useBrand } from './brand';
import { useLanguage } from './app-context';
import { darkened } from './colors';

/** The mark of the brand that the app wears. */
export function BrandMark({ size = 32 }: { size?: number }) {
  return <MarkOf brand={useBrand()} size={size} />;
}

export function MarkOf({ brand, size }: { brand: Brand; size: number }) {
  const language = useLanguage();
  const [broken, setBroken] = useState<string | null>(null);
  const box = { width: size, height: size, borderRadius: size / 4 };
  if (brand.logoUrl && broken !== brand.logoUrl) {
    return <img className="k-mark" style={box} src={brand.logoUrl} alt="" onError={() => setBroken(brand.logoUrl)} />;
  }
  const name = textIn(brand.names, language, brand.language) || brand.name;
  return (
    <span
      aria-hidden="true"
      className="k-mark"
      style={{ ...box, background: darkened(brand.primaryColor, '#ffffff'), fontSize: size * 0.5 }}
    >
      {[...name][0]?.toUpperCase()}
    </span>
  );
}

/** Ant Design's theme out of a brand's two colours, light and dark. */

import { theme as antd, type ThemeConfig } from 'antd';
import { darkened, lightened, mixed } from './colors';

/** Whoever asked for less motion gets none; a style sheet that cuts it short would break popups. */
const STILL = window.matchMedia('(prefers-reduced-motion: reduce)').matches;

export type Appearance = 'light' | 'dark';
export type AppearanceChoice = Appearance | 'system';

const FONT =
  '"Inter", -apple-system, BlinkMacSystemFont, "Segoe UI", "PingFang SC", "Hiragino Sans GB", ' +
  '"Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "WenQuanYi Micro Hei", sans-serif';

interface Ground {
  page: string;
  surface: string;
  raised: string;
  line: string;
  text: string;
  quiet: string;
}

const GROUNDS: Record<Appearance, Ground> = {
  light: {
    page: '#f5f6f8',
    surface: '#ffffff',
    raised: '#ffffff',
    line: '#e4e7ec',
    text: '#1b1f27',
    quiet: '#586172',
  },
  dark: {
    page: '#0f1216',
    surface: '#171b21',
    raised: '#1e232b',
    line: '#2b323c',
    text: '#e8ebf0',
    quiet: '#a0a9b8',
  },
};

export interface Look {
  primaryColor: string;
  accentColor: string;
}

/** The theme of `brand`. Whatever an operator picks, words stay readable (WCAG AA). */
export function themeOf(brand: Look, appearance: Appearance): ThemeConfig {
  const ground = GROUNDS[appearance];
  const dark = appearance === 'dark';
  // White words stand on the primary colour in both appearances.
  const solid = darkened(brand.primaryColor, '#ffffff');
  const words = dark ? lightened(brand.primaryColor, mixed(solid, ground.surface, 0.25)) : darkened(solid, ground.page);
  return {
    cssVar: { key: 'daiqu' },
    hashed: false,
    algorithm: [
      dark ? antd.darkAlgorithm : antd.defaultAlgorithm,
      // After the palette has been made of the brand: what is read keeps its contrast.
      (_seed, map = antd.defaultAlgorithm(_seed)) => ({ ...map, colorLink: words, colorLinkHover: words, colorLinkActive: words }),
    ],
    token: {
      motion: !STILL,
      colorPrimary: solid,
      colorInfo: solid,
      colorPrimaryText: words,
      colorBgLayout: ground.page,
      colorBgContainer: ground.surface,
      colorBgElevated: ground.raised,
      colorBorder: dark ? '#3a434f' : '#d3d8e0',
      colorBorderSecondary: ground.line,
      colorText: ground.text,
      colorTextSecondary: ground.quiet,
      colorTextTertiary: ground.quiet,
      colorTextDescription: ground.quiet,
      colorTextPlaceholder: dark ? '#98a2b2' : '#646d7d',
      colorTextHeading: ground.text,
      colorError: dark ? '#ff7875' : '#c9252d',
      colorSuccess: dark ? '#52c41a' : '#1d7f42',
      colorWarning: dark ? '#e8a33d' : '#a35a00',
      borderRadius: 8,
      borderRadiusLG: 12,
      fontFamily: FONT,
      fontSize: 14,
      controlHeight: 34,
      ...(dark
        ? {
            colorPrimary: solid,
            colorPrimaryBg: mixed(solid, ground.surface, 0.25),
            colorPrimaryBgHover: mixed(solid, ground.surface, 0.35),
            controlItemBgActive: mixed(solid, ground.surface, 0.35),
          }
        : {
            colorPrimaryBg: mixed(solid, '#ffffff', 0.09),
            // Its own is drawn from the dark brown that warning words have.
            colorWarningBg: '#fff6e5',
            colorWarningBorder: '#efcf98',
            controlItemBgActive: mixed(solid, '#ffffff', 0.12),
          }),
    },
    components: {
      Button: {
        fontWeight: 500,
        primaryShadow: 'none',
        defaultShadow: 'none',
        dangerShadow: 'none',
        // Darker, not lighter: the words on it are white.
        colorPrimaryHover: mixed(solid, '#000000', 0.88),
        ...(dark ? { colorPrimary: solid, dangerColor: '#1b1f27' } : {}),
      },
      Table: {
        headerBg: ground.surface,
        headerColor: ground.quiet,
        headerSplitColor: 'transparent',
        rowHoverBg: dark ? '#1d222a' : '#f8f9fb',
        cellPaddingBlockMD: 11,
        cellPaddingInlineMD: 16,
        borderColor: ground.line,
      },
      Drawer: { paddingLG: 24, footerPaddingInline: 24, footerPaddingBlock: 12 },
      Form: { itemMarginBottom: 18, verticalLabelPadding: '0 0 6px' },
      Tabs: { horizontalMargin: '0', itemSelectedColor: words, itemHoverColor: words, inkBarColor: words },
      Segmented: { trackBg: dark ? '#232932' : '#eaedf1' },
      Modal: { titleFontSize: 17 },
      // A box, not a circle: circles are for one of several.
      Checkbox: { borderRadiusSM: 4 },
      // Words of a chosen one stand on the surface itself.
      ...(dark ? { Radio: { colorPrimary: words, colorPrimaryHover: words, colorPrimaryActive: words } } : {}),
    },
  };
}

/** A chart's colours, told apart by lightness as well. */
export function chartColors(brand: Look, appearance: Appearance): [string, string, string] {
  const ground = GROUNDS[appearance];
  const fit = (color: string) =>
    appearance === 'dark' ? lightened(color, ground.surface, 3.2) : darkened(color, ground.surface, 3.2);
  return [fit(brand.primaryColor), fit(brand.accentColor), ground.quiet];
}

/** What the panel and the console are made of. */

export { useAct, useConfirm, useTell, type Outcome, type Refused } from './acts';
export { searchOf, useAddress } from './address';
export { Dressed, startApp, type AppDefinition, type Loaded } from './app';
export { useApp, useLanguage, useMay, type PlatformWord, type Viewer } from './app-context';
export { boot, textIn, type BootText, type Brand } from './boot';
export { brandTry, brandWear, useBrand } from './brand';
export { BrandMark } from './brand-mark';
export { BrandPreview } from './brand-preview';
export { contrast, darkened } from './colors';
export { CopyLine } from './copy';
export { AddressDrawer, SideDrawer } from './drawer';
export { faultOf } from './faults';
export type { Filter } from './filters';
export { fieldOf, MoneyInput, SaveForm, textsNeeded, TextsInput, useLeaveGuard } from './form';
export { minorDigits, newKey, useFormat, type Format } from './format';
export { defineTexts, LANGUAGES, useTexts, type Both, type Language, type Say } from './i18n';
export { List, Opener, type Column, type Connection, type Paging } from './list';
export { useHeard } from './live';
export { Empty, Facts, Failed, Loading, Page, Sheet } from './page';
export { language, useAppearance } from './preferences';
export { visible, type Group, type Screen } from './screens';
export { sessionStart, visiting, visitStart } from './session';
export { FrontPage, type SignIn } from './signin';
export { StateTag, type Mood } from './tag';
export { kitTexts } from './texts';
export { chartColors, themeOf, type Appearance } from './theme';
export type { View } from './views';

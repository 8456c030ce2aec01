/** Language and appearance, for people who are not signed in yet. */

import { Segmented } from 'antd';
import { DesktopOutlined, MoonOutlined, SunOutlined } from '@ant-design/icons';
import { useLanguage } from './app-context';
import { useTexts, type Language } from './i18n';
import { prefer, usePreferences } from './preferences';
import type { AppearanceChoice } from './theme';
import { kitTexts } from './texts';

/** A language by its own name, for those who cannot read the present one. */
export const OWN_NAMES: Record<Language, string> = { 'zh-Hans': '中文', en: 'English' };

export function ChoiceBar() {
  const t = useTexts(kitTexts);
  const language = useLanguage();
  const { appearance } = usePreferences();
  return (
    <div className="k-choices">
      <Segmented<Language>
        aria-label={t('language')}
        value={language}
        onChange={(value) => prefer({ language: value })}
        options={Object.entries(OWN_NAMES).map(([value, label]) => ({
          value: value as Language,
          label: <span lang={value}>{label}</span>,
        }))}
      />
      <Segmented<AppearanceChoice>
        aria-label={t('appearance')}
        value={appearance}
        onChange={(value) => prefer({ appearance: value })}
        options={[
          { value: 'light', icon: <SunOutlined />, title: t('light') },
          { value: 'dark', icon: <MoonOutlined />, title: t('dark') },
          { value: 'system', icon: <DesktopOutlined />, title: t('system') },
        ]}
      />
    </div>
  );
}

/** The frame around every screen: navigation by rights, who is signed in, what the line is doing. */

import { Button, Drawer, Dropdown, Tooltip, type MenuProps } from 'antd';
import {
  LogoutOutlined,
  MenuFoldOutlined,
  MenuOutlined,
  MenuUnfoldOutlined,
  UserOutlined,
} from '@ant-design/icons';
import { Suspense, useEffect, useRef, useState, type ComponentType } from 'react';
import { NavLink, Outlet, useLocation } from 'react-router';
import { textIn } from './boot';
import { BrandMark } from './brand-mark';
import { useBrand } from './brand';
import { useApp, useLanguage } from './app-context';
import { OWN_NAMES } from './choices';
import { useTexts, type Both, type Language } from './i18n';
import { useLive } from './live';
import { Loading } from './page';
import { prefer, usePreferences, useTablet } from './preferences';
import { GROUPS, visible, type Group, type Screen } from './screens';
import { kitTexts } from './texts';
import type { AppearanceChoice } from './theme';

interface FrameProps {
  screens: readonly Screen[];
  groups: Partial<Record<Group, Both>>;
  notices: ComponentType | undefined;
}

export function Frame({ screens, groups, notices: Notices }: FrameProps) {
  const t = useTexts(kitTexts);
  const { viewer } = useApp();
  const preferences = usePreferences();
  const tablet = useTablet();
  const folded = preferences.folded || tablet;
  const live = useLive();
  const { pathname } = useLocation();
  const [openFor, setOpenFor] = useState<string | null>(null);
  const shown = visible(screens, viewer.rights);
  return (
    <div className={folded ? 'k-frame k-frame-folded' : 'k-frame'}>
      <a className="k-skip" href="#content">
        {t('skip')}
      </a>
      <aside className="k-side">
        <Side screens={shown} groups={groups} folded={folded} folds={!tablet} />
      </aside>
      <header className="k-top">
        <Button type="text" icon={<MenuOutlined />} aria-label={t('menu')} onClick={() => setOpenFor(pathname)} />
        <Mark />
      </header>
      {/* Gone as soon as somebody has gone somewhere. */}
      <Drawer
        placement="left"
        size={264}
        open={openFor === pathname}
        onClose={() => setOpenFor(null)}
        closable={false}
        styles={{ body: { padding: 0 } }}
        rootClassName="k-side-drawer"
        aria-label={t('navigation')}
      >
        <Side screens={shown} groups={groups} folded={false} folds={false} />
      </Drawer>
      <div className="k-body">
        {Notices && <Notices />}
        {live === 'lost' && (
          <p className="k-banner" role="status">
            {t('lost')}
          </p>
        )}
        <main id="content" tabIndex={-1}>
          <Suspense
            fallback={
              <div className="k-page">
                <Loading rows={10} />
              </div>
            }
          >
            <Outlet />
          </Suspense>
        </main>
      </div>
    </div>
  );
}

function Mark() {
  const brand = useBrand();
  const language = useLanguage();
  const name = textIn(brand.names, language, brand.language) || brand.name;
  return (
    <div className="k-brand" title={name}>
      <BrandMark />
      <span className="k-brand-name">{name}</span>
    </div>
  );
}

interface SideProps {
  screens: Screen[];
  groups: FrameProps['groups'];
  folded: boolean;
  /** Whether there is a choice. */
  folds: boolean;
}

function Side({ screens, groups, folded, folds }: SideProps) {
  const t = useTexts(kitTexts);
  const language = useLanguage();
  const { pathname } = useLocation();
  const nav = useRef<HTMLElement>(null);
  // There are more screens than a low window has room for.
  useEffect(() => {
    // Newer browsers answer a promise, which would be no way to clean up.
    void nav.current?.querySelector('.active')?.scrollIntoView({ block: 'nearest' });
  }, [pathname]);
  return (
    <div className="k-side-inner">
      <Mark />
      <nav ref={nav} aria-label={t('navigation')} className="k-nav">
        {GROUPS.map((group) => {
          const members = screens.filter((screen) => screen.group === group);
          if (members.length === 0) return null;
          const title = groups[group]?.[language];
          return (
            <div key={group} className="k-nav-group">
              {title && <p className="k-nav-title">{title}</p>}
              <ul>
                {members.map((screen) => (
                  <li key={screen.path}>
                    <Tooltip title={folded ? screen.title[language] : ''} placement="right">
                      <NavLink
                        to={`/${screen.path}`}
                        className="k-nav-link"
                        aria-label={folded ? screen.title[language] : undefined}
                        onPointerEnter={() => void screen.load()}
                      >
                        <span className="k-nav-icon" aria-hidden="true">
                          {screen.icon}
                        </span>
                        <span className="k-nav-text">{screen.title[language]}</span>
                      </NavLink>
                    </Tooltip>
                  </li>
                ))}
              </ul>
            </div>
          );
        })}
      </nav>
      <div className="k-side-foot">
        <Account />
        {folds && (
          <Button
            className="k-fold"
            type="text"
            icon={folded ? <MenuUnfoldOutlined /> : <MenuFoldOutlined />}
            aria-label={folded ? t('unfold') : t('fold')}
            onClick={() => prefer({ folded: !folded })}
          />
        )}
      </div>
    </div>
  );
}

function Account() {
  const t = useTexts(kitTexts);
  const language = useLanguage();
  const { viewer, signOut } = useApp();
  const { appearance } = usePreferences();
  const choice = (value: AppearanceChoice) => ({ key: `look:${value}`, label: t(value) });
  const items: MenuProps['items'] = [
    { type: 'group', label: <span className="k-account-mail">{viewer.email}</span> },
    {
      type: 'group',
      label: t('language'),
      children: (Object.keys(OWN_NAMES) as Language[]).map((tag) => ({
        key: `lang:${tag}`,
        label: <span lang={tag}>{OWN_NAMES[tag]}</span>,
      })),
    },
    { type: 'group', label: t('appearance'), children: [choice('light'), choice('dark'), choice('system')] },
    { type: 'divider' },
    { key: 'out', icon: <LogoutOutlined />, label: t('signOut') },
  ];
  return (
    <Dropdown
      trigger={['click']}
      placement="topLeft"
      menu={{
        items,
        selectable: true,
        selectedKeys: [`lang:${language}`, `look:${appearance}`],
        onClick({ key }) {
          const [what, value] = key.split(':');
          if (what === 'lang') prefer({ language: value as Language });
          else if (what === 'look') prefer({ appearance: value as AppearanceChoice });
          else signOut();
        },
      }}
    >
      <Button type="text" className="k-account" aria-label={`${t('account')}: ${viewer.name}`} aria-haspopup="menu">
        <span className="k-account-icon" aria-hidden="true">
          <UserOutlined />
        </span>
        <span className="k-account-name">{viewer.name}</span>
      </Button>
    </Dropdown>
  );
}

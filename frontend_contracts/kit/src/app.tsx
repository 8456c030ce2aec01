/** Starts an app: the page wears its brand, somebody signs in, and the screens are there. */

import './nonce';
import { createClient, hasEnded } from '@daiqu/client';
import { App as AntApp, Button, ConfigProvider } from 'antd';
import en from 'antd/locale/en_US';
import zh from 'antd/locale/zh_CN';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import { lazy, StrictMode, useCallback, useEffect, useMemo, useState, type ComponentType, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { createBrowserRouter, Link, Navigate, Outlet, useRouteError, type RouteObject } from 'react-router';
import { RouterProvider } from 'react-router/dom';
import { Provider, useClient, type Client, type CombinedError } from 'urql';
import { AppContext, useApp, useLanguage, useMay, type AppValue, type Viewer } from './app-context';
import { styleNonce, type Brand } from './boot';
import { brandWear, useBrand } from './brand';
import { Frame } from './frame';
import { useTexts, type Both } from './i18n';
import './kit.css';
import { liveSet } from './live';
import { Empty, Failed, Loading } from './page';
import { language, useAppearance } from './preferences';
import { visible, type Group, type Screen } from './screens';
import {
  sessionEnd,
  sessionExpired,
  sessionOpen,
  sessionStore,
  tokens,
  useSessionStatus,
  visiting,
} from './session';
import { SignInDialog, SignInPage, type SignIn } from './signin';
import { kitTexts } from './texts';
import { themeOf } from './theme';

/** What an app answers when it is asked who is signed in. */
export interface Loaded {
  viewer: Viewer;
  brand?: Partial<Brand>;
}

export interface AppDefinition {
  /** `panel` or `console`; it is served at that address. */
  name: string;
  screens: readonly Screen[];
  groups: Partial<Record<Group, Both>>;
  signIn: SignIn;
  signOut: (client: Client) => Promise<unknown>;
  load: (client: Client) => Promise<Loaded | { error: CombinedError }>;
  /** Pages that need no session, such as an invitation's. */
  open?: RouteObject[];
  /** What stands above every screen while it is so: that somebody looks in, what the platform tells. */
  notices?: ComponentType;
  /** The open page that is shown once a visit is over. */
  visitOver?: string;
}

/** Where the page keeps who it was the last time. */
const viewerKey = (app: AppDefinition) => `daiqu.${app.name}.viewer`;

/** Put the app on the page. Answers what takes it away again. */
export function startApp(app: AppDefinition): () => void {
  sessionOpen(app.name);
  const session = tokens.read();
  // Perhaps before the answer to a sign-out has come: its socket is closed at once.
  const visitOver = () => {
    sessionStore().removeItem(viewerKey(app));
    sessionEnd();
    location.assign(`/${app.name}${app.visitOver ?? ''}`);
    return new Promise<void>(() => undefined);
  };
  if (session && hasEnded(session, Date.now())) void (visiting() ? visitOver() : sessionEnd());
  // After an update the chunks of the page before it are gone: take the new page, once.
  window.addEventListener('vite:preloadError', (event) => {
    if (sessionStorage.getItem('daiqu.reloaded') === location.href) return;
    sessionStorage.setItem('daiqu.reloaded', location.href);
    event.preventDefault();
    location.reload();
  });
  const client = createClient({
    origin: location.origin,
    tokens,
    language,
    onSignedOut: () => (visiting() ? visitOver() : sessionExpired()),
    onLive: liveSet,
  });
  const router = createBrowserRouter(
    [
      ...(app.open ?? []),
      {
        element: <Gate app={app} />,
        errorElement: <Crashed />,
        children: [
          {
            element: <Frame screens={app.screens} groups={app.groups} notices={app.notices} />,
            children: [
              { index: true, element: <First app={app} /> },
              ...app.screens.map((screen) => ({
                path: `${screen.path}/*`,
                element: <Guarded screen={screen} />,
                errorElement: <Crashed />,
              })),
              { path: '*', element: <NotFound /> },
            ],
          },
        ],
      },
    ],
    { basename: `/${app.name}` },
  );
  const place = document.getElementById('root');
  if (!place) throw new Error('the page has no #root');
  const root = createRoot(place);
  root.render(
    <StrictMode>
      <Provider value={client}>
        <Dressed>
          <RouterProvider router={router} />
        </Dressed>
      </Provider>
    </StrictMode>,
  );
  return () => {
    root.unmount();
    router.dispose();
  };
}

/** Theme and Ant Design's own words. */
export function Dressed({ children }: { children: ReactNode }) {
  const brand = useBrand();
  const appearance = useAppearance();
  const tongue = useLanguage();
  const theme = useMemo(() => themeOf(brand, appearance), [brand, appearance]);
  useEffect(() => {
    document.documentElement.dataset['appearance'] = appearance;
    document.documentElement.style.colorScheme = appearance;
  }, [appearance]);
  dayjs.locale(tongue === 'zh-Hans' ? 'zh-cn' : 'en');
  return (
    <ConfigProvider
      theme={theme}
      locale={tongue === 'zh-Hans' ? zh : en}
      {...(styleNonce ? { csp: { nonce: styleNonce } } : {})}
      button={{ autoInsertSpace: false }}
    >
      <AntApp className="k-app" message={{ maxCount: 3 }} notification={{ placement: 'bottomRight' }}>
        {children}
      </AntApp>
    </ConfigProvider>
  );
}

/** Whoever is signed in, else the sign-in page; over a page whose session ended, the dialog. */
function Gate({ app }: { app: AppDefinition }) {
  const status = useSessionStatus();
  const tongue = useLanguage();
  if (status === 'out') return <SignInPage signIn={app.signIn} />;
  // Another language means other words from the server, too: everything is asked again.
  return <SignedIn key={tongue} app={app} expired={status === 'expired'} />;
}

function SignedIn({ app, expired }: { app: AppDefinition; expired: boolean }) {
  const client = useClient();
  const key = viewerKey(app);
  const [viewer, setViewer] = useState<Viewer | null>(() => remembered(key));
  const [error, setError] = useState<CombinedError>();

  const refresh = useCallback(async () => {
    const loaded = await app.load(client);
    if ('error' in loaded) return setError(loaded.error);
    if (tokens.read() === null) return; // signed out meanwhile: nothing of theirs is kept
    if (loaded.brand) brandWear(loaded.brand);
    const before = remembered(key);
    sessionStore().setItem(key, JSON.stringify(loaded.viewer));
    setError(undefined);
    // Somebody else has signed in: nothing of what was read for the other may stay on the page.
    if (before && before.email !== loaded.viewer.email) return location.reload();
    setViewer((before) =>
      JSON.stringify(before) === JSON.stringify(loaded.viewer) ? before : loaded.viewer,
    );
  }, [app, client, key]);

  // The screen does not wait for this: who it was last time is who it is, or the server says no.
  useEffect(() => {
    if (!expired) void refresh();
  }, [refresh, expired]);

  const value = useMemo<AppValue | null>(
    () =>
      viewer && {
        viewer,
        refresh: () => void refresh(),
        signOut() {
          void app.signOut(client).finally(() => {
            const over = visiting() ? app.visitOver : '';
            sessionStore().removeItem(key);
            sessionEnd();
            location.assign(`/${app.name}${over ?? ''}`); // with the page goes all that was read
          });
        },
      },
    [viewer, refresh, app, client, key],
  );
  const dialog = expired && <SignInDialog signIn={app.signIn} {...(viewer ? { email: viewer.email } : {})} />;
  if (!value) {
    return (
      <div className="k-front">
        {error ? <Failed error={error} retry={() => void refresh()} /> : !expired && <Loading rows={3} />}
        {dialog}
      </div>
    );
  }
  return (
    <AppContext.Provider value={value}>
      <Outlet />
      {dialog}
    </AppContext.Provider>
  );
}

function remembered(key: string): Viewer | null {
  try {
    return JSON.parse(sessionStore().getItem(key) ?? 'null') as Viewer | null;
  } catch {
    return null;
  }
}

/** The first screen that this person may see. */
function First({ app }: { app: AppDefinition }) {
  const t = useTexts(kitTexts);
  const { viewer } = useApp();
  const [first] = visible(app.screens, viewer.rights);
  if (first) return <Navigate to={`/${first.path}`} replace />;
  return <Empty title={t('noScreens')} hint={t('noScreensHint')} />;
}

const views = new WeakMap<Screen, ReturnType<typeof lazy>>();

function Guarded({ screen }: { screen: Screen }) {
  const may = useMay(...screen.rights);
  if (!may) return <NotFound />;
  const View = views.get(screen) ?? lazy(screen.load);
  views.set(screen, View);
  return <View />;
}

function NotFound() {
  const t = useTexts(kitTexts);
  return <Empty title={t('notFound')} hint={t('notFoundHint')} action={<Link to="/">{t('home')}</Link>} />;
}

function Crashed() {
  const t = useTexts(kitTexts);
  const error = useRouteError();
  useEffect(() => console.error(error), [error]);
  return (
    <Empty
      title={t('crashed')}
      hint={t('crashedHint')}
      action={<Button onClick={() => location.reload()}>{t('reload')}</Button>}
    />
  );
}

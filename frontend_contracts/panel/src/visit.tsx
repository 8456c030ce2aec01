/**
 * Where somebody of the platform comes in, from the console. The token is in the fragment, which browsers
 * send to nobody; it is taken out of the address before anything else is done, and kept by this tab alone.
 */

import { createClient, OperatorVisitDocument, type Session } from '@daiqu/client';
import { defineTexts, FrontPage, language, Loading, useTexts, visitStart } from '@daiqu/kit';
import { useEffect, useState } from 'react';
import { useNavigate } from 'react-router';

const texts = defineTexts(
  'visit',
  {
    title: 'Support visit',
    opening: 'Opening the back office…',
    over: 'The visit is over. You can close this tab.',
    offline: 'The server could not be reached. Go back to the console and open the visit again.',
  },
  {
    title: '平台支持',
    opening: '正在打开后台……',
    over: '本次访问已结束，可以关闭此标签页。',
    offline: '无法连接服务器，请回到控制台重新打开。',
  },
);

const token = location.pathname.endsWith('/visit') ? location.hash.slice(1) : '';
if (token) history.replaceState(null, '', location.pathname);

/** The visit that the token opens; null for any other session's, which nobody is to be led into. */
async function visitOf(given: string) {
  let session: Session | null = { token: given, expiresAt: new Date(Date.now() + 60_000).toISOString() };
  const client = createClient({
    origin: location.origin,
    tokens: { read: () => session, write: (next) => void (session = next) },
    language,
    onSignedOut: () => undefined,
  });
  const { data, error } = await client.query(OperatorVisitDocument, {});
  if (error?.networkError) throw error;
  return data?.impersonation ?? null;
}

export function VisitPage() {
  const t = useTexts(texts);
  const go = useNavigate();
  const [said, setSaid] = useState<'opening' | 'over' | 'offline'>(token ? 'opening' : 'over');
  useEffect(() => {
    if (!token) return;
    visitOf(token).then(
      (visit) => {
        if (!visit) return setSaid('over');
        visitStart({ token, expiresAt: visit.expiresAt });
        void go('/', { replace: true });
      },
      () => setSaid('offline'),
    );
  }, [go]);
  return (
    <FrontPage title={t('title')} hint={t(said)}>
      {said === 'opening' && <Loading rows={2} />}
    </FrontPage>
  );
}

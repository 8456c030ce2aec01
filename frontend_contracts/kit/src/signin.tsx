/** Signing in: a page of its own, and a dialog over whatever somebody was doing. */

import type { Session } from '@daiqu/client';
import { Alert, Button, Form, Input, Modal } from 'antd';
import { useState, type ReactNode } from 'react';
import { useClient, type Client } from 'urql';
import { textIn } from './boot';
import { BrandMark } from './brand-mark';
import { useBrand } from './brand';
import { useLanguage } from './app-context';
import { useTexts } from './i18n';
import { ChoiceBar } from './choices';
import { sessionEnd, sessionStart } from './session';
import { kitTexts } from './texts';

/** Asks the server for a session: one, or why not in words for people. */
export type SignIn = (
  client: Client,
  email: string,
  password: string,
) => Promise<{ session: Session } | { refusal: string } | { offline: true }>;

export function SignInForm({ signIn, email }: { signIn: SignIn; email?: string }) {
  const t = useTexts(kitTexts);
  const client = useClient();
  const [refusal, setRefusal] = useState<string>();
  const [running, setRunning] = useState(false);

  async function submit(values: { email: string; password: string }) {
    setRunning(true);
    const outcome = await signIn(client, values.email.trim(), values.password);
    setRunning(false);
    if ('session' in outcome) sessionStart(outcome.session);
    else setRefusal('refusal' in outcome ? outcome.refusal : t('offline'));
  }

  return (
    <Form
      layout="vertical"
      requiredMark={false}
      onFinish={submit}
      onValuesChange={() => setRefusal(undefined)}
      initialValues={{ email: email ?? '' }}
    >
      {refusal && <Alert type="error" showIcon title={refusal} className="k-gap-below" role="alert" />}
      <Form.Item name="email" label={t('email')} rules={[{ required: true, whitespace: true, message: t('emailNeeded') }]}>
        <Input size="large" type="email" autoComplete="username" autoFocus={!email} maxLength={254} />
      </Form.Item>
      <Form.Item name="password" label={t('password')} rules={[{ required: true, message: t('passwordNeeded') }]}>
        <Input.Password size="large" autoComplete="current-password" autoFocus={Boolean(email)} maxLength={200} />
      </Form.Item>
      <Button type="primary" htmlType="submit" size="large" block loading={running}>
        {t('signIn')}
      </Button>
    </Form>
  );
}

/** The card that the pages before signing in share. */
export function FrontPage({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  const brand = useBrand();
  const language = useLanguage();
  return (
    <div className="k-front">
      <main className="k-front-card">
        <div className="k-front-brand">
          <BrandMark size={44} />
          <span>{textIn(brand.names, language, brand.language) || brand.name}</span>
        </div>
        <h1>{title}</h1>
        {hint && <p className="k-quiet">{hint}</p>}
        {children}
      </main>
      <ChoiceBar />
    </div>
  );
}

export function SignInPage({ signIn }: { signIn: SignIn }) {
  const t = useTexts(kitTexts);
  const brand = useBrand();
  const language = useLanguage();
  return (
    <FrontPage title={t('signIn')} hint={textIn(brand.slogans, language, brand.language)}>
      <SignInForm signIn={signIn} />
    </FrontPage>
  );
}

/** Over the page whose session has ended: what was being sent goes on once somebody is back. */
export function SignInDialog({ signIn, email }: { signIn: SignIn; email?: string }) {
  const t = useTexts(kitTexts);
  return (
    <Modal
      open
      title={t('expired')}
      footer={null}
      mask={{ closable: false }}
      keyboard={false}
      closable={false}
      width={400}
      zIndex={2000}
    >
      <p className="k-quiet k-gap-below">{t('expiredHint')}</p>
      <SignInForm signIn={signIn} {...(email ? { email } : {})} />
      <Button type="text" block className="k-gap-above" onClick={sessionEnd}>
        {t('signOut')}
      </Button>
    </Modal>
  );
}

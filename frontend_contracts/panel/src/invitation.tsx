/** Behind an invitation's link: a first password, which signs in. */

import { OperatorInvitationAcceptDocument } from '@daiqu/client';
import { defineTexts, FrontPage, sessionStart, useAct, useTexts } from '@daiqu/kit';
import { Alert, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';

const texts = defineTexts(
  'invitation',
  {
    title: 'Welcome',
    hint: 'Choose a password for your account. You will sign in with it and your email address.',
    password: 'Password',
    again: 'The same password again',
    atLeast: 'At least 10 characters',
    differs: 'The two passwords differ',
    go: 'Set the password and sign in',
    gone: 'This invitation has been used or has expired. Ask whoever invited you for a new one.',
  },
  {
    title: '欢迎加入',
    hint: '请为您的账号设置密码，之后用邮箱和密码登录。',
    password: '密码',
    again: '再次输入密码',
    atLeast: '至少 10 个字符',
    differs: '两次输入的密码不一致',
    go: '设置密码并登录',
    gone: '此邀请已使用或已过期，请联系邀请您的人重新发送。',
  },
);

export function InvitationPage() {
  const t = useTexts(texts);
  const [params] = useSearchParams();
  const go = useNavigate();
  const [accept, running] = useAct(OperatorInvitationAcceptDocument);
  const [refusal, setRefusal] = useState<string>();

  async function submit({ password }: { password: string }) {
    const input = { token: params.get('token') ?? '', password };
    const outcome = await accept({ input }, { quiet: true });
    if (!outcome) return;
    if ('done' in outcome) {
      sessionStart({ token: outcome.done.token, expiresAt: outcome.done.expiresAt });
      void go('/', { replace: true });
    } else if ('failed' in outcome) {
      setRefusal(outcome.failed);
    } else {
      setRefusal(outcome.refused.code === 'NOT_FOUND' ? t('gone') : outcome.refused.message);
    }
  }

  return (
    <FrontPage title={t('title')} hint={t('hint')}>
      <Form layout="vertical" requiredMark={false} onFinish={submit} onValuesChange={() => setRefusal(undefined)}>
        {refusal && <Alert type="error" showIcon title={refusal} role="alert" className="k-gap-below" />}
        <Form.Item name="password" label={t('password')} rules={[{ required: true, min: 10, message: t('atLeast') }]}>
          <Input.Password size="large" autoComplete="new-password" autoFocus maxLength={200} />
        </Form.Item>
        <Form.Item
          name="again"
          label={t('again')}
          dependencies={['password']}
          rules={[
            ({ getFieldValue }) => ({
              validator: (_, value) =>
                value === getFieldValue('password') ? Promise.resolve() : Promise.reject(new Error(t('differs'))),
            }),
          ]}
        >
          <Input.Password size="large" autoComplete="new-password" maxLength={200} />
        </Form.Item>
        <Button type="primary" htmlType="submit" size="large" block loading={running}>
          {t('go')}
        </Button>
      </Form>
    </FrontPage>
  );
}

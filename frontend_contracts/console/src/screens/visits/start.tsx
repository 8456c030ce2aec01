/** Looking into an operator's back office: a reason and a time limit first, then the way in. */

import { OwnerImpersonationStartDocument } from '@daiqu/client';
import { useAct, useTexts } from '@daiqu/kit';
import { Button, Form, Input, Modal, Result, Segmented } from 'antd';
import { useState } from 'react';
import { panelOf } from '../../parts/address';
import { oneLine } from '../../parts/line';
import { wayIn } from './state';
import { texts } from './texts';

const MINUTES = [15, 30, 60];

interface Begun {
  way: string;
  minutes: number;
}

export function LookIn({ tenant }: { tenant: { id: string; name: string; host: string } }) {
  const t = useTexts(texts);
  const [asked, setAsked] = useState(false);
  return (
    <>
      <Button onClick={() => setAsked(true)}>{t('lookIn')}</Button>
      {asked && <Dialog tenant={tenant} onClose={() => setAsked(false)} />}
    </>
  );
}

function Dialog({ tenant, onClose }: { tenant: { id: string; name: string; host: string }; onClose: () => void }) {
  const t = useTexts(texts);
  const [start, starting] = useAct(OwnerImpersonationStartDocument);
  const [begun, setBegun] = useState<Begun | null>(null);

  async function go({ reason, minutes }: { reason: string; minutes: number }) {
    const outcome = await start({ input: { tenantId: tenant.id, reason: oneLine(reason), minutes } });
    if (!outcome || !('done' in outcome)) return;
    setBegun({ way: wayIn(panelOf(tenant.host), outcome.done.token), minutes });
  }

  if (begun) {
    return (
      <Modal open onCancel={onClose} footer={null} width={480} title={<span className="k-hidden">{t('lookIn')}</span>}>
        <Result
          status="success"
          title={t('ready', { name: tenant.name })}
          subTitle={t('readyHint', { minutes: begun.minutes })}
          extra={[
            // A tab of its own, which keeps the token to itself; what is left here is gone with the dialog.
            <Button key="go" type="primary" href={begun.way} target="_blank" rel="noreferrer" onClick={onClose}>
              {t('go')}
            </Button>,
            <Button key="close" onClick={onClose}>
              {t('close')}
            </Button>,
          ]}
        />
      </Modal>
    );
  }
  return (
    <Modal
      open
      title={t('ask', { name: tenant.name })}
      okText={t('begin')}
      okButtonProps={{ htmlType: 'submit', form: 'x-visit' }}
      confirmLoading={starting}
      onCancel={onClose}
      width={480}
    >
      <p className="k-quiet k-gap-below">{t('askHint')}</p>
      <Form id="x-visit" layout="vertical" initialValues={{ minutes: 30 }} onFinish={go}>
        <Form.Item
          name="reason"
          label={t('why')}
          extra={t('whyHint')}
          rules={[{ required: true, whitespace: true, message: t('whyNeeded') }]}
        >
          <Input.TextArea rows={2} maxLength={500} autoFocus />
        </Form.Item>
        <Form.Item name="minutes" label={t('minutes')}>
          <Segmented options={MINUTES.map((count) => ({ value: count, label: t('minutesOf', { count }) }))} />
        </Form.Item>
      </Form>
    </Modal>
  );
}

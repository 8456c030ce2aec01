/** Asking for an archived operator to be erased: nothing goes yet. */

import { OwnerErasureRequestDocument } from '@daiqu/client';
import { useAct, useTexts } from '@daiqu/kit';
import { Button, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { oneLine } from '../../parts/line';
import { texts } from './texts';

export function EraseRequest({ tenant }: { tenant: { id: string; name: string } }) {
  const t = useTexts(texts);
  const go = useNavigate();
  const [asked, setAsked] = useState(false);
  const [request, requesting] = useAct(OwnerErasureRequestDocument);
  const words = { name: tenant.name };
  async function send({ reason }: { reason: string }) {
    const input = { tenantId: tenant.id, reason: oneLine(reason) };
    const outcome = await request({ input }, { done: t('requested', words) });
    if (outcome && 'done' in outcome) void go(`/erasures?open=${encodeURIComponent(outcome.done.erasure.id)}`);
  }
  return (
    <>
      <Button danger onClick={() => setAsked(true)}>
        {t('request')}
      </Button>
      {asked && (
        <Modal
          open
          title={t('requestAsk', words)}
          okText={t('request')}
          okButtonProps={{ danger: true, htmlType: 'submit', form: 'r-request' }}
          confirmLoading={requesting}
          onCancel={() => setAsked(false)}
          width={440}
        >
          <p className="k-quiet k-gap-below">{t('requestHint')}</p>
          <Form id="r-request" layout="vertical" onFinish={send}>
            <Form.Item
              name="reason"
              label={t('requestReason')}
              extra={t('requestReasonHint')}
              rules={[{ required: true, whitespace: true, message: t('requestReasonNeeded') }]}
            >
              <Input.TextArea rows={2} maxLength={500} autoFocus />
            </Form.Item>
          </Form>
        </Modal>
      )}
    </>
  );
}

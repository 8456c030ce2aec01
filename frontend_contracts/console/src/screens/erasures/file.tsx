/** One erasure: who wants it and why, what may still be done, and what it leaves behind. */

import { OwnerErasureCancelDocument, OwnerErasureConfirmDocument, type OwnerErasureFragment } from '@daiqu/client';
import { Facts, useAct, useConfirm, useFormat, useTexts } from '@daiqu/kit';
import { Button, Form, Input, Modal } from 'antd';
import { DownloadOutlined } from '@ant-design/icons';
import { useState } from 'react';
import { TenantLink } from '../../parts/tenant-link';
import { texts } from './texts';

export function ErasureFile({ erasure }: { erasure: OwnerErasureFragment }) {
  const t = useTexts(texts);
  const format = useFormat();
  const { certificate } = erasure;
  const by = (who: { name: string } | null | undefined, at: string) =>
    who ? t('by', { name: who.name, at: format.instant(at) }) : format.instant(at);
  return (
    <>
      <Facts
        items={[
          [t('operator'), <TenantLink key="operator" tenant={erasure.tenant} />],
          [t('reason'), erasure.reason],
          [t('asked'), by(erasure.requestedBy, erasure.requestedAt)],
          [t('due'), t('from', { at: format.instant(erasure.dueAt) })],
          erasure.confirmedAt != null && [t('confirmedAt'), by(erasure.confirmedBy, erasure.confirmedAt)],
          erasure.cancelledAt != null && [t('cancelledAt'), format.instant(erasure.cancelledAt)],
          erasure.erasedAt != null && [t('erasedAt'), format.instant(erasure.erasedAt)],
        ]}
      />
      {certificate && (
        <section className="p-part">
          <h3>{t('certificate')}</h3>
          <p className="k-quiet k-gap-below">{t('certificateHint')}</p>
          <Button icon={<DownloadOutlined />} href={certificate.url} target="_blank" rel="noreferrer">
            {t('download')}
          </Button>
          <pre className="r-text" tabIndex={0} aria-label={t('what')}>
            {JSON.stringify(certificate.content, null, 2)}
          </pre>
          <Facts
            items={[
              [t('signature'), <code key="s" className="p-code">{certificate.signature}</code>],
              [t('key'), <code key="k" className="p-code">{certificate.publicKey}</code>],
            ]}
          />
        </section>
      )}
    </>
  );
}

export function ErasureFoot({ erasure, onChanged }: { erasure: OwnerErasureFragment; onChanged: () => void }) {
  const t = useTexts(texts);
  const ask = useConfirm();
  const [asked, setAsked] = useState(false);
  const [cancel, cancelling] = useAct(OwnerErasureCancelDocument);
  const [confirm, confirming] = useAct(OwnerErasureConfirmDocument);
  const words = { name: erasure.tenant.name, slug: erasure.tenant.slug };
  const input = { erasureId: erasure.id };
  const callOff = async () => {
    if (!(await ask({ title: t('cancelAsk', words), hint: t('cancelHint'), ok: t('cancel') }))) return;
    await cancel({ input }, { done: t('cancelled', words) });
    onChanged();
  };
  const erase = async ({ slug }: { slug: string }) => {
    const outcome = await confirm({ input: { ...input, slug } }, { done: t('confirmed', words) });
    if (outcome && 'done' in outcome) setAsked(false);
    onChanged();
  };
  if (erasure.moves.length === 0) return null;
  return (
    <div className="p-foot">
      {erasure.moves.includes('CANCEL') && (
        <Button loading={cancelling} onClick={() => void callOff()}>
          {t('cancel')}
        </Button>
      )}
      {erasure.moves.includes('CONFIRM') && (
        <Button danger onClick={() => setAsked(true)}>
          {t('confirm')}
        </Button>
      )}
      {asked && (
        <Modal
          open
          title={t('confirmAsk', words)}
          okText={t('confirm')}
          okButtonProps={{ danger: true, htmlType: 'submit', form: 'r-erase' }}
          confirmLoading={confirming}
          onCancel={() => setAsked(false)}
          width={480}
        >
          <p className="k-quiet k-gap-below">{t('confirmHint')}</p>
          <Form id="r-erase" layout="vertical" onFinish={erase}>
            <Form.Item
              name="slug"
              label={t('type', words)}
              validateTrigger="onSubmit"
              rules={[{ required: true, type: 'enum', enum: [erasure.tenant.slug], message: t('differs') }]}
            >
              <Input autoComplete="off" autoFocus maxLength={63} />
            </Form.Item>
          </Form>
        </Modal>
      )}
    </div>
  );
}

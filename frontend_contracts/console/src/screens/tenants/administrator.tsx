/** A new link for an operator's administrator, whose first one was lost. */

import { OwnerTenantAdministratorInviteDocument } from '@daiqu/client';
import { fieldOf, SaveForm, useAct, useTexts } from '@daiqu/kit';
import { Button, Form, Input, Modal, Result } from 'antd';
import { useState } from 'react';
import { InvitationLink } from './invitation-link';
import { texts } from './texts';

interface Values {
  name: string;
  email: string;
}

export function AdministratorInvite({ tenant }: { tenant: { id: string; name: string } }) {
  const t = useTexts(texts);
  const [asked, setAsked] = useState(false);
  return (
    <>
      <Button onClick={() => setAsked(true)}>{t('invite.ask')}</Button>
      {asked && <Dialog tenant={tenant} onClose={() => setAsked(false)} />}
    </>
  );
}

function Dialog({ tenant, onClose }: { tenant: { id: string; name: string }; onClose: () => void }) {
  const t = useTexts(texts);
  const [invite] = useAct(OwnerTenantAdministratorInviteDocument);
  const [made, setMade] = useState<{ person: string; link: string }>();

  async function send({ name, email }: Values) {
    const administrator = { name: name.trim(), email: email.trim() };
    const outcome = await invite({ input: { tenantId: tenant.id, administrator } }, { quiet: true });
    if (outcome && 'done' in outcome) setMade({ person: administrator.name, link: outcome.done.invitationUrl });
    if (outcome && 'refused' in outcome) {
      // The server says `administrator.email`; of the email itself it says only that it is taken.
      const inner = outcome.refused.field?.split('.')[1] ?? (outcome.refused.code === 'EMAIL_TAKEN' ? 'email' : '');
      const field = fieldOf(inner, ['name', 'email']);
      if (field) outcome.refused.field = field;
    }
    return outcome;
  }

  if (made) {
    return (
      <Modal open onCancel={onClose} footer={null} width={560} title={<span className="k-hidden">{t('invite.ask')}</span>}>
        <Result
          status="success"
          title={t('invite.made', { name: tenant.name })}
          subTitle={t('new.invitation', { person: made.person })}
          extra={
            <InvitationLink link={made.link}>
              <Button onClick={onClose}>{t('invite.close')}</Button>
            </InvitationLink>
          }
        />
      </Modal>
    );
  }
  return (
    <Modal open onCancel={onClose} footer={null} width={480} title={t('invite.title', { name: tenant.name })}>
      <p className="k-quiet k-gap-below">{t('invite.hint')}</p>
      <SaveForm<Values>
        initial={{ name: '', email: '' }}
        saveLabel={t('invite.go')}
        savedText={t('invite.done')}
        save={send}
        onCancel={onClose}
      >
        <Form.Item name="name" label={t('new.person')} rules={[{ required: true, whitespace: true, message: t('new.personNeeded') }]}>
          <Input maxLength={60} autoComplete="off" autoFocus />
        </Form.Item>
        <Form.Item name="email" label={t('new.email')} rules={[{ required: true, type: 'email', message: t('new.emailNeeded') }]}>
          <Input type="email" maxLength={254} autoComplete="off" />
        </Form.Item>
      </SaveForm>
    </Modal>
  );
}

/** The link of an invitation, which is shown this once. */

import { CopyOutlined } from '@ant-design/icons';
import { useTell, useTexts } from '@daiqu/kit';
import { Button, Input } from 'antd';
import type { ReactNode } from 'react';
import { texts } from './texts';

/** `children`: what else there is to do now. */
export function InvitationLink({ link, children }: { link: string; children: ReactNode }) {
  const t = useTexts(texts);
  const tell = useTell();
  return (
    <div className="k-stack">
      <Input readOnly value={link} aria-label={t('new.copy')} />
      <div className="k-row n-done">
        <Button
          type="primary"
          icon={<CopyOutlined />}
          onClick={() => void navigator.clipboard.writeText(link).then(() => tell.done(t('new.copied')))}
        >
          {t('new.copy')}
        </Button>
        {children}
      </div>
    </div>
  );
}

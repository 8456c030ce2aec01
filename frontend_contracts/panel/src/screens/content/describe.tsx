/** What a picture shows, for those who cannot see it: said anew. */

import { SaveForm, TextsInput, useBrand, useTexts, type BootText, type Outcome } from '@daiqu/kit';
import { Form } from 'antd';
import { useState } from 'react';
import { ownOrNone } from './order';
import { texts } from './texts';

interface DescribeFormProps {
  alts: readonly BootText[];
  send: (alt: BootText[]) => Promise<Outcome<{ __typename: string }> | null>;
  onSent: () => void;
  onCancel: () => void;
}

export function DescribeForm({ alts, send, onSent, onCancel }: DescribeFormProps) {
  const t = useTexts(texts);
  const { language } = useBrand();
  const [initial] = useState({ alt: alts.map(({ language: tag, text }) => ({ language: tag, text })) });
  return (
    <SaveForm initial={initial} save={({ alt }) => send(alt)} onSaved={onSent} onCancel={onCancel}>
      <Form.Item
        name="alt"
        label={t('alt')}
        extra={t('altHint')}
        rules={[
          {
            validator: (_, value: BootText[]) =>
              ownOrNone(value, language) ? Promise.resolve() : Promise.reject(new Error(t('storyOwn'))),
          },
        ]}
      >
        <TextsInput maxLength={200} />
      </Form.Item>
    </SaveForm>
  );
}

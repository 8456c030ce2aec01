/** One case: its words, its pictures, and the consent without which nobody sees it. */

import { OperatorServiceCaseSaveDocument, type OperatorCaseFragment } from '@daiqu/client';
import { SaveForm, textsNeeded, TextsInput, useAct, useBrand, useTexts, type BootText } from '@daiqu/kit';
import { Form } from 'antd';
import { useRef, useState } from 'react';
import { CasePictures } from './case-pictures';
import { Consent } from './consent';
import { ownOrNone } from './order';
import { texts } from './texts';

const plain = (words: readonly BootText[]): BootText[] => words.map(({ language, text }) => ({ language, text }));

interface CaseProps {
  serviceId: string;
  known: OperatorCaseFragment | null;
  onChanged: () => void;
  onMade: (made: OperatorCaseFragment) => void;
}

export function CaseEditor({ serviceId, known, onChanged, onMade }: CaseProps) {
  const t = useTexts(texts);
  const { language } = useBrand();
  const [save] = useAct(OperatorServiceCaseSaveDocument);
  const made = useRef<OperatorCaseFragment>(null);
  const [initial] = useState({ title: plain(known?.titles ?? []), story: plain(known?.stories ?? []) });
  return (
    <>
      <SaveForm
        initial={initial}
        savedText={t(known ? 'saved' : 'caseSaved')}
        save={async (values) => {
          const outcome = await save({ input: { ...values, id: known?.id ?? null, serviceId } }, { quiet: true });
          if (outcome && 'done' in outcome) made.current = outcome.done.case;
          return outcome;
        }}
        onSaved={() => {
          if (known) onChanged();
          else if (made.current) onMade(made.current);
        }}
      >
        <Form.Item name="title" label={t('caseTitle')} required rules={[textsNeeded(language, t('titleNeeded'))]}>
          <TextsInput maxLength={200} />
        </Form.Item>
        <Form.Item
          name="story"
          label={t('story')}
          rules={[
            {
              validator: (_, value: BootText[]) =>
                ownOrNone(value, language)
                  ? Promise.resolve()
                  : Promise.reject(new Error(t('storyOwn'))),
            },
          ]}
        >
          <TextsInput rows={4} maxLength={5000} />
        </Form.Item>
      </SaveForm>
      {known && <CasePictures known={known} onChanged={onChanged} />}
      {known && <Consent known={known} onChanged={onChanged} />}
    </>
  );
}

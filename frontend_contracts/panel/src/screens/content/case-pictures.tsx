/** The pictures of a case: before and after. */

import {
  OperatorCasePictureAddDocument,
  OperatorCasePictureDescribeDocument,
  OperatorCasePictureRemoveDocument,
  type OperatorCaseFragment,
} from '@daiqu/client';
import { useAct, useConfirm, useTexts } from '@daiqu/kit';
import { Button, Image } from 'antd';
import { DeleteOutlined, EditOutlined, PlusOutlined } from '@ant-design/icons';
import { useState } from 'react';
import { DescribeForm } from './describe';
import { texts } from './texts';
import { UploadForm } from './upload';

/** As many as the server keeps of a case. */
const MOST = 6;

export function CasePictures({ known, onChanged }: { known: OperatorCaseFragment; onChanged: () => void }) {
  const t = useTexts(texts);
  const confirm = useConfirm();
  const [adding, setAdding] = useState(false);
  const [describing, setDescribing] = useState<string>();
  const [add] = useAct(OperatorCasePictureAddDocument);
  const [describe] = useAct(OperatorCasePictureDescribeDocument);
  const [remove] = useAct(OperatorCasePictureRemoveDocument);
  const { pictures } = known;
  const described = pictures.find(({ id }) => id === describing);
  const nameOf = (index: number) => pictures[index]?.alt || t('picture', { number: index + 1 });

  async function takeAway(pictureId: string) {
    const last = known.shown && pictures.length === 1;
    const hint = t(last ? 'askRemoveLast' : 'askRemovePictureHint');
    if (!(await confirm({ title: t('askRemovePicture'), hint, ok: t('removeIt'), danger: true }))) return;
    if (await remove({ input: { pictureId } }, { done: t('removed') })) onChanged();
  }

  return (
    <section className="c-part">
      <div className="k-between">
        <h3>{t('pictures')}</h3>
        <span className="k-quiet">{t('picturesOf', { count: pictures.length, most: MOST })}</span>
      </div>
      {pictures.length > 0 && (
        <ul className="c-media">
          {pictures.map((each, index) => (
            <li key={each.id}>
              <Image src={each.url} alt={nameOf(index)} />
              <span className="k-between">
                <span className="k-quiet">{each.moment !== 'OTHER' && t(`short.${each.moment}`)}</span>
                <span className="c-acts">
                  <Button
                    type="text"
                    size="small"
                    icon={<EditOutlined />}
                    aria-label={t('describe', { name: nameOf(index) })}
                    onClick={() => setDescribing(each.id)}
                  />
                  <Button
                    type="text"
                    size="small"
                    icon={<DeleteOutlined />}
                    aria-label={t('remove', { name: nameOf(index) })}
                    onClick={() => void takeAway(each.id)}
                  />
                </span>
              </span>
            </li>
          ))}
        </ul>
      )}
      {described && (
        <DescribeForm
          key={described.id}
          alts={described.alts}
          send={(alt) => describe({ input: { pictureId: described.id, alt } }, { quiet: true })}
          onSent={() => {
            setDescribing(undefined);
            onChanged();
          }}
          onCancel={() => setDescribing(undefined)}
        />
      )}
      {adding ? (
        <UploadForm
          send={(picked) => add({ input: { caseId: known.id, ...picked } }, { quiet: true })}
          onSent={() => {
            setAdding(false);
            onChanged();
          }}
          onCancel={() => setAdding(false)}
        />
      ) : (
        <Button
          className="k-gap-above"
          icon={<PlusOutlined />}
          disabled={pictures.length >= MOST}
          onClick={() => setAdding(true)}
        >
          {t('addPicture')}
        </Button>
      )}
    </section>
  );
}

/** The pictures of a case: before and after. */

import {
  OperatorCasePictureAddDocument,
  OperatorCasePictureRemoveDocument,
  type OperatorCaseFragment,
} from '@daiqu/client';
import { useAct, useConfirm, useTexts } from '@daiqu/kit';
import { Button, Image } from 'antd';
import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { useState } from 'react';
import { texts } from './texts';
import { UploadForm } from './upload';

/** As many as the server keeps of a case. */
const MOST = 6;

export function CasePictures({ known, onChanged }: { known: OperatorCaseFragment; onChanged: () => void }) {
  const t = useTexts(texts);
  const confirm = useConfirm();
  const [adding, setAdding] = useState(false);
  const [add] = useAct(OperatorCasePictureAddDocument);
  const [remove] = useAct(OperatorCasePictureRemoveDocument);
  const { pictures } = known;
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
                <Button
                  type="text"
                  size="small"
                  icon={<DeleteOutlined />}
                  aria-label={t('remove', { name: nameOf(index) })}
                  onClick={() => void takeAway(each.id)}
                />
              </span>
            </li>
          ))}
        </ul>
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

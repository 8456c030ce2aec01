/** The pictures of a service, in order. */

import {
  OperatorServiceContentArrangeDocument,
  OperatorServiceMediaAddDocument,
  OperatorServiceMediaDescribeDocument,
  OperatorServiceMediaRemoveDocument,
  type OperatorMediaFragment,
} from '@daiqu/client';
import { Empty, Sheet, SideDrawer, useAct, useConfirm, useTexts } from '@daiqu/kit';
import { Button, Image } from 'antd';
import { ArrowLeftOutlined, ArrowRightOutlined, DeleteOutlined, EditOutlined, PlusOutlined } from '@ant-design/icons';
import { useState } from 'react';
import { DescribeForm } from './describe';
import { moved, VIDEO } from './order';
import { texts } from './texts';
import { UploadForm } from './upload';

/** As many as the server keeps of a service. */
const MOST = 10;

interface GalleryProps {
  serviceId: string;
  media: readonly OperatorMediaFragment[];
  onChanged: () => void;
}

export function Gallery({ serviceId, media, onChanged }: GalleryProps) {
  const t = useTexts(texts);
  const confirm = useConfirm();
  const [adding, setAdding] = useState(false);
  const [describing, setDescribing] = useState<OperatorMediaFragment>();
  const [add] = useAct(OperatorServiceMediaAddDocument);
  const [describe] = useAct(OperatorServiceMediaDescribeDocument);
  const [remove] = useAct(OperatorServiceMediaRemoveDocument);
  const [arrange, arranging] = useAct(OperatorServiceContentArrangeDocument);
  const nameOf = (index: number) => media[index]?.alt || t('picture', { number: index + 1 });

  async function takeAway(mediaId: string) {
    const question = { title: t('askRemovePicture'), hint: t('askRemovePictureHint'), ok: t('removeIt'), danger: true };
    if (!(await confirm(question))) return;
    if (await remove({ input: { mediaId } }, { done: t('removed') })) onChanged();
  }

  async function move(index: number, by: number) {
    const mediaIds = moved(media.map(({ id }) => id), index, by);
    if (await arrange({ input: { serviceId, mediaIds } }, { done: t('moved') })) onChanged();
  }

  const adder = (
    <Button icon={<PlusOutlined />} disabled={media.length >= MOST} onClick={() => setAdding(true)}>
      {t('addMedia')}
    </Button>
  );
  return (
    <Sheet
      title={t('tabs.media')}
      extra={
        <span className="k-row">
          <span className="k-quiet">{t('picturesOf', { count: media.length, most: MOST })}</span>
          {media.length > 0 && adder}
        </span>
      }
    >
      {media.length === 0 && <Empty title={t('noMedia')} hint={t('noMediaHint')} action={adder} />}
      <ul className="c-media">
        {media.map((each, index) => (
          <li key={each.id}>
            {each.kind === 'VIDEO' ? (
              <video src={each.url} controls preload="metadata" aria-label={nameOf(index)} />
            ) : (
              <Image src={each.url} alt={nameOf(index)} />
            )}
            <span className="c-alt">{each.alt || <span className="k-quiet">{t('noAlt')}</span>}</span>
            <span className="k-between">
              <span className="k-quiet">{each.moment !== 'OTHER' && t(`short.${each.moment}`)}</span>
              <span className="c-acts">
                <Button
                  type="text"
                  size="small"
                  icon={<ArrowLeftOutlined />}
                  disabled={index === 0 || arranging}
                  aria-label={t('earlier', { name: nameOf(index) })}
                  onClick={() => void move(index, -1)}
                />
                <Button
                  type="text"
                  size="small"
                  icon={<ArrowRightOutlined />}
                  disabled={index === media.length - 1 || arranging}
                  aria-label={t('later', { name: nameOf(index) })}
                  onClick={() => void move(index, 1)}
                />
                <Button
                  type="text"
                  size="small"
                  icon={<EditOutlined />}
                  aria-label={t('describe', { name: nameOf(index) })}
                  onClick={() => setDescribing(each)}
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
      <SideDrawer open={adding} onClose={() => setAdding(false)} title={t('addMedia')}>
        <UploadForm
          videos
          send={(picked) => {
            const kind = picked.upload.type === VIDEO ? 'VIDEO' : 'PICTURE';
            return add({ input: { serviceId, kind, ...picked } }, { quiet: true });
          }}
          onSent={() => {
            setAdding(false);
            onChanged();
          }}
          onCancel={() => setAdding(false)}
        />
      </SideDrawer>
      <SideDrawer open={Boolean(describing)} onClose={() => setDescribing(undefined)} title={t('describeTitle')}>
        {describing && (
          <DescribeForm
            alts={describing.alts}
            send={(alt) => describe({ input: { mediaId: describing.id, alt } }, { quiet: true })}
            onSent={() => {
              setDescribing(undefined);
              onChanged();
            }}
            onCancel={() => setDescribing(undefined)}
          />
        )}
      </SideDrawer>
    </Sheet>
  );
}

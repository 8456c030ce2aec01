/** One courier's file: documents to look at, the verdict, qualifications, working hours. */

import {
  OperatorCourierApproveDocument,
  OperatorCourierDocumentLinkDocument,
  OperatorCourierFileDocument,
  OperatorCourierFreezeDocument,
  OperatorCourierRejectDocument,
  OperatorCourierUnfreezeDocument,
  type OperatorCourierFragment,
} from '@daiqu/client';
import { Empty, Facts, Failed, faultOf, kitTexts, Loading, StateTag, useAct, useFormat, useMay, useTell, useTexts } from '@daiqu/kit';
import { Button, Image, Input, Modal } from 'antd';
import { FileImageOutlined } from '@ant-design/icons';
import { useState } from 'react';
import { useClient, useQuery } from 'urql';
import { Hours } from './hours';
import { Qualifications } from './qualifications';
import { COURIER_MOODS, texts } from './texts';

type Courier = OperatorCourierFragment;
type Verdict = 'approve' | 'decline' | 'freeze';

function useFile(id: string) {
  const [result, again] = useQuery({ query: OperatorCourierFileDocument, variables: { id } });
  const node = result.data?.node;
  const courier = node?.__typename === 'Courier' ? node : null;
  return { ...result, courier, again: () => again({ requestPolicy: 'network-only' }) };
}

export function CourierTitle({ id }: { id: string }) {
  const t = useTexts(texts);
  const { courier } = useFile(id);
  if (!courier) return <>{t('title')}</>;
  return (
    <span className="c-title">
      {courier.displayName}
      <StateTag mood={COURIER_MOODS[courier.state]}>{t(`state.${courier.state}`)}</StateTag>
    </span>
  );
}

export function CourierFoot({ id, onChanged }: { id: string; onChanged: () => void }) {
  const t = useTexts(texts);
  const may = useMay('COURIERS_REVIEW');
  const { courier, again } = useFile(id);
  const [asked, setAsked] = useState<Verdict | null>(null);
  const [unfreeze, unfreezing] = useAct(OperatorCourierUnfreezeDocument);
  if (!courier || !may) return null;
  const changed = () => {
    again();
    onChanged();
  };

  async function thaw(name: string) {
    const outcome = await unfreeze({ input: { courierId: id, note: '' } }, { done: t('did.unfreeze', { name }) });
    if (outcome) changed();
  }

  return (
    <div className="c-foot">
      {(courier.state === 'APPLIED' || courier.state === 'REJECTED') && (
        <Button type="primary" onClick={() => setAsked('approve')}>
          {t('approve')}
        </Button>
      )}
      {courier.state === 'APPLIED' && (
        <Button danger onClick={() => setAsked('decline')}>
          {t('decline')}
        </Button>
      )}
      {courier.state === 'APPROVED' && (
        <Button danger onClick={() => setAsked('freeze')}>
          {t('freeze')}
        </Button>
      )}
      {courier.state === 'FROZEN' && (
        <Button type="primary" loading={unfreezing} onClick={() => void thaw(courier.displayName)}>
          {t('unfreeze')}
        </Button>
      )}
      {asked && (
        <VerdictDialog
          verdict={asked}
          courier={courier}
          onClose={() => setAsked(null)}
          onDone={changed}
          undo={() => void thaw(courier.displayName)}
        />
      )}
    </div>
  );
}

interface VerdictProps {
  verdict: Verdict;
  courier: Courier;
  onClose: () => void;
  onDone: () => void;
  undo: () => void;
}

function VerdictDialog({ verdict, courier, onClose, onDone, undo }: VerdictProps) {
  const t = useTexts(texts);
  const [note, setNote] = useState('');
  const [approve, approving] = useAct(OperatorCourierApproveDocument);
  const [reject, rejecting] = useAct(OperatorCourierRejectDocument);
  const [freeze, freezing] = useAct(OperatorCourierFreezeDocument);
  const name = courier.displayName;

  async function go() {
    const act = { approve, decline: reject, freeze }[verdict];
    const telling = { done: t(`did.${verdict}`, { name }), ...(verdict === 'freeze' && { undo }) };
    const outcome = await act({ input: { courierId: courier.id, note: note.trim() } }, telling);
    if (outcome && 'done' in outcome) {
      onClose();
      onDone();
    }
  }

  return (
    <Modal
      open
      title={t(`${verdict}Ask`, { name })}
      okText={t(verdict)}
      okButtonProps={{ danger: verdict !== 'approve' }}
      confirmLoading={approving || rejecting || freezing}
      onOk={() => void go()}
      onCancel={onClose}
      width={440}
    >
      <p className="k-quiet k-gap-below">{t(`${verdict}Hint`)}</p>
      <label htmlFor="note">{t('note')}</label>
      <Input.TextArea
        id="note"
        className="c-note"
        rows={3}
        maxLength={300}
        showCount
        placeholder={t('noteHint')}
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
    </Modal>
  );
}

export function CourierFile({ id, onChanged }: { id: string; onChanged: () => void }) {
  const t = useTexts(texts);
  const format = useFormat();
  const reviews = useMay('COURIERS_REVIEW');
  const plans = useMay('ORDERS_MANAGE');
  const { data, error, courier, again } = useFile(id);
  if (error && !data) return <Failed error={error} retry={again} />;
  if (!data) return <Loading />;
  if (!courier) return <Empty title={t('gone')} />;
  const changed = () => {
    again();
    onChanged();
  };
  return (
    <>
      <Facts
        items={[
          [t('rating'), courier.rating == null ? t('noRating') : `★ ${format.rating(courier.rating)} (${format.number(courier.ratingCount)})`],
          [t('completed'), format.number(courier.completedCount)],
          [t('givenBack'), format.number(courier.givenBackCount)],
          [t('duty'), t(courier.presence?.onDuty ? 'onDuty' : 'offDuty')],
          [t('applied'), format.instant(courier.appliedAt)],
          courier.reviewedAt != null && [t('reviewed'), format.instant(courier.reviewedAt)],
          courier.introduction !== '' && [t('introduction'), courier.introduction],
          courier.reviewNote !== '' && [t('reviewNote'), courier.reviewNote],
        ]}
      />
      <section className="c-part">
        <h3>{t('documents')}</h3>
        {courier.documents.length === 0 && <p className="k-quiet">{t('noDocuments')}</p>}
        <ul className="c-documents">
          {courier.documents.map((document) => (
            <DocumentItem key={document.id} document={document} may={reviews} />
          ))}
        </ul>
      </section>
      {reviews && courier.state !== 'APPLIED' && (
        <section className="c-part">
          <h3>{t('qualifications')}</h3>
          <Qualifications key={courier.id} courier={courier} onSaved={changed} />
        </section>
      )}
      {courier.state !== 'APPLIED' && (
        <section className="c-part">
          <h3>{t('hours')}</h3>
          <Hours courierId={courier.id} hours={data.courierAgenda.hours} editable={plans} onSaved={changed} />
        </section>
      )}
    </>
  );
}

function DocumentItem({ document, may }: { document: Courier['documents'][number]; may: boolean }) {
  const t = useTexts(texts);
  const words = useTexts(kitTexts);
  const format = useFormat();
  const client = useClient();
  const tell = useTell();
  const [url, setUrl] = useState<string>();
  const [asking, setAsking] = useState(false);

  async function look() {
    setAsking(true);
    const variables = { documentId: document.id };
    const { data, error } = await client.query(OperatorCourierDocumentLinkDocument, variables, {
      requestPolicy: 'network-only',
    });
    setAsking(false);
    if (data) setUrl(data.courierDocumentLink.url);
    else if (error) tell.bad(faultOf(error, words));
  }

  const mood = document.verdict === 'ACCEPTED' ? 'good' : document.verdict === 'REJECTED' ? 'bad' : 'wait';
  return (
    <li className="c-document">
      <div className="c-document-head">
        <FileImageOutlined aria-hidden="true" className="k-quiet" />
        <span className="c-document-name">
          <span className="k-strong">{t(`kind.${document.kind}`)}</span>
          <span className="k-quiet">{t('sent', { at: format.day(document.uploadedAt) })}</span>
        </span>
        <StateTag mood={mood}>{t(`verdict.${document.verdict}`)}</StateTag>
        {may && !url && (
          <Button size="small" loading={asking} title={t('lookHint')} onClick={() => void look()}>
            {t('look')}
          </Button>
        )}
      </div>
      {url && <Image src={url} alt={t(`kind.${document.kind}`)} className="c-picture" />}
    </li>
  );
}

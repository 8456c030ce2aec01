/** What customers ask about a service, and the operator's answers. */

import {
  OperatorServiceContentArrangeDocument,
  OperatorServiceFaqRemoveDocument,
  OperatorServiceFaqSaveDocument,
  type OperatorFaqFragment,
} from '@daiqu/client';
import {
  AddressDrawer,
  Empty,
  Opener,
  SaveForm,
  Sheet,
  textsNeeded,
  TextsInput,
  useAct,
  useAddress,
  useBrand,
  useConfirm,
  useTexts,
} from '@daiqu/kit';
import { Button, Form } from 'antd';
import { PlusOutlined } from '@ant-design/icons';
import { moved } from './order';
import { RowActs } from './row-acts';
import { texts } from './texts';

/** As many as the server keeps of a service. */
const MOST = 30;
const NEW = 'new';

interface FaqsProps {
  serviceId: string;
  faqs: readonly OperatorFaqFragment[];
  onChanged: () => void;
}

export function Faqs({ serviceId, faqs, onChanged }: FaqsProps) {
  const t = useTexts(texts);
  const confirm = useConfirm();
  const [values, change] = useAddress();
  const [remove] = useAct(OperatorServiceFaqRemoveDocument);
  const [arrange, arranging] = useAct(OperatorServiceContentArrangeDocument);
  const open = values['open'];
  const opened = faqs.find(({ id }) => id === open);
  const close = () => change({ open: null });

  async function takeAway({ id, question }: OperatorFaqFragment) {
    const sure = await confirm({
      title: t('askRemoveFaq'),
      hint: `${question} — ${t('askRemoveFaqHint')}`,
      ok: t('removeIt'),
      danger: true,
    });
    if (sure && (await remove({ input: { faqId: id } }, { done: t('removed') }))) onChanged();
  }

  async function move(index: number, by: number) {
    const faqIds = moved(faqs.map(({ id }) => id), index, by);
    if (await arrange({ input: { serviceId, faqIds } }, { done: t('moved') })) onChanged();
  }

  const adder = (
    <Button icon={<PlusOutlined />} disabled={faqs.length >= MOST} onClick={() => change({ open: NEW })}>
      {t('addFaq')}
    </Button>
  );
  return (
    <Sheet
      flush
      title={t('tabs.faqs')}
      extra={
        <span className="k-row">
          {faqs.length >= MOST && <span className="k-quiet">{t('full', { count: MOST })}</span>}
          {faqs.length > 0 && adder}
        </span>
      }
    >
      {faqs.length === 0 && <Empty title={t('noFaqs')} hint={t('noFaqsHint')} action={adder} />}
      <ol className="c-items">
        {faqs.map((faq, index) => (
          <li key={faq.id} className="c-item">
            <span className="k-quiet">{index + 1}</span>
            <div>
              <h3>
                <Opener id={faq.id}>{faq.question}</Opener>
              </h3>
              <p className="c-text">{faq.answer}</p>
            </div>
            <RowActs
              name={faq.question}
              first={index === 0}
              last={index === faqs.length - 1}
              busy={arranging}
              onMove={(by) => void move(index, by)}
              onRemove={() => void takeAway(faq)}
            />
          </li>
        ))}
      </ol>
      <AddressDrawer title={open === NEW ? t('addFaq') : t('faq')}>
        {open && (opened || open === NEW) ? (
          <FaqEditor
            key={open}
            serviceId={serviceId}
            faq={opened ?? null}
            onClose={close}
            onSaved={() => {
              close();
              onChanged();
            }}
          />
        ) : (
          <Empty title={t('goneItem')} />
        )}
      </AddressDrawer>
    </Sheet>
  );
}

interface FaqEditorProps {
  serviceId: string;
  faq: OperatorFaqFragment | null;
  onSaved: () => void;
  onClose: () => void;
}

function FaqEditor({ serviceId, faq, onSaved, onClose }: FaqEditorProps) {
  const t = useTexts(texts);
  const brand = useBrand();
  const [save] = useAct(OperatorServiceFaqSaveDocument);
  return (
    <SaveForm
      initial={{
        question: (faq?.questions ?? []).map(({ language, text }) => ({ language, text })),
        answer: (faq?.answers ?? []).map(({ language, text }) => ({ language, text })),
      }}
      savedText={t('saved')}
      save={(values) => save({ input: { ...values, id: faq?.id ?? null, serviceId } }, { quiet: true })}
      onSaved={onSaved}
      onCancel={onClose}
    >
      <Form.Item
        name="question"
        label={t('question')}
        required
        rules={[textsNeeded(brand.language, t('questionNeeded'))]}
      >
        <TextsInput maxLength={200} />
      </Form.Item>
      <Form.Item name="answer" label={t('answer')} required rules={[textsNeeded(brand.language, t('answerNeeded'))]}>
        <TextsInput rows={4} maxLength={5000} />
      </Form.Item>
    </SaveForm>
  );
}

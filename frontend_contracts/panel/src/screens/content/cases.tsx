/** Work that was done, told with consent: the list, in order. */

import {
  OperatorServiceCaseRemoveDocument,
  OperatorServiceContentArrangeDocument,
  type OperatorCaseFragment,
} from '@daiqu/client';
import { AddressDrawer, Empty, Opener, Sheet, StateTag, useAct, useAddress, useConfirm, useTexts } from '@daiqu/kit';
import { Button } from 'antd';
import { PictureOutlined, PlusOutlined } from '@ant-design/icons';
import { useState } from 'react';
import { CaseEditor } from './case';
import { lackOf, moved } from './order';
import { RowActs } from './row-acts';
import { texts } from './texts';

/** As many as the server keeps of a service. */
const MOST = 20;
const NEW = 'new';

interface CasesProps {
  serviceId: string;
  cases: readonly OperatorCaseFragment[];
  onChanged: () => void;
}

export function Cases({ serviceId, cases, onChanged }: CasesProps) {
  const t = useTexts(texts);
  const confirm = useConfirm();
  const [values, change] = useAddress();
  const [remove] = useAct(OperatorServiceCaseRemoveDocument);
  const [arrange, arranging] = useAct(OperatorServiceContentArrangeDocument);
  const open = values['open'];
  // What was told just now is known before the page is read anew.
  const [told, setTold] = useState<OperatorCaseFragment>();
  const opened = cases.find(({ id }) => id === open) ?? (told?.id === open ? told : undefined);

  async function takeAway({ id, title }: OperatorCaseFragment) {
    const sure = await confirm({
      title: t('askRemoveCase', { name: title }),
      hint: t('askRemoveCaseHint'),
      ok: t('removeIt'),
      danger: true,
    });
    if (sure && (await remove({ input: { caseId: id } }, { done: t('removed') }))) onChanged();
  }

  async function move(index: number, by: number) {
    const caseIds = moved(cases.map(({ id }) => id), index, by);
    if (await arrange({ input: { serviceId, caseIds } }, { done: t('moved') })) onChanged();
  }

  const adder = (
    <Button icon={<PlusOutlined />} disabled={cases.length >= MOST} onClick={() => change({ open: NEW })}>
      {t('addCase')}
    </Button>
  );
  return (
    <Sheet
      flush
      title={t('tabs.cases')}
      extra={
        <span className="k-row">
          {cases.length >= MOST && <span className="k-quiet">{t('full', { count: MOST })}</span>}
          {cases.length > 0 && adder}
        </span>
      }
    >
      {cases.length === 0 && <Empty title={t('noCases')} hint={t('noCasesHint')} action={adder} />}
      <ol className="c-items">
        {cases.map((each, index) => {
          const [picture] = each.pictures;
          const lack = lackOf(each);
          return (
            <li key={each.id} className="c-item">
              {picture ? (
                <img className="c-thumb" src={picture.url} alt={picture.alt} />
              ) : (
                <span className="c-blank" aria-hidden="true">
                  <PictureOutlined />
                </span>
              )}
              <div>
                <h3>
                  <Opener id={each.id}>{each.title}</Opener>
                </h3>
                {each.story && <p className="c-text">{each.story}</p>}
                <span className="k-row">
                  <StateTag mood={each.shown ? 'good' : lack ? 'wait' : 'off'}>
                    {t(each.shown ? 'shown' : 'hidden')}
                    {lack && ` · ${t(`lacks.${lack}`)}`}
                  </StateTag>
                </span>
              </div>
              <RowActs
                name={each.title}
                first={index === 0}
                last={index === cases.length - 1}
                busy={arranging}
                onMove={(by) => void move(index, by)}
                onRemove={() => void takeAway(each)}
              />
            </li>
          );
        })}
      </ol>
      <AddressDrawer title={open === NEW ? t('addCase') : t('case')}>
        {open && (opened || open === NEW) ? (
          <CaseEditor
            key={open}
            serviceId={serviceId}
            known={opened ?? null}
            onChanged={onChanged}
            onMade={(made) => {
              setTold(made);
              onChanged();
              change({ open: made.id }, { replace: true });
            }}
          />
        ) : (
          <Empty title={t('goneItem')} />
        )}
      </AddressDrawer>
    </Sheet>
  );
}

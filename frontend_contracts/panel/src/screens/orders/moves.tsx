/** Every legal next step of an order, as the API offers it; what cannot be undone is asked first. */

import {
  OperatorAssignmentGiveBackDocument,
  OperatorCouriersDocument,
  OperatorOrderAssignDocument,
  OperatorOrderCancelDocument,
  OperatorOrderReportUndeliverableDocument,
  OperatorOrderRetryDocument,
  OperatorOrderReturnDocument,
  type OperatorOrderQuery,
} from '@daiqu/client';
import { Empty, Failed, kitTexts, Loading, newKey, StateTag, useAct, useFormat, useSettled, useTexts } from '@daiqu/kit';
import { Button, Input, Modal, Radio, Select } from 'antd';
import { useState, type ReactNode } from 'react';
import { useQuery } from 'urql';
import { texts } from './texts';
import {
  CANCEL_REASONS,
  GIVE_BACK_REASONS,
  orderWords,
  staffMoves,
  UNDELIVERABLE_REASONS,
  type StaffMove,
} from './words';

type Order = NonNullable<OperatorOrderQuery['order']>;
type Asked = 'ASSIGN' | 'CANCEL' | 'GIVE_BACK' | 'GIVE_UP';

/** They end the order badly: never what somebody is invited to do first. */
const ENDS: readonly StaffMove[] = ['CANCEL', 'GIVE_UP'];

interface MovesProps {
  order: Order;
  none: ReactNode;
  onMoved: () => void;
}

export function Moves({ order, none, onMoved }: MovesProps) {
  const t = useTexts(texts);
  const words = useTexts(orderWords);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [retry, retrying] = useAct(OperatorOrderRetryDocument);
  const [sendBack, sendingBack] = useAct(OperatorOrderReturnDocument);
  const moves = staffMoves(order.moves);
  if (moves.length === 0) return none;

  const label = (move: StaffMove) =>
    words(move === 'ASSIGN' && order.courier ? 'move.REASSIGN' : `move.${move}`);
  const input = () => ({ input: { orderId: order.id, idempotencyKey: newKey() } });

  async function start(move: StaffMove) {
    if (move !== 'RETRY' && move !== 'RETURN_TO_SENDER') return setAsked(move);
    const act = move === 'RETRY' ? retry : sendBack;
    const outcome = await act(input() as never, { done: t(`did.${move}`, { number: order.number }) });
    if (outcome) onMoved();
  }

  const [first, ...others] = moves;
  return (
    <>
      {[...(first ? [first] : []), ...others].map((move, index) => (
        <Button
          key={move}
          type={index === 0 && !ENDS.includes(move) ? 'primary' : 'default'}
          danger={ENDS.includes(move)}
          loading={(move === 'RETRY' && retrying) || (move === 'RETURN_TO_SENDER' && sendingBack)}
          onClick={() => void start(move)}
        >
          {label(move)}
        </Button>
      ))}
      {asked === 'ASSIGN' && <AssignDialog order={order} onClose={() => setAsked(null)} onMoved={onMoved} />}
      {asked && asked !== 'ASSIGN' && (
        <ReasonDialog move={asked} order={order} onClose={() => setAsked(null)} onMoved={onMoved} />
      )}
    </>
  );
}

interface DialogProps {
  order: Order;
  onClose: () => void;
  onMoved: () => void;
}

const REASONS = { CANCEL: CANCEL_REASONS, GIVE_BACK: GIVE_BACK_REASONS, GIVE_UP: UNDELIVERABLE_REASONS } as const;
const ASK = { CANCEL: 'cancel', GIVE_BACK: 'giveBack', GIVE_UP: 'giveUp' } as const;

function ReasonDialog({ move, order, onClose, onMoved }: DialogProps & { move: Exclude<Asked, 'ASSIGN'> }) {
  const t = useTexts(texts);
  const words = useTexts(orderWords);
  const kit = useTexts(kitTexts);
  const [key] = useState(newKey);
  const [reason, setReason] = useState<string>(REASONS[move][0]);
  const [cancel, cancelling] = useAct(OperatorOrderCancelDocument);
  const [giveBack, givingBack] = useAct(OperatorAssignmentGiveBackDocument);
  const [giveUp, givingUp] = useAct(OperatorOrderReportUndeliverableDocument);

  async function go() {
    const input = { orderId: order.id, idempotencyKey: key, reason: reason as never };
    const telling = { done: t(`did.${move}`, { number: order.number }) };
    const act = { CANCEL: cancel, GIVE_BACK: giveBack, GIVE_UP: giveUp }[move];
    const outcome = await act({ input } as never, telling);
    if (outcome && !('failed' in outcome)) {
      onClose();
      onMoved();
    }
  }

  return (
    <Modal
      open
      title={t(`ask.${ASK[move]}`, { number: order.number })}
      okText={words(`move.${move}`)}
      okButtonProps={{ danger: move !== 'GIVE_BACK' }}
      cancelText={kit('back')}
      confirmLoading={cancelling || givingBack || givingUp}
      onOk={() => void go()}
      onCancel={onClose}
      width={440}
    >
      <p className="k-quiet k-gap-below">{t(`ask.${ASK[move]}Hint`)}</p>
      <label htmlFor="reason">{t('ask.reason')}</label>
      <Select
        id="reason"
        style={{ width: '100%', marginTop: 6 }}
        value={reason}
        onChange={setReason}
        options={REASONS[move].map((each) => ({ value: each, label: words(`reason.${each}`) }))}
      />
    </Modal>
  );
}

/** Couriers on duty first; those who have the order already are not offered. */
function AssignDialog({ order, onClose, onMoved }: DialogProps) {
  const t = useTexts(texts);
  const format = useFormat();
  const [key] = useState(newKey);
  const [chosen, setChosen] = useState<string>();
  const [search, setSearch] = useState('');
  const [assign, assigning] = useAct(OperatorOrderAssignDocument);
  const [giveBack] = useAct(OperatorAssignmentGiveBackDocument);
  const [{ data, error }, again] = useQuery({
    query: OperatorCouriersDocument,
    variables: { states: ['APPROVED'], text: useSettled(search.trim()), first: 100 },
    requestPolicy: 'network-only',
  });
  const couriers = (data?.couriers.edges ?? [])
    .map((edge) => edge.node)
    .filter((courier) => courier.id !== order.courier?.courierId)
    .sort((one, other) => Number(other.presence?.onDuty ?? false) - Number(one.presence?.onDuty ?? false));

  async function go() {
    const courier = couriers.find((each) => each.id === chosen);
    if (!courier) return;
    const input = { orderId: order.id, courierId: courier.id, idempotencyKey: key };
    // Taking it back leaves it without a courier, which is where it was.
    const undo = order.courier
      ? undefined
      : () =>
          void giveBack({ input: { orderId: order.id, reason: 'OTHER', idempotencyKey: newKey() } }).then(onMoved);
    const outcome = await assign(
      { input },
      { done: t('did.ASSIGN', { number: order.number, name: courier.displayName }), ...(undo && { undo }) },
    );
    if (outcome && !('failed' in outcome)) {
      onClose();
      onMoved();
    }
  }

  return (
    <Modal
      open
      title={t('ask.assign', { number: order.number })}
      okText={t('ask.choose')}
      okButtonProps={{ disabled: !chosen }}
      confirmLoading={assigning}
      onOk={() => void go()}
      onCancel={onClose}
      width={480}
    >
      <Input
        allowClear
        maxLength={60}
        aria-label={t('ask.findCourier')}
        placeholder={t('ask.findCourier')}
        value={search}
        onChange={(event) => setSearch(event.target.value)}
      />
      {error && !data && <Failed error={error} retry={() => again()} />}
      {!data && !error && <Loading rows={4} />}
      {data && couriers.length === 0 && <Empty title={t('ask.noCouriers')} />}
      <Radio.Group className="o-couriers" value={chosen} onChange={(event) => setChosen(event.target.value as string)}>
        {couriers.map((courier) => (
          <label key={courier.id}>
            <Radio value={courier.id}>{courier.displayName}</Radio>
            <span className="k-row">
              <span className="k-quiet">
                {courier.rating != null && `★ ${format.rating(courier.rating)} · `}
                {t('ask.jobs', { count: courier.completedCount })}
              </span>
              <StateTag mood={courier.presence?.onDuty ? 'good' : 'off'}>
                {t(courier.presence?.onDuty ? 'ask.onDuty' : 'ask.offDuty')}
              </StateTag>
            </span>
          </label>
        ))}
      </Radio.Group>
    </Modal>
  );
}

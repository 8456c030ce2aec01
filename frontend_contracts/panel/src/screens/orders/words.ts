/** What an order's states, moves and reasons are called; other screens say them the same way. */

import type { OperatorOrderRowFragment, OrderMove, OrderState } from '@daiqu/client';
import { defineTexts, type Mood } from '@daiqu/kit';

export const orderWords = defineTexts(
  'order-words',
  {
    state: {
      PLACED: 'Waiting for a courier',
      OFFERED: 'Offered to couriers',
      ACCEPTED: 'Accepted',
      DEPARTED: 'On the way',
      ARRIVED: 'At the stop',
      IN_PROGRESS: 'Under way',
      DELIVERED: 'Delivered',
      COMPLETED: 'Completed',
      UNDELIVERABLE: 'Undeliverable',
      RETURNING: 'Going back',
      RETURNED: 'Returned',
      CANCELLED: 'Cancelled',
    },
    move: {
      ASSIGN: 'Assign a courier',
      REASSIGN: 'Give to another courier',
      GIVE_BACK: 'Take back from the courier',
      GIVE_UP: 'Mark undeliverable',
      RETRY: 'Try delivery again',
      RETURN_TO_SENDER: 'Return to the sender',
      CANCEL: 'Cancel the order',
    },
    reason: {
      CHANGED_MIND: 'The customer changed their mind',
      TOO_SLOW: 'Took too long',
      WRONG_DETAILS: 'Wrong details',
      NO_COURIER: 'No courier was free',
      NOT_POSSIBLE: 'It cannot be done',
      TOO_FAR: 'Too far',
      TOO_HEAVY: 'Too heavy',
      NO_TIME: 'No time',
      VEHICLE: 'Trouble with the vehicle',
      UNWELL: 'Unwell',
      NOBODY_THERE: 'Nobody was there',
      WRONG_ADDRESS: 'Wrong address',
      NO_ACCESS: 'No access',
      NOT_READY: 'Not ready',
      REFUSED: 'Refused at the door',
      DAMAGED: 'Damaged',
      OTHER: 'Another reason',
    },
    by: { CUSTOMER: 'Customer', COURIER: 'Courier', STAFF: 'Staff', SYSTEM: 'System' },
    kind: {
      placed: 'Placed',
      offered: 'Offered to couriers',
      offers_withdrawn: 'Offers ran out',
      accepted: 'Accepted by a courier',
      assigned: 'Assigned by hand',
      given_back: 'Given back',
      departed: 'Set out',
      arrived: 'Arrived',
      stop_completed: 'Stop completed',
      step_done: 'Step of the work done',
      delivered: 'Delivered',
      completed: 'Completed',
      undeliverable: 'Could not be delivered',
      retried: 'Sent out again',
      returning: 'Going back to the sender',
      returned: 'Back with the sender',
      cancelled: 'Cancelled',
      reviewed: 'Reviewed by the customer',
      offer_made: 'Offered to a courier',
      offer_accepted: 'Offer taken',
      offer_declined: 'Offer declined',
      offer_expired: 'Offer ran out',
      offer_withdrawn: 'Offer taken back',
      other: 'Recorded',
    },
    payment: { ON_DELIVERY: 'Paid on delivery' },
    paid: { DUE: 'To be collected', COLLECTED: 'Collected', VOID: 'Nothing to pay' },
    stop: { PICK_UP: 'Pick-up', DROP_OFF: 'Drop-off', ON_SITE: 'On site' },
    urgent: 'Urgent',
    unassigned: 'No courier yet',
    booked: 'Booked',
  },
  {
    state: {
      PLACED: '待接单',
      OFFERED: '派单中',
      ACCEPTED: '已接单',
      DEPARTED: '前往中',
      ARRIVED: '已到达',
      IN_PROGRESS: '进行中',
      DELIVERED: '已送达',
      COMPLETED: '已完成',
      UNDELIVERABLE: '无法送达',
      RETURNING: '退回中',
      RETURNED: '已退回',
      CANCELLED: '已取消',
    },
    move: {
      ASSIGN: '指派骑手',
      REASSIGN: '改派骑手',
      GIVE_BACK: '从骑手处收回',
      GIVE_UP: '标记无法送达',
      RETRY: '再次配送',
      RETURN_TO_SENDER: '退回寄件处',
      CANCEL: '取消订单',
    },
    reason: {
      CHANGED_MIND: '顾客改变主意',
      TOO_SLOW: '等待过久',
      WRONG_DETAILS: '信息有误',
      NO_COURIER: '没有空闲骑手',
      NOT_POSSIBLE: '无法完成',
      TOO_FAR: '距离太远',
      TOO_HEAVY: '太重',
      NO_TIME: '没有时间',
      VEHICLE: '车辆故障',
      UNWELL: '身体不适',
      NOBODY_THERE: '无人在场',
      WRONG_ADDRESS: '地址错误',
      NO_ACCESS: '无法进入',
      NOT_READY: '尚未备好',
      REFUSED: '当场拒收',
      DAMAGED: '物品损坏',
      OTHER: '其他原因',
    },
    by: { CUSTOMER: '顾客', COURIER: '骑手', STAFF: '工作人员', SYSTEM: '系统' },
    kind: {
      placed: '已下单',
      offered: '已向骑手派单',
      offers_withdrawn: '派单已过期',
      accepted: '骑手已接单',
      assigned: '人工指派',
      given_back: '已退单',
      departed: '已出发',
      arrived: '已到达',
      stop_completed: '站点完成',
      step_done: '完成一个步骤',
      delivered: '已送达',
      completed: '已完成',
      undeliverable: '无法送达',
      retried: '再次出发',
      returning: '正在退回',
      returned: '已退回寄件处',
      cancelled: '已取消',
      reviewed: '顾客已评价',
      offer_made: '已派给一位骑手',
      offer_accepted: '骑手接受派单',
      offer_declined: '骑手拒绝派单',
      offer_expired: '派单超时',
      offer_withdrawn: '派单已收回',
      other: '已记录',
    },
    payment: { ON_DELIVERY: '货到付款' },
    paid: { DUE: '待收款', COLLECTED: '已收款', VOID: '无需付款' },
    stop: { PICK_UP: '取件', DROP_OFF: '送达', ON_SITE: '上门' },
    urgent: '加急',
    unassigned: '暂无骑手',
    booked: '已预约',
  },
);

const KINDS = [
  'placed', 'offered', 'offers_withdrawn', 'accepted', 'assigned', 'given_back', 'departed', 'arrived',
  'stop_completed', 'step_done', 'delivered', 'completed', 'undeliverable', 'retried', 'returning',
  'returned', 'cancelled', 'reviewed', 'offer_made', 'offer_accepted', 'offer_declined',
  'offer_expired', 'offer_withdrawn',
] as const;

/** The word's key for an event's kind: `order.placed`, `offer.made`. */
export function kindKey(kind: string): `kind.${(typeof KINDS)[number] | 'other'}` {
  const plain = kind.replace(/^order\./, '').replace('.', '_');
  return `kind.${KINDS.find((each) => each === plain) ?? 'other'}`;
}

const REASONS = [
  'CHANGED_MIND', 'TOO_SLOW', 'WRONG_DETAILS', 'NO_COURIER', 'NOT_POSSIBLE', 'TOO_FAR', 'TOO_HEAVY',
  'NO_TIME', 'VEHICLE', 'UNWELL', 'NOBODY_THERE', 'WRONG_ADDRESS', 'NO_ACCESS', 'NOT_READY', 'REFUSED',
  'DAMAGED', 'OTHER',
] as const;

/** The word's key for a reason's code, in whichever case it was recorded. */
export function reasonKey(reason: string): `reason.${(typeof REASONS)[number]}` {
  return `reason.${REASONS.find((each) => each === reason.toUpperCase()) ?? 'OTHER'}`;
}

export const ORDER_MOODS: Record<OrderState, Mood> = {
  PLACED: 'wait',
  OFFERED: 'wait',
  ACCEPTED: 'run',
  DEPARTED: 'run',
  ARRIVED: 'run',
  IN_PROGRESS: 'run',
  DELIVERED: 'good',
  COMPLETED: 'good',
  UNDELIVERABLE: 'bad',
  RETURNING: 'bad',
  RETURNED: 'off',
  CANCELLED: 'off',
};

/** Whether the order waits for nothing but the hour of its appointment: then its courier has it. */
export const isBooked = ({ state, booking }: Pick<OperatorOrderRowFragment, 'state' | 'booking'>): boolean =>
  state === 'PLACED' && booking?.state === 'BOOKED';

export const ORDER_STATES = Object.keys(ORDER_MOODS) as OrderState[];

/** Moves that staff make by hand here, in the order in which they are offered. */
export const STAFF_MOVES = [
  'ASSIGN',
  'RETRY',
  'RETURN_TO_SENDER',
  'GIVE_BACK',
  'GIVE_UP',
  'CANCEL',
] as const;
export type StaffMove = (typeof STAFF_MOVES)[number];

/** Of the API's next steps those that this screen has a button for. */
export function staffMoves(moves: readonly OrderMove[]): StaffMove[] {
  // Staff call off an order under way by the same mutation as one that waits.
  const open = new Set<string>(moves.map((move) => (move === 'ABORT' || move === 'CALL_OFF' ? 'CANCEL' : move)));
  return STAFF_MOVES.filter((move) => open.has(move));
}

export const CANCEL_REASONS = ['CHANGED_MIND', 'TOO_SLOW', 'WRONG_DETAILS', 'NO_COURIER', 'NOT_POSSIBLE', 'OTHER'] as const;
export const GIVE_BACK_REASONS = ['TOO_FAR', 'TOO_HEAVY', 'NO_TIME', 'VEHICLE', 'UNWELL', 'OTHER'] as const;
export const UNDELIVERABLE_REASONS = ['NOBODY_THERE', 'WRONG_ADDRESS', 'NO_ACCESS', 'NOT_READY', 'REFUSED', 'DAMAGED', 'OTHER'] as const;

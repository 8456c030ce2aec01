/** One appointment: what it is, what is wished of it, and what staff can do with it. */

import {
  OperatorBookingCancelDocument,
  OperatorBookingCompleteDocument,
  OperatorBookingReassignDocument,
  OperatorBookingRescheduleDocument,
  OperatorRescheduleAnswerDocument,
  type OperatorBookingFragment,
} from "@daiqu/client";
import { Empty, Facts, newKey, StateTag, useAct, useConfirm, useFormat, useMay, useTexts, type Mood } from "@daiqu/kit";
import { Button, Input, Modal, Radio } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import type { Row } from "./grids";
import { dayOf } from "./layout";
import { Slots } from "./slots";
import { BOOKING_MOODS, texts } from "./texts";

type Booking = OperatorBookingFragment;

const WISH_MOODS: Record<string, Mood> = { ASKED: "wait", ACCEPTED: "good", DECLINED: "bad", WITHDRAWN: "off" };

export function BookingTitle({ booking }: { booking: Booking }) {
  const t = useTexts(texts);
  return (
    <span className="d-title">
      {booking.serviceName}
      <StateTag mood={BOOKING_MOODS[booking.state]}>{t(`state.${booking.state}`)}</StateTag>
    </span>
  );
}

interface BookingSheetProps {
  booking: Booking;
  couriers: readonly Row[];
  onChanged: () => void;
}

export function BookingSheet({ booking, couriers, onChanged }: BookingSheetProps) {
  const t = useTexts(texts);
  const format = useFormat();
  const confirm = useConfirm();
  const may = useMay("ORDERS_MANAGE");
  const [asked, setAsked] = useState<"move" | "reassign" | null>(null);
  const [cancel, cancelling] = useAct(OperatorBookingCancelDocument);
  const [complete, completing] = useAct(OperatorBookingCompleteDocument);
  const [answer, answering] = useAct(OperatorRescheduleAnswerDocument);
  const begun = Date.parse(booking.startsAt) <= Date.now();
  const open = booking.state === "BOOKED" || booking.state === "HELD";
  const input = () => ({ input: { bookingId: booking.id, idempotencyKey: newKey() } });

  async function callOff() {
    if (!(await confirm({ title: t("booking.cancelAsk"), hint: t("booking.cancelHint"), ok: t("booking.cancel"), danger: true }))) return;
    if (await cancel(input(), { done: t("booking.did.cancel") })) onChanged();
  }

  async function reply(rescheduleId: string, startsAt: string, accept: boolean) {
    const done = accept ? t("booking.did.accept", { at: format.instant(startsAt) }) : t("booking.did.decline");
    if (await answer({ input: { rescheduleId, accept, idempotencyKey: newKey() } }, { done })) onChanged();
  }

  return (
    <>
      <Facts
        items={[
          [t("booking.when"), `${format.instant(booking.startsAt)} – ${format.time(booking.endsAt)}`],
          [t("booking.courier"), booking.courier.displayName],
          [
            t("booking.order"),
            booking.orderId ? <Link key="order" to={`/orders?open=${encodeURIComponent(booking.orderId)}`}>{t("booking.toOrder")}</Link> : t("booking.noOrder"),
          ],
          booking.state === "HELD" && booking.heldUntil != null && [t("booking.held"), format.instant(booking.heldUntil)],
          [t("booking.position"), `${booking.latitude.toFixed(5)}, ${booking.longitude.toFixed(5)}`],
          [t("booking.made"), format.instant(booking.createdAt)],
        ]}
      />
      {booking.reschedules.length > 0 && (
        <section className="d-part">
          <h3>{t("booking.wishes")}</h3>
          <ul className="d-wishes">
            {booking.reschedules.map((wish) => (
              <li key={wish.id}>
                <span>{t(wish.byCustomer ? "booking.byCustomer" : "booking.byStaff", { at: format.instant(wish.startsAt) })}</span>
                {wish.state === "ASKED" && wish.byCustomer && may ? (
                  <span className="k-row">
                    <Button size="small" type="primary" loading={answering} onClick={() => void reply(wish.id, wish.startsAt, true)}>
                      {t("booking.accept")}
                    </Button>
                    <Button size="small" disabled={answering} onClick={() => void reply(wish.id, wish.startsAt, false)}>
                      {t("booking.decline")}
                    </Button>
                  </span>
                ) : (
                  <StateTag mood={WISH_MOODS[wish.state] ?? "off"}>{t(`booking.wish.${wish.state}`)}</StateTag>
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
      {may && open && (
        <section className="d-part">
          <div className="k-row">
            {booking.state === "BOOKED" && !begun && (
              <>
                <Button onClick={() => setAsked("reassign")}>{t("booking.reassign")}</Button>
                <Button onClick={() => setAsked("move")}>{t("booking.move")}</Button>
              </>
            )}
            {!booking.orderId && booking.state === "BOOKED" && begun && (
              <Button type="primary" loading={completing} onClick={() => void complete(input(), { done: t("booking.did.complete") }).then((done) => done && onChanged())}>
                {t("booking.complete")}
              </Button>
            )}
            {!booking.orderId && (
              <Button danger loading={cancelling} onClick={() => void callOff()}>
                {t("booking.cancel")}
              </Button>
            )}
          </div>
          {booking.orderId && <p className="k-quiet k-gap-above">{t("booking.endsWithOrder")}</p>}
        </section>
      )}
      {asked === "move" && <MoveDialog booking={booking} onClose={() => setAsked(null)} onDone={onChanged} />}
      {asked === "reassign" && <ReassignDialog booking={booking} couriers={couriers} onClose={() => setAsked(null)} onDone={onChanged} />}
    </>
  );
}

interface DialogProps {
  booking: Booking;
  onClose: () => void;
  onDone: () => void;
}

const MINUTE_MS = 60_000;

function MoveDialog({ booking, onClose, onDone }: DialogProps) {
  const t = useTexts(texts);
  const format = useFormat();
  const [key] = useState(newKey);
  const [picked, setPicked] = useState<string | null>(null);
  const [move, moving] = useAct(OperatorBookingRescheduleDocument);
  const minutes = Math.round((Date.parse(booking.endsAt) - Date.parse(booking.startsAt)) / MINUTE_MS);

  async function go() {
    if (!picked) return;
    const outcome = await move({ input: { bookingId: booking.id, startsAt: picked, idempotencyKey: key } }, { done: t("booking.did.move") });
    if (!outcome || "failed" in outcome) return;
    onDone();
    onClose();
  }

  return (
    <Modal
      open
      title={t("booking.move")}
      okText={picked ? t("booking.ask", { at: format.instant(picked) }) : t("booking.pick")}
      okButtonProps={{ disabled: !picked }}
      confirmLoading={moving}
      onOk={() => void go()}
      onCancel={onClose}
      width={600}
    >
      <p className="k-quiet k-gap-below">{t("booking.moveHint")}</p>
      <Slots
        asked={{
          serviceId: booking.serviceId,
          courierId: booking.courier.courierId,
          position: { point: { latitude: booking.latitude, longitude: booking.longitude } },
          durationMinutes: minutes,
        }}
        firstOn={dayOf(Date.now(), format.zone)}
        picked={picked}
        onPick={setPicked}
      />
    </Modal>
  );
}

function ReassignDialog({ booking, couriers, onClose, onDone }: DialogProps & { couriers: readonly Row[] }) {
  const t = useTexts(texts);
  const [key] = useState(newKey);
  const [search, setSearch] = useState("");
  const [chosen, setChosen] = useState<string>();
  const [reassign, reassigning] = useAct(OperatorBookingReassignDocument);
  const offered = couriers
    .filter((row) => row.id !== booking.courier.courierId && !row.frozen)
    .filter((row) => row.name.toLowerCase().includes(search.trim().toLowerCase()));

  async function go() {
    const courier = offered.find(({ id }) => id === chosen);
    if (!courier) return;
    const outcome = await reassign(
      { input: { bookingId: booking.id, courierId: courier.id, idempotencyKey: `${key}${courier.id}`.slice(0, 64) } },
      { done: t("booking.did.reassign", { name: courier.name }) },
    );
    if (!outcome || !("done" in outcome)) return;
    onDone();
    onClose();
  }

  return (
    <Modal
      open
      title={t("booking.reassign")}
      okText={t("booking.choose")}
      okButtonProps={{ disabled: !chosen }}
      confirmLoading={reassigning}
      onOk={() => void go()}
      onCancel={onClose}
      width={440}
    >
      <p className="k-quiet k-gap-below">{t("booking.reassignHint")}</p>
      <Input allowClear maxLength={60} aria-label={t("booking.find")} placeholder={t("booking.find")} value={search} onChange={(event) => setSearch(event.target.value)} />
      {offered.length === 0 && <Empty title={t("empty")} />}
      <Radio.Group className="d-couriers" value={chosen} onChange={(event) => setChosen(event.target.value as string)}>
        {offered.map((row) => (
          <Radio key={row.id} value={row.id}>
            {row.name}
          </Radio>
        ))}
      </Radio.Group>
    </Modal>
  );
}

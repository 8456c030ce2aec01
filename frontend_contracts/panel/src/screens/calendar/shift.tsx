/** Shifts: seats for couriers to sign up for, and who waits for one. */

import { OperatorShiftCancelDocument, OperatorShiftOpenDocument, OperatorShiftSignUpsDocument, type OperatorShiftFragment } from "@daiqu/client";
import { Empty, Facts, Failed, kitTexts, Loading, newKey, SaveForm, StateTag, useAct, useConfirm, useFormat, useMay, useTexts, type Mood } from "@daiqu/kit";
import { Button, Form, Input, InputNumber, Modal, Select } from "antd";
import { useState } from "react";
import { useQuery } from "urql";
import { dayAfter, instantOf } from "./layout";
import { texts } from "./texts";

const MOODS: Record<string, Mood> = { CONFIRMED: "good", WAITING: "wait", LEFT: "off" };

export function ShiftSheet({ shift, onChanged }: { shift: OperatorShiftFragment; onChanged: () => void }) {
  const t = useTexts(texts);
  const format = useFormat();
  const confirm = useConfirm();
  const may = useMay("ORDERS_MANAGE");
  const [cancel, cancelling] = useAct(OperatorShiftCancelDocument);
  const [{ data, error }, again] = useQuery({ query: OperatorShiftSignUpsDocument, variables: { shiftId: shift.id, first: 100 }, requestPolicy: "cache-and-network" });
  const comers = data?.shiftSignUps.edges.map(({ node }) => node) ?? [];

  async function callOff() {
    const hint = t("shift.cancelHint", { count: shift.confirmedCount + shift.waitingCount });
    if (!(await confirm({ title: t("shift.cancelAsk"), hint, ok: t("shift.cancel"), danger: true }))) return;
    if (await cancel({ input: { shiftId: shift.id, idempotencyKey: newKey() } }, { done: t("shift.cancelled") })) onChanged();
  }

  return (
    <>
      <Facts
        items={[
          [t("shift.when"), `${format.instant(shift.startsAt)} – ${format.time(shift.endsAt)}`],
          [t("shift.zone"), shift.zoneName ?? t("shift.anywhere")],
          [
            t("shift.seats"),
            t("shift.seatsTaken", { taken: shift.confirmedCount, seats: shift.seats }) +
              (shift.waitingCount ? ` · ${t("shift.waiting", { count: shift.waitingCount })}` : ""),
          ],
        ]}
      />
      <section className="d-part">
        <h3>{t("shift.who")}</h3>
        {error && !data && <Failed error={error} retry={() => again({ requestPolicy: "network-only" })} />}
        {!data && !error && <Loading rows={3} />}
        {data && comers.length === 0 && <Empty title={t("shift.nobody")} />}
        <ul className="d-wishes">
          {comers.map((comer) => (
            <li key={comer.id}>
              <span>{comer.courier.displayName}</span>
              <StateTag mood={MOODS[comer.state] ?? "off"}>{t(`shift.signed.${comer.state}`)}</StateTag>
            </li>
          ))}
        </ul>
      </section>
      {may && (
        <section className="d-part">
          {shift.cancelledAt ? (
            <StateTag mood="off">{t("shift.isCancelled")}</StateTag>
          ) : (
            <Button danger loading={cancelling} onClick={() => void callOff()}>
              {t("shift.cancel")}
            </Button>
          )}
        </section>
      )}
    </>
  );
}

interface ShiftDialogProps {
  day: string;
  zones: readonly { id: string; name: string }[];
  onClose: () => void;
  onOpened: () => void;
}

export function ShiftDialog({ day, zones, onClose, onOpened }: ShiftDialogProps) {
  const t = useTexts(texts);
  const words = useTexts(kitTexts);
  const { zone } = useFormat();
  const [key] = useState(newKey);
  const [open] = useAct(OperatorShiftOpenDocument);
  const needed = [{ required: true, message: words("required") }];
  return (
    <Modal open title={t("shift.open")} footer={null} onCancel={onClose} width={460}>
      <SaveForm
        initial={{ on: day, startsAt: "17:00", endsAt: "20:00", seats: 3, zoneId: "" }}
        saveLabel={t("shift.open")}
        savedText={t("shift.opened")}
        save={({ on, startsAt, endsAt, seats, zoneId }) =>
          open(
            {
              input: {
                startsAt: instantOf(on, startsAt, zone),
                // One that ends before it begins runs over midnight.
                endsAt: instantOf(endsAt <= startsAt ? dayAfter(on, 1) : on, endsAt, zone),
                seats,
                zoneId: zoneId || null,
                idempotencyKey: `${key}${on}${startsAt}${endsAt}`.slice(0, 64),
              },
            },
            { quiet: true },
          )
        }
        onSaved={() => {
          onOpened();
          onClose();
        }}
        onCancel={onClose}
      >
        <div className="d-three">
          <Form.Item name="on" label={t("shift.day")} rules={needed}>
            <Input type="date" />
          </Form.Item>
          <Form.Item name="startsAt" label={t("shift.from")} rules={needed}>
            <Input type="time" />
          </Form.Item>
          <Form.Item name="endsAt" label={t("shift.to")} rules={needed}>
            <Input type="time" />
          </Form.Item>
        </div>
        <p className="k-quiet k-gap-below">{t("shift.length")}</p>
        <Form.Item name="seats" label={t("shift.seats")} rules={needed}>
          <InputNumber min={1} max={1000} precision={0} />
        </Form.Item>
        <Form.Item name="zoneId" label={t("shift.zone")}>
          <Select options={[{ value: "", label: t("shift.anywhere") }, ...zones.map(({ id, name }) => ({ value: id, label: name }))]} />
        </Form.Item>
      </SaveForm>
    </Modal>
  );
}

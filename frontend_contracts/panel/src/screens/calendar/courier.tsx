/** When a courier works: every week, on days that differ, on leave; and how much at once. */

import { OperatorCourierAgendaDocument, OperatorCourierCapacitySetDocument, OperatorCourierDaySetDocument } from "@daiqu/client";
import { Failed, kitTexts, Loading, SaveForm, useAct, useFormat, useMay, useTexts } from "@daiqu/kit";
import { Button, Form, Input, InputNumber } from "antd";
import { Link } from "react-router";
import { useQuery } from "urql";
import "../couriers/couriers.css";
import { Hours } from "../couriers/hours";
import { dayOf, instantOf } from "./layout";
import { LeaveList } from "./leave";
import { texts } from "./texts";

interface CourierAgendaProps {
  courierId: string;
  onChanged: () => void;
}

export function CourierAgenda({ courierId, onChanged }: CourierAgendaProps) {
  const t = useTexts(texts);
  const words = useTexts(kitTexts);
  const format = useFormat();
  const may = useMay("ORDERS_MANAGE");
  const since = instantOf(dayOf(Date.now(), format.zone), "00:00", format.zone);
  const [{ data, error }, again] = useQuery({ query: OperatorCourierAgendaDocument, variables: { courierId, since }, requestPolicy: "cache-and-network" });
  const [setDay, setting] = useAct(OperatorCourierDaySetDocument);
  const [setCapacity] = useAct(OperatorCourierCapacitySetDocument);
  const refresh = () => again({ requestPolicy: "network-only" });
  if (error && !data) return <Failed error={error} retry={refresh} />;
  if (!data) return <Loading />;
  const { hours, otherDays, capacity, bufferMinutes } = data.courierAgenda;
  const absences = data.absences.edges.map(({ node }) => node);

  return (
    <>
      <Link to={`/couriers?open=${encodeURIComponent(courierId)}`}>{t("agenda.file")}</Link>
      <section className="d-part">
        <h3>{t("leave")}</h3>
        {absences.length ? <LeaveList absences={absences} onDecided={() => (refresh(), onChanged())} /> : <p className="k-quiet">{t("absence.none")}</p>}
      </section>
      <section className="d-part">
        <h3>{t("agenda.days")}</h3>
        {otherDays.length === 0 && <p className="k-quiet">{t("agenda.noDays")}</p>}
        <ul className="d-wishes">
          {otherDays.map(({ date, spans }) => (
            <li key={date}>
              <span>
                <span className="k-strong">{format.day(date)}</span>{" "}
                {spans.map(({ starts, ends }) => `${starts}–${ends}`).join(", ") || t("agenda.off")}
              </span>
              {may && (
                <Button
                  size="small"
                  disabled={setting}
                  onClick={() => void setDay({ input: { courierId, date, spans: null } }, { done: t("agenda.daySaved") }).then((done) => done && refresh())}
                >
                  {t("agenda.asUsual")}
                </Button>
              )}
            </li>
          ))}
        </ul>
        {may && (
          <div className="k-gap-above">
            <SaveForm
              key={otherDays.map(({ date }) => date).join()}
              initial={{ date: "", starts: "", ends: "" }}
              saveLabel={t("agenda.addDay")}
              savedText={t("agenda.daySaved")}
              save={({ date, starts, ends }) =>
                setDay({ input: { courierId, date, spans: starts && ends ? [{ starts, ends }] : [] } }, { quiet: true })
              }
              onSaved={refresh}
            >
              <p className="k-quiet k-gap-below">{t("agenda.daysHint")}</p>
              <div className="d-three">
                <Form.Item name="date" label={t("agenda.date")} rules={[{ required: true, message: words("required") }]}>
                  <Input type="date" />
                </Form.Item>
                <Form.Item name="starts" label={t("shift.from")}>
                  <Input type="time" />
                </Form.Item>
                <Form.Item name="ends" label={t("shift.to")}>
                  <Input type="time" />
                </Form.Item>
              </div>
            </SaveForm>
          </div>
        )}
      </section>
      <section className="d-part">
        <h3>{t("agenda.hours")}</h3>
        <Hours key={JSON.stringify(hours)} courierId={courierId} hours={hours} editable={may} onSaved={refresh} />
      </section>
      {may && (
        <section className="d-part">
          <h3>{t("agenda.work")}</h3>
          <SaveForm
            initial={{ capacity, bufferMinutes }}
            savedText={t("agenda.saved")}
            save={(values) => setCapacity({ input: { courierId, ...values } }, { quiet: true })}
            onSaved={refresh}
          >
            <div className="d-three">
              <Form.Item name="capacity" label={t("agenda.capacity")}>
                <InputNumber min={1} max={20} precision={0} />
              </Form.Item>
              <Form.Item name="bufferMinutes" label={t("agenda.buffer")}>
                <InputNumber min={0} max={240} precision={0} />
              </Form.Item>
            </div>
          </SaveForm>
        </section>
      )}
    </>
  );
}

/** Times that are free: for a service at a place, or for an appointment that is to move. */

import { OperatorSlotsDocument, type OperatorSlotsQueryVariables } from "@daiqu/client";
import { Empty, Failed, Loading, SearchSelect, useFormat, useLanguage, useTexts } from "@daiqu/kit";
import { Form, Input, InputNumber, Modal } from "antd";
import { useCallback, useRef, useState } from "react";
import { useQuery } from "urql";
import { usePlaces, useServices, type PickedService } from "../../pickers/lookups";
import { dayAfter, dayName, dayOf } from "./layout";
import { texts } from "./texts";

/** As far as the API looks at once. */
const DAYS = 13;

interface SlotsProps {
  asked: Omit<OperatorSlotsQueryVariables, "firstOn" | "lastOn">;
  firstOn: string;
  picked?: string | null;
  onPick?: (startsAt: string) => void;
}

export function Slots({ asked, firstOn, picked, onPick }: SlotsProps) {
  const t = useTexts(texts);
  const format = useFormat();
  const language = useLanguage();
  const [{ data, error, fetching }, again] = useQuery({
    query: OperatorSlotsDocument,
    variables: { ...asked, firstOn, lastOn: dayAfter(firstOn, DAYS) },
    requestPolicy: "network-only",
  });
  if (error && !data) return <Failed error={error} retry={() => again({ requestPolicy: "network-only" })} />;
  if (!data || fetching) return <Loading rows={4} />;
  if (data.slots.length === 0) return <Empty title={t("slots.none")} hint={t("slots.noneHint")} />;
  const days = new Map<string, (typeof data.slots)[number][]>();
  for (const slot of data.slots) {
    const day = dayOf(slot.startsAt, format.zone);
    days.set(day, [...(days.get(day) ?? []), slot]);
  }
  return (
    <div className="d-slots">
      {[...days].map(([day, slots]) => (
        <section key={day}>
          <h3>{dayName(day, language, { weekday: "short", month: "short", day: "numeric" })}</h3>
          <ul>
            {slots.map(({ startsAt, couriersFree }) => {
              const title = t("slots.free", { count: couriersFree });
              return (
                <li key={startsAt}>
                  {onPick ? (
                    <button type="button" className="d-slot" aria-pressed={picked === startsAt} onClick={() => onPick(startsAt)}>
                      {format.time(startsAt)}
                    </button>
                  ) : (
                    <span className="d-slot" title={title}>
                      {format.time(startsAt)} <span className="k-quiet" aria-label={title}>{format.number(couriersFree)}</span>
                    </span>
                  )}
                </li>
              );
            })}
          </ul>
        </section>
      ))}
    </div>
  );
}

/** For services that last as long as the customer says. */
const USUAL_MINUTES = 60;

interface SlotsDialogProps {
  day: string;
  onClose: () => void;
}

export function SlotsDialog({ day, onClose }: SlotsDialogProps) {
  const t = useTexts(texts);
  const [serviceId, setService] = useState<string>();
  const [placeId, setPlace] = useState<string>();
  const [firstOn, setFirst] = useState(day);
  const [minutes, setMinutes] = useState<number | null>(null);
  const known = useRef(new Map<string, PickedService>());
  const learn = useCallback((found: readonly PickedService[]) => {
    for (const service of found) known.current.set(service.id, service);
  }, []);
  const services = useServices(true, learn);
  const places = usePlaces();
  const choose = (id: string) => {
    setService(id);
    setMinutes(known.current.get(id)?.durationMinutes ?? USUAL_MINUTES);
  };
  return (
    <Modal open title={t("slots.title")} footer={null} onCancel={onClose} width={640}>
      <Form layout="vertical" className="d-ask">
        <Form.Item label={t("slots.service")}>
          <SearchSelect label={t("slots.service")} lookup={services} value={serviceId ?? null} onChange={choose} />
        </Form.Item>
        <Form.Item label={t("slots.place")}>
          <SearchSelect label={t("slots.place")} lookup={places} value={placeId ?? null} onChange={setPlace} />
        </Form.Item>
        <Form.Item label={t("slots.days")}>
          <Input aria-label={t("slots.days")} type="date" required min={day} value={firstOn} onChange={(event) => event.target.value && setFirst(event.target.value)} />
        </Form.Item>
        <Form.Item label={t("slots.minutes")}>
          <InputNumber aria-label={t("slots.minutes")} min={15} max={720} step={15} precision={0} value={minutes} onChange={setMinutes} />
        </Form.Item>
      </Form>
      {serviceId && placeId ? (
        <Slots asked={{ serviceId, position: { placeId }, durationMinutes: minutes }} firstOn={firstOn} />
      ) : (
        <p className="k-quiet d-choose">{t("slots.choose")}</p>
      )}
    </Modal>
  );
}
